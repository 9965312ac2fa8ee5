"""Pictures of people: checked, cut square, drawn anew without whatever else was in the file, kept under a random name."""

import io
import re
import secrets
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from chatsite.realtime.errors import StorageFull, TooLarge

TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 50_000_000
SIDE = 256
NAME = re.compile(r"[0-9a-f]{32}\.webp")


def drawn(upload: UploadedFile) -> bytes:
    """The picture in `upload` as a square WebP. Raises ValidationError, or TooLarge above 5 MB or 50 megapixels."""
    if (upload.size or 0) > MAX_BYTES:
        raise TooLarge(_("A picture may have at most 5 MB."))
    try:
        # What the file says that it is counts for nothing: Pillow looks at its first bytes, for these formats alone.
        with Image.open(upload, formats=list(TYPES.values())) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TooLarge(_("A picture may have at most 50 megapixels."))
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            picture = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(_("A picture may have at most 50 megapixels.")) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(_("This is not a picture in PNG, JPEG or WebP.")) from error
    square = ImageOps.fit(picture, (SIDE, SIDE))
    # Onto a fresh sheet: profiles, positions and comments travel with an image object from file to file.
    sheet = Image.new(square.mode, square.size)
    sheet.paste(square)
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=85)
    return out.getvalue()


def keep(picture: bytes) -> str:
    """Write `picture` and return its name. Raises StorageFull."""
    name = f"{secrets.token_hex(16)}.webp"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        (folder() / name).write_bytes(picture)
    except OSError as error:
        raise StorageFull(_("There is no room for the file.")) from error
    return name


def drop(name: str) -> None:
    """Remove the picture called `name`; none is no error."""
    if NAME.fullmatch(name):
        (folder() / name).unlink(missing_ok=True)


def path_of(name: str) -> Path | None:
    """Where the picture called `name` lies, None if there is none."""
    path = folder() / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def folder() -> Path:
    """The folder of all pictures."""
    return Path(settings.MEDIA_ROOT) / "avatars"
