"""Pictures of people."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts import avatars
from chatsite.realtime.events import UserChanged
from tests.accounts.conftest import browser, program


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind="PNG", size=(300, 200), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def upload(client, content: bytes, name="me.png", content_type="image/png"):
    return client.post("/profile/picture/", {"picture": SimpleUploadedFile(name, content, content_type)})


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGBA")]
)
def test_picture_becomes_a_square_webp_under_a_random_name(alice, kind, mode, heard):
    client = browser(alice)
    assert upload(client, picture(kind, mode=mode), "../../etc/passwd.png").status_code == 302
    alice.refresh_from_db()
    assert avatars.NAME.fullmatch(alice.avatar)
    response = client.get(f"/avatars/{alice.avatar}")
    with Image.open(io.BytesIO(b"".join(response.streaming_content))) as image:
        assert (image.format, image.size) == ("WEBP", (256, 256))
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=86400"
    assert [e.user["avatar_url"] for e in heard if isinstance(e, UserChanged)] == [f"/avatars/{alice.avatar}"]


def test_position_and_comments_do_not_come_along(alice):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    content = picture("JPEG", exif=exif, comment=b"secret", icc_profile=b"profile" * 40)
    assert upload(browser(alice), content).status_code == 302
    alice.refresh_from_db()
    kept = avatars.path_of(alice.avatar).read_bytes()
    for mark in (b"EXIF", b"home", b"secret", b"ICCP", b"XMP "):
        assert mark not in kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 50,
        picture("GIF"),
        picture("BMP"),
        picture()[:60],
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_picture_is_refused(alice, content):
    assert upload(browser(alice), content).status_code == 400
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert not list(avatars.folder().glob("*"))


def test_too_large_is_refused(alice):
    assert upload(browser(alice), picture() + b"\0" * avatars.MAX_BYTES).status_code == 413
    bomb = picture("PNG", (8000, 7000), "1")
    assert len(bomb) < 50_000
    assert upload(browser(alice), bomb).status_code == 413
    assert upload(browser(alice), picture("PNG", (30_000, 30_000), "1")).status_code == 413


def test_another_picture_removes_the_former(alice):
    client = browser(alice)
    upload(client, picture())
    upload(client, picture("JPEG"))
    assert len(list(avatars.folder().iterdir())) == 1
    client.post("/profile/picture/", {"remove": "1"})
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert not list(avatars.folder().iterdir())


def test_pictures_are_for_those_who_are_signed_in(alice, bob):
    upload(browser(alice), picture())
    alice.refresh_from_db()
    address = f"/avatars/{alice.avatar}"
    for client, status in ((Client(), 404), (browser(bob), 200), (program(bob), 200)):
        response = client.get(address)
        assert response.status_code == status
        list(response)
    for name in ("..%2f..%2fsecret_key", "x.webp", "a" * 32 + ".webp", "%00"):
        assert browser(bob).get(f"/avatars/{name}").status_code in (400, 404)
