"""Files at their addresses: who gets them, how, and that access is asked ahead of everything else."""

import pytest
from django.test import Client

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.files import serving
from rooms import services as rooms
from tests.background import run_tasks
from tests.cast import browser
from tests.messaging.files.conftest import kept, program, read, sent, stored
from tests.messaging.files.made import animation, picture

TEXT = b"0123456789" * 10


@pytest.fixture
def row(alice, room):
    """A picture in Alice's room, with its thumbnail."""
    row = kept(alice)
    sent(alice, room, row)
    run_tasks()
    row.refresh_from_db()
    return row


@pytest.fixture
def text(alice, room):
    """A text in Alice's room."""
    row = kept(alice, TEXT, "tea.txt")
    sent(alice, room, row)
    return row


def status_of(user, path: str) -> int:
    return (program(user) if user else Client()).get(path).status_code


@pytest.mark.parametrize("tail", ["", "thumbnail/"])
def test_a_file_is_for_those_who_may_read_its_message(alice, bob, charlie, gus, row, tail):
    path = f"/files/{row.pk}/{tail}"
    assert [status_of(user, path) for user in (alice, bob, charlie, gus, None)] == [200, 200, 404, 404, 404]
    assert browser(bob).get(path).status_code == 200


def test_a_picture_is_shown_as_what_it_is_and_nothing_in_it_runs(bob, row):
    answer = program(bob).get(f"/files/{row.pk}/")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == "inline; filename*=UTF-8''tea.png"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert read(answer) == stored(row)
    thumbnail = program(bob).get(f"/files/{row.pk}/thumbnail/")
    assert (thumbnail["Content-Type"], thumbnail["Cache-Control"]) == ("image/webp", "private, no-cache")
    assert read(thumbnail)[8:12] == b"WEBP"


def test_names_in_any_writing_stand_in_the_header_as_they_are(bob, alice, room):
    row = kept(alice, b"x", 'He said "茶".txt')
    sent(alice, room, row)
    said = program(bob).get(f"/files/{row.pk}/")["Content-Disposition"]
    assert said == "attachment; filename*=UTF-8''He%20said%20%22%E8%8C%B6%22.txt"


def test_what_waits_for_its_message_is_its_uploaders_alone(alice, bob, room):
    row = kept(alice)
    assert [status_of(user, f"/files/{row.pk}/") for user in (alice, bob, None)] == [200, 404, 404]


def test_the_foreign_cannot_be_told_from_the_unknown(charlie, row):
    foreign, unknown = (program(charlie).get(f"/files/{pk}/", headers={"X-Request-ID": "x"}) for pk in (row.pk, 10**9))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign["Content-Type"] == unknown["Content-Type"]
    assert len(foreign.content) == len(unknown.content)
    assert "ETag" not in foreign


@pytest.mark.parametrize("tail", ["", "thumbnail/"])
def test_who_has_it_already_is_told_so_while_they_may_read_it(alice, bob, room, row, tail):
    path, client = f"/files/{row.pk}/{tail}", program(bob)
    etag = client.get(path)["ETag"]
    unchanged = client.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged["ETag"], unchanged["Cache-Control"]) == (304, etag, "private, no-cache")
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    commit(rooms.remove_member, alice, room, bob)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 404
    assert client.get(path, headers={"Range": "bytes=0-1"}).status_code == 404


def test_a_deleted_message_takes_its_files_along(alice, bob, room, row):
    etag = program(bob).get(f"/files/{row.pk}/")["ETag"]
    commit(messages.delete_message, alice, row.message_id)
    for path in (f"/files/{row.pk}/", f"/files/{row.pk}/thumbnail/"):
        assert program(bob).get(path, headers={"If-None-Match": etag}).status_code == 404


def test_history_from_joining_on_covers_files(place, alice, bob):
    room = commit(rooms.create_room, alice, place, name="Late", history="joined")
    row = kept(alice)
    sent(alice, room, row)
    commit(rooms.join_room, bob, room)
    assert [status_of(user, f"/files/{row.pk}/") for user in (alice, bob)] == [200, 404]


def test_a_token_that_is_none_is_told_so(row):
    assert Client(headers={"Authorization": "Bearer x.y.z"}).get(f"/files/{row.pk}/").status_code == 401


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-9", 206, TEXT[:10], "bytes 0-9/100"),
        ("bytes=95-", 206, TEXT[95:], "bytes 95-99/100"),
        ("bytes=-5", 206, TEXT[-5:], "bytes 95-99/100"),
        ("bytes=-500", 206, TEXT, "bytes 0-99/100"),
        ("bytes=50-5000", 206, TEXT[50:], "bytes 50-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=9-1", 200, TEXT, None),
        ("bytes=0-1,5-6", 200, TEXT, None),
        ("bytes=a-b", 200, TEXT, None),
        ("lines=1-2", 200, TEXT, None),
        ("bytes=-", 200, TEXT, None),
        ("bytes=" + "9" * 30 + "-", 200, TEXT, None),
    ],
)  # fmt: skip
def test_a_part_can_be_asked_for(bob, text, asked, status, content, told):
    answer = program(bob).get(f"/files/{text.pk}/", headers={"Range": asked})
    assert (answer.status_code, read(answer), answer.get("Content-Range")) == (status, content, told)
    assert answer["Accept-Ranges"] == "bytes" and answer["Content-Type"] == "application/octet-stream"


def test_a_part_of_another_version_is_the_whole(bob, text):
    answer = program(bob).get(f"/files/{text.pk}/", headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert answer.status_code == 200


def test_large_files_are_read_while_they_are_sent(alice, monkeypatch):
    monkeypatch.setattr(serving, "SMALL", 10)
    row = kept(alice, TEXT, "a.txt")
    answer = program(alice).get(f"/files/{row.pk}/")
    assert answer.streaming and answer["Content-Length"] == "100"
    assert read(answer) == TEXT
    assert read(program(alice).get(f"/files/{row.pk}/", headers={"Range": "bytes=3-30"})) == TEXT[3:31]
    assert read(program(alice).head(f"/files/{row.pk}/")) == b""


def test_a_file_that_the_storage_lost_is_not_found(bob, row, folder_of_files):
    (folder_of_files / row.file).unlink()
    (folder_of_files / row.thumbnail).unlink()
    assert status_of(bob, f"/files/{row.pk}/") == status_of(bob, f"/files/{row.pk}/thumbnail/") == 404


def test_what_has_no_thumbnail_has_none(bob, text):
    assert status_of(bob, f"/files/{text.pk}/thumbnail/") == 404


def test_other_methods_are_none(alice, row):
    assert program(alice).post(f"/files/{row.pk}/").status_code == 405


def test_animations_are_shown_moving(alice):
    row = kept(alice, animation("GIF", 3), "dance.gif")
    assert program(alice).get(f"/files/{row.pk}/")["Content-Type"] == "image/gif"
    assert kept(alice, picture("JPEG"), "a").name == "a.jpg"
