"""Pictures are drawn anew, upright and without what else was in the file; what would cost too much is refused at once."""

import io
import resource
import time

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from chatsite.realtime.errors import TooLarge
from messaging.files import animations, pictures
from tests.messaging.files.made import POLYGLOT, animation, huge_png, long_gif, picture, tagged

SECRETS = (b"EXIF", b"Exif", b"home", b"secret", b"ICCP", b"iCCP", b"XMP ", b"http://ns.adobe.com")


def drawn(content: bytes, kind: str) -> tuple[pictures.Drawn, bytes]:
    found = pictures.drawn(io.BytesIO(content), f"image/{kind}")
    with found.file as file:
        return found, file.read()


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [
        ("JPEG", "RGB", "jpeg"), ("JPEG", "L", "jpeg"), ("JPEG", "CMYK", "jpeg"), ("PNG", "RGB", "png"), ("PNG", "RGBA", "png"),
        ("PNG", "P", "png"), ("PNG", "1", "png"), ("PNG", "I;16", "png"), ("GIF", "P", "gif"), ("WEBP", "RGB", "webp"), ("WEBP", "RGBA", "webp"),
    ],
)  # fmt: skip
def test_every_kind_is_drawn_anew(kind, mode, becomes):
    found, content = drawn(picture(kind, mode=mode), kind.lower())
    assert (found.content_type, found.width, found.height) == (f"image/{becomes}", 60, 40)
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert (image.format, image.size) == (becomes.upper(), (60, 40))


@pytest.mark.parametrize(("mode", "becomes"), [("RGB", "image/jpeg"), ("RGBA", "image/png")])
def test_avif_becomes_what_every_browser_shows(mode, becomes):
    assert drawn(picture("AVIF", mode=mode), "avif")[0].content_type == becomes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_position_and_comments_do_not_come_along(kind):
    more = {"comment": b"secret"} if kind == "JPEG" else {}
    content = picture(kind, exif=tagged(), icc_profile=b"secret profile" * 20, **more)
    assert any(secret in content for secret in SECRETS)
    _found, kept = drawn(content, kind.lower())
    assert [secret for secret in SECRETS if secret in kept] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright(kind):
    found, content = drawn(picture(kind, exif=tagged(orientation=6)), kind.lower())
    assert (found.width, found.height) == (40, 60)
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (40, 60) and not image.getexif()


def test_colours_of_another_profile_are_brought_into_what_screens_show():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert drawn(picture("PNG", icc_profile=profile), "png")[0].width == 60
    assert drawn(picture("JPEG", mode="CMYK", icc_profile=b"no profile"), "jpeg")[0].width == 60


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_goes_on_moving_without_its_comments(kind):
    more = {"comment": b"secret"} if kind == "gif" else {"exif": tagged()}
    found, content = drawn(animation(kind.upper(), 12, **more), kind)
    assert (found.content_type, found.width, found.height) == (f"image/{kind}", 30, 20)
    assert [secret for secret in SECRETS if secret in content] == []
    with Image.open(io.BytesIO(content)) as image:
        assert (image.n_frames, image.info["loop"]) == (12, 0)
        image.seek(11)
        image.load()


def test_of_an_animated_png_the_first_frame_is_kept():
    _found, content = drawn(animation("PNG", 3), "png")
    with Image.open(io.BytesIO(content)) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (huge_png(30_000, 30_000), "png"),
        (huge_png(10_000, 5_001), "png"),
        (long_gif(10_000), "gif"),
        (long_gif(1_001), "gif"),
        (b"GIF89a" + b"\xff\xff\xff\xff\0\0\0", "gif"),
        (picture("GIF", (8000, 7000), "P"), "gif"),
    ],
    ids=[
        "30,000 x 30,000",
        "just too many pixels",
        "10,000 frames",
        "1,001 frames",
        "a canvas of 65,535",
        "56 megapixels",
    ],
)
def test_what_would_cost_too_much_is_refused_in_a_moment(content, kind):
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(TooLarge) as refused:
        drawn(content, kind)
    assert refused.value.message
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_frame_beyond_the_canvas_counts(monkeypatch):
    monkeypatch.setattr(animations, "MAX_PIXELS", 100)
    with pytest.raises(TooLarge):
        drawn(animation("GIF", 2), "gif")


def test_frames_are_counted_by_their_pixels(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_ANIMATED_PIXELS", 30 * 20 * 5)
    with pytest.raises(TooLarge, match="megapixels"):
        drawn(animation("WEBP", 6), "webp")
    assert drawn(animation("WEBP", 5), "webp")[0].width == 30


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "png"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (picture()[:60], "png"),
        (picture("JPEG", (600, 400))[:-200], "jpeg"),
        (picture("JPEG").replace(b"\xff\xda", b"\xff\xda" * 200), "jpeg"),
        (picture("WEBP")[:40], "webp"),
        (POLYGLOT, "gif"),
        (b"GIF89a" + b"\0" * 50, "gif"),
        (long_gif(3)[:-8] + b"\x99\x99", "gif"),
        (b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\0" * 700_000, "gif"),
        (animation("WEBP", 3)[:-30], "webp"),
        (picture("PNG"), "jpeg"),
    ],
)
def test_what_is_broken_or_another_thing_is_refused_with_a_sentence(content, kind):
    began = time.process_time()
    with pytest.raises(ValidationError) as refused:
        drawn(content, kind)
    assert refused.value.message_dict == {"file": ["This picture is broken, or not what its first bytes say."]}
    assert time.process_time() - began < 2


@pytest.mark.parametrize(("size", "becomes"), [((2000, 1000), (480, 240)), ((30, 20), (30, 20)), ((3000, 2), (480, 1))])
def test_a_thumbnail_is_at_most_480_pixels_wide(size, becomes):
    with pictures.thumbnail(io.BytesIO(picture("JPEG", size))) as file, Image.open(file) as image:
        assert (image.format, image.size) == ("WEBP", becomes)


def test_the_thumbnail_of_an_animation_is_its_first_frame():
    with pictures.thumbnail(io.BytesIO(animation("GIF", 5))) as file, Image.open(file) as image:
        assert getattr(image, "n_frames", 1) == 1


def test_a_full_disk_is_no_broken_picture():
    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        pictures.drawn(Full(picture()), "image/png")
