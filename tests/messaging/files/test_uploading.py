"""Uploads over REST: what is kept of a file, what is refused, and that nothing of the refused stays."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from messaging.files import keeping
from messaging.models import Attachment
from messaging.services import attachments
from tests.messaging.api.doors import refused
from tests.messaging.files.conftest import files_in, kept, program, read, stored, upload
from tests.messaging.files.made import HTML, POLYGLOT, SVG, huge_png, long_gif, picture, tagged

MEMBERS = {"id", "name", "size", "content_type", "url", "thumbnail_url", "width", "height"}


def test_a_picture_is_kept_under_a_random_name(alice, folder_of_files):
    answer = upload(program(alice), picture(), "../../etc/tea.png")
    assert answer.status_code == 201
    row = Attachment.objects.get()
    size = len(stored(row))
    assert answer.json() == {
        "id": row.pk, "name": "tea.png", "size": size, "content_type": "image/png", "url": f"/files/{row.pk}/",
        "thumbnail_url": None, "width": 60, "height": 40,
    }  # fmt: skip
    assert set(answer.json()) == MEMBERS
    assert [str(path.relative_to(folder_of_files)) for path in files_in(folder_of_files)] == [row.file]
    assert "tea" not in row.file


def test_anything_else_is_kept_as_it_came(bob):
    content = b"%PDF-1.7 and so on" + bytes(range(256)) * 3000
    told = upload(program(bob), content, "report.pdf", "text/html").json()
    assert (told["name"], told["content_type"], told["size"], told["width"]) == (
        "report.pdf",
        "application/pdf",
        len(content),
        None,
    )
    assert stored(Attachment.objects.get()) == content


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (SVG, "a.svg", "image/svg+xml"),
        (SVG, "a.png", "image/png"),
        (HTML, "a.html", "text/html"),
        (HTML, "a.jpg", "image/jpeg"),
        (b"\xff" * 100, "a.gif", "image/gif"),
        (b"PK\x05\x06" + b"\0" * 18, "a.zip", "image/png"),
        (b"alert(1)", "a.js", "text/javascript"),
    ],
)
def test_what_its_uploader_says_of_a_file_counts_for_nothing(alice, content, name, content_type):
    client = program(alice)
    told = upload(client, content, name, content_type).json()
    assert told["width"] is None and told["content_type"] in ("application/octet-stream", "application/zip")
    answer = client.get(told["url"])
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert read(answer) == content


def test_a_picture_under_a_name_of_another_kind_gets_its_own(alice):
    assert upload(program(alice), picture("JPEG"), "evil.html").json()["name"] == "evil.html.jpg"
    assert upload(program(alice), picture("GIF", mode="P"), "a.svg").json()["content_type"] == "image/gif"


def test_where_it_was_taken_is_not_told(alice):
    told = upload(program(alice), picture("JPEG", exif=tagged(orientation=6)), "me.jpg").json()
    assert (told["width"], told["height"]) == (40, 60)
    assert b"home" not in stored(Attachment.objects.get())


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "invalid"),
        (picture()[:60], 400, "invalid"),
        (POLYGLOT, 400, "invalid"),
        (huge_png(30_000, 30_000), 413, "too_large"),
        (long_gif(10_000), 413, "too_large"),
        (b"x" * 5001, 413, "too_large"),
    ],
    ids=["empty", "broken", "GIF and JavaScript", "30,000 x 30,000", "10,000 frames", "over the limit"],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence_and_leaves_nothing(
    alice, folder_of_files, settings, content, status, code
):
    settings.UPLOAD_MAX_BYTES = 200_000 if content[:3] in (b"\x89PN", b"GIF") else 5000
    problem = refused(upload(program(alice), content, "a"), status, code)
    assert problem["detail"] and (code != "invalid" or problem["errors"]["file"])
    assert not Attachment.objects.exists()
    assert not files_in(folder_of_files)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"file": "a text"},
        {"other": SimpleUploadedFile("a", b"a")},
        {"file": [SimpleUploadedFile("a", b"a"), SimpleUploadedFile("b", b"b")]},
        {"file": SimpleUploadedFile("a", b"a"), "uploader": "1"},
    ],
)
def test_the_form_holds_one_file_and_nothing_else(alice, form):
    refused(program(alice).post("/api/v1/uploads/", form), 400, "invalid")
    assert not Attachment.objects.exists()


def test_another_body_is_told_what_is_expected(alice):
    answer = program(alice).post("/api/v1/uploads/", {"file": "a"}, content_type="application/json")
    assert "multipart/form-data" in refused(answer, 415, "unsupported_media_type")["detail"]
    refused(
        program(alice).post("/api/v1/uploads/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"),
        400,
        "invalid",
    )
    refused(program(alice).post("/api/v1/uploads/", b"x", content_type="multipart/form-data"), 400, "invalid")


def test_strangers_upload_nothing(folder_of_files):
    refused(upload(Client(), picture()), 401, "unauthenticated")
    assert not files_in(folder_of_files)


def test_a_person_has_a_quota(alice, bob, settings, folder_of_files):
    settings.UPLOAD_QUOTA_BYTES = 3 * 1024 * 1024
    kept(alice, b"x" * 2 * 1024 * 1024)
    problem = refused(upload(program(alice), b"x" * 2 * 1024 * 1024), 413, "too_large")
    assert "3 MB" in problem["detail"]
    assert len(files_in(folder_of_files)) == 1
    assert upload(program(bob), b"x" * 2 * 1024 * 1024).status_code == 201


def test_only_so_many_wait_for_their_message(alice, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_WAITING", 2)
    for _ in range(2):
        kept(alice, b"x")
    assert "2 files" in refused(upload(program(alice), b"x"), 409, "conflict")["detail"]


@pytest.mark.parametrize("size", [200_000, 600_000], ids=["from memory", "from the disk"])
def test_a_disk_that_is_full_refuses_and_keeps_no_half(alice, folder_of_files, small_disk, size):
    upload(program(alice), b"x" * 1000)
    refused(upload(program(alice), b"x" * size), 507, "storage_full")
    assert Attachment.objects.count() == len(files_in(folder_of_files)) == 1
    assert upload(program(alice), b"x" * 1000).status_code == 201


def test_a_body_that_the_disk_cannot_hold_is_refused(alice, settings, small_disk, folder_of_files):
    """As it is read from the form: after the socket, before the storage."""
    settings.FILE_UPLOAD_TEMP_DIR = small_disk
    refused(upload(program(alice), b"x" * 600_000), 507, "storage_full")
    answer = program(alice).post("/api/v1/uploads/", {"file": SimpleUploadedFile("a", b"x" * 1000)})
    assert answer.status_code == 201


def test_one_throws_away_what_one_has_not_sent(alice, bob, folder_of_files):
    row = kept(alice)
    refused(program(bob).delete(f"/api/v1/uploads/{row.pk}/"), 404, "not_found")
    assert program(alice).delete(f"/api/v1/uploads/{row.pk}/").status_code == 204
    refused(program(alice).delete(f"/api/v1/uploads/{row.pk}/"), 404, "not_found")
    from tests.background import run_tasks

    run_tasks()
    assert not files_in(folder_of_files)


def test_a_refused_row_leaves_no_file(alice, folder_of_files, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_WAITING", 0)
    monkeypatch.setattr(keeping.services, "require_room_for", lambda *_: None)  # as if another upload came in between
    refused(upload(program(alice), b"x"), 409, "conflict")
    assert not files_in(folder_of_files)


def test_browsers_need_our_token(alice):
    from tests.cast import browser

    client = browser(alice)
    client.handler.enforce_csrf_checks = True
    assert upload(client, picture()).status_code == 403
    assert not Attachment.objects.exists()
