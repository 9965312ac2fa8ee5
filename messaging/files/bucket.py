"""Files in a bucket of an S3-compatible service: the storage of an installation on several machines.

Everything goes through us, no address of the bucket leaves the house: who may read a file is asked at each request, and what we say
of it stands in our own headers. The packages are those of requirements-s3.txt.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _
from storages.backends.s3 import S3Storage

from chatsite.realtime.errors import StorageFull, Unavailable
from messaging.files.disk import PIECE
from messaging.files.kinds import UNKNOWN

GONE = {"NoSuchKey", "404", "NotFound"}
FULL = ("StorageFull", "QuotaExceeded", "InsufficientStorage", "507")

PATIENCE = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"max_attempts": 3, "mode": "standard"},
    # Checksums of a kind that not every S3-compatible service knows.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Bucket(S3Storage):
    """django-storages', with pieces of files, and refusals that a person can be told."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.client_config = self.client_config.merge(PATIENCE)

    def get_object_parameters(self, name: str) -> dict[str, str]:
        """What the bucket says of a file to whoever else may read it: nothing that a browser would show."""
        return {"ContentType": UNKNOWN, "ContentDisposition": "attachment"}

    def _save(self, name: str, content: Any) -> str:
        return _told(super()._save, name, content)

    def delete(self, name: str) -> None:
        _told(super().delete, name)

    def pieces(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of the file from `start` on, `length` of them at most, as they come. Raises FileNotFoundError, Unavailable."""
        end = "" if length is None else start + length - 1
        asked = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        if start or length is not None:
            asked["Range"] = f"bytes={start}-{end}"
        found = _told(lambda: self.connection.meta.client.get_object(**asked))
        return found["Body"].iter_chunks(PIECE)

    def names(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Every file below `folder`, and when it was written."""
        for one in self.bucket.objects.filter(Prefix=self._normalize_name(folder) + "/"):
            yield one.key, one.last_modified


def _told[T](call: Callable[..., T], *args: Any) -> T:
    """What `call` returns; what it raises, in words of ours."""
    try:
        return call(*args)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in GONE:
            raise FileNotFoundError(code) from error
        if any(word in code for word in FULL):
            raise StorageFull(_("There is no room for the file.")) from error
        raise _away() from error
    except (BotoCoreError, Boto3Error) as error:
        raise _away() from error


def _away() -> Unavailable:
    return Unavailable(_("The storage of files did not answer. Please try again."), retry_after=5)
