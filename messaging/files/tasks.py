"""What is done with files later, and again and again. Each bears to be done twice."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import batched
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.tasks import task
from django.utils import timezone

from chatsite.realtime.commit import commit
from chatsite.tasks.schedule import every
from messaging import services
from messaging.files import keeping, pictures
from messaging.models import Attachment

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=1)
"""How long a file waits for its message, and one that no row knows for its row."""
AT_ONCE = 500


@task
def make_thumbnail(attachment_id: int) -> None:
    """Make a picture small, and let its message show it. Nothing where it has one, or went meanwhile."""
    row = Attachment.objects.filter(pk=attachment_id, thumbnail="", width__isnull=False).first()
    if row is None:
        return
    keeping.let_connection_go()
    try:
        with keeping.opened(row.file) as file, pictures.thumbnail(file) as small:
            name = keeping.save(File(small, name="thumbnail"), keeping.THUMBNAILS)
    except FileNotFoundError:
        return
    # Where this raises the row may have it all the same; else it is a stray.
    if not commit(services.add_thumbnail, attachment_id, name):
        keeping.drop([name])


@task
def remove_files(files: list[str]) -> None:
    """Take files out of the storage. What raises is tried again; one that is gone is no error."""
    for name in files:
        storages["attachments"].delete(name)


@task
def remove_unclaimed() -> None:
    """Files that have waited for a message for a day go."""
    before = timezone.now() - PATIENCE
    while commit(services.remove_unclaimed, before):
        pass


@task
def remove_strays() -> None:
    """Files that no row knows go: of uploads whose process was killed between the storage and the database."""
    before = timezone.now() - PATIENCE
    for folder, column in ((keeping.FILES, "file"), (keeping.THUMBNAILS, "thumbnail")):
        old = (name for name, at in storages["attachments"].names(folder) if at < before)
        for names in batched(old, AT_ONCE):
            for name in _unknown(names, column):
                log.warning("a file without a row goes", extra={"file": name})
                storages["attachments"].delete(name)
    for path in _left_over():
        path.unlink(missing_ok=True)


def _unknown(names: Iterable[str], column: str) -> set[str]:
    names = set(names)
    return names - set(Attachment.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))


def _left_over() -> Iterator[Path]:
    """Bodies of forms that a killed process left on the disk."""
    before = (timezone.now() - PATIENCE).timestamp()
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        if path.stat().st_mtime < before:
            yield path


every(3600, remove_unclaimed)
every(24 * 3600, remove_strays)
