"""Pictures: looked at by Pillow, drawn anew without whatever else was in the file, and made small.

The limits keep one picture from costing more than a second or two and some hundred MB; one is drawn at a time in a process.
"""

import io
import struct
import tempfile
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from chatsite.realtime.errors import TooLarge
from chatsite.refusals import is_full_disk
from messaging.files import animations
from messaging.files.kinds import PICTURES

MAX_ANIMATED_PIXELS = 250_000_000
"""Of all frames together."""
MAX_SCANS = 100
"""Passes over the picture that a JPEG may ask for; cameras and programs make about ten."""
THUMBNAIL = 480
"""The longer side of a thumbnail in pixels, at most."""
EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}
"""What the names of pictures end with, by the type that they are kept in."""
KNOWN_EXTENSIONS = (*(one for many in EXTENSIONS.values() for one in many), ".avif", ".apng")
BROKEN = (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error, zlib.error)
"""What Pillow raises for files that are no pictures, whichever way."""
_one_at_a_time = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew, in a file without a name."""

    file: IO[bytes]
    content_type: str
    width: int
    height: int


def drawn(source: IO[bytes], kind: str) -> Drawn:
    """The picture of the type `kind` in `source`, drawn anew, upright. Its file is the caller's to close.

    Raises ValidationError where it is none, TooLarge above 50 megapixels, 1,000 frames or MAX_ANIMATED_PIXELS.
    """
    target = sheet()
    try:
        with _one_at_a_time:
            return _draw(source, target, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        target.close()
        raise animations.too_many_pixels() from error
    except BROKEN as error:
        target.close()
        _let_through_full_disk(error)
        sentence = _("This picture is broken, or not what its first bytes say.")
        raise ValidationError({"file": [sentence]}) from error
    except BaseException:
        target.close()
        raise


def thumbnail(source: IO[bytes]) -> IO[bytes]:
    """The picture in `source`, which `drawn` made, as a WebP of at most THUMBNAIL pixels a side: of an animation, its first frame."""
    target = sheet()
    with _one_at_a_time, Image.open(source, formats=sorted(set(PICTURES.values()))) as image:
        image.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
        small = image.convert("RGBA" if image.has_transparency_data else "RGB")
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        small.info = {}
        small.save(target, "WEBP", quality=80)
    target.seek(0)
    return target


def sheet() -> IO[bytes]:
    """A new file on the disk that goes when it is closed."""
    return tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)


def _draw(source: IO[bytes], target: IO[bytes], kind: str) -> Drawn:
    name = PICTURES[kind]
    source.seek(0)
    if name == "JPEG":
        _require_few_scans(source)
    if name == "GIF":
        frames = animations.copied_gif(source, target)
        width, height = _looked_through(target, name, frames)
        return _done(target, "image/gif", width, height)
    with Image.open(source, formats=[name]) as image:
        _require_size(image)
        if name == "WEBP" and getattr(image, "n_frames", 1) > 1:
            source.seek(0)
            frames = animations.copied_webp(source, target)
            width, height = _looked_through(target, name, frames)
            return _done(target, "image/webp", width, height)
        return _still(image, target, name)


def _still(image: Image.Image, target: IO[bytes], name: str) -> Drawn:
    ImageOps.exif_transpose(image, in_place=True)
    is_as_it_came = image.format == "JPEG" and image.mode in ("RGB", "L") and "icc_profile" not in image.info
    if name == "AVIF":
        name = "PNG" if image.has_transparency_data else "JPEG"
    picture = _in_srgb(image) if image.info.get("icc_profile") else image
    save = {"JPEG": _save_jpeg, "PNG": _save_png, "WEBP": _save_webp}[name]
    transparency = picture.info.get("transparency")
    picture.info = {} if transparency is None else {"transparency": transparency}
    save(picture, target, is_as_it_came)
    return _done(target, f"image/{name.lower()}", *picture.size)


def _save_jpeg(picture: Image.Image, target: IO[bytes], is_as_it_came: bool) -> None:
    if picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGB")
        picture.info = {}
    # "keep": with the tables that it came with, so that drawing it again takes next to nothing from it.
    picture.save(target, "JPEG", quality="keep" if is_as_it_came else 90)


def _save_png(picture: Image.Image, target: IO[bytes], _is_as_it_came: bool) -> None:
    if picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        picture.info = {}
    picture.save(target, "PNG", compress_level=4)


def _save_webp(picture: Image.Image, target: IO[bytes], _is_as_it_came: bool) -> None:
    picture.save(target, "WEBP", quality=90, method=2)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in the colours that screens take for granted: its profile does not come along."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    convert: Callable[[], Image.Image] = lambda: image.convert(mode)  # noqa: E731 - the one way out of four
    if image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        if "sRGB" in ImageCms.getProfileDescription(profile):
            return convert() if image.mode == "CMYK" else image
        found = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, *BROKEN):
        return convert()  # a profile that nobody can read counts as none
    return found or convert()


def _looked_through(file: IO[bytes], name: str, frames: int) -> tuple[int, int]:
    """Every frame of what was copied to `file`, drawn once and thrown away; its width and height."""
    file.flush()
    file.seek(0)
    with Image.open(file, formats=[name]) as image:
        _require_size(image)
        if image.width * image.height * frames > MAX_ANIMATED_PIXELS:
            raise TooLarge(
                _("An animation may have at most %(limit)d megapixels in all its frames.")
                % {"limit": MAX_ANIMATED_PIXELS // 1_000_000}
            )
        for frame in range(frames):
            image.seek(frame)
            image.load()
            _require_size(image)
        return image.size


def _require_size(image: Image.Image) -> None:
    if image.width * image.height > animations.MAX_PIXELS:
        raise animations.too_many_pixels()


def _require_few_scans(source: IO[bytes]) -> None:
    """Raises Broken for a JPEG that is small as a file and a morning's work to draw."""
    source.seek(0)
    scans, last = 0, b""
    while piece := source.read(animations.PIECE):
        scans += (last + piece).count(b"\xff\xda")
        last = piece[-1:]
    source.seek(0)
    if scans > MAX_SCANS:
        raise animations.Broken("Expected fewer scans in a JPEG.")


def _done(target: IO[bytes], content_type: str, width: int, height: int) -> Drawn:
    target.seek(0)
    return Drawn(target, content_type, width, height)


def _let_through_full_disk(error: BaseException) -> None:
    if is_full_disk(error):
        raise error
