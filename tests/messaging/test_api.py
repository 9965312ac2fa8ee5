"""Messages over REST: the acks of the socket, the refusals of the table, and nothing for who may not."""

import uuid

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import services
from messaging.models import Message
from rooms import services as rooms
from rooms.models import Installation, Role, Room, RoomLog, Workspace, WorkspaceMembership

pytestmark = pytest.mark.django_db

NOT_UUIDS = ["", "x", str(uuid.uuid4()).upper(), uuid.uuid4().hex, "a" * 65]


@pytest.fixture(autouse=True)
def full_buckets():
    limits._buckets.clear()


@pytest.fixture
def place():
    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": "2026-01-01T00:00:00Z"})
    return Workspace.objects.create(name="Place")


def person(place, name, role=Role.MEMBER):
    user = User.objects.create(username=name)
    if role:
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    return user


def door(user):
    client = APIClient()
    client.force_authenticate(user)
    client.user = user
    return client


@pytest.fixture
def alice(place):
    return door(person(place, "alice", Role.OWNER))


@pytest.fixture
def bob(place):
    return door(person(place, "bob"))


@pytest.fixture
def charlie():
    return door(User.objects.create(username="charlie"))


@pytest.fixture
def room(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Tea", kind=Room.Kind.PRIVATE)
    commit(rooms.add_member, alice.user, room, bob.user)
    return room


@pytest.fixture
def say(room):
    def say(client, body="hello", **more):
        return client.post(f"/api/v1/rooms/{room.pk}/messages/", {"body": body, **more}, format="json")

    return say


@pytest.fixture
def message(say, alice):
    return say(alice, "first").json()["id"]


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    return answer.json()


# --- Posting -------------------------------------------------------------------------------------------------------


def test_a_post_is_acked_and_stands_in_the_history(say, alice, bob, room):
    ack = say(alice, "Good **morning**\r\nall")
    assert ack.status_code == 201
    assert set(ack.json()) == {"id", "room", "seq", "event_seq", "created_at", "duplicate"}
    assert ack.json()["created_at"].endswith("Z")
    assert ack.json()["duplicate"] is False
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/").json()
    assert set(history) == {"epoch", "head", "results", "has_before", "has_after"}
    last = history["results"][-1]
    assert (last["id"], last["body"]) == (ack.json()["id"], "Good **morning**\nall")
    assert "<strong>morning</strong>" in last["html"]
    assert last["msg_id"]


def test_the_same_again_answers_the_same(say, alice):
    msg_id = str(uuid.uuid4())
    first = say(alice, msg_id=msg_id)
    again = say(alice, msg_id=msg_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}
    refused(say(alice, "another", msg_id=msg_id), 409, "conflict")
    refused(say(alice, "x" * 10_001, msg_id=msg_id), 409, "conflict")


@pytest.mark.parametrize("msg_id", NOT_UUIDS)
def test_a_msg_id_is_a_uuid_in_lower_case(say, alice, msg_id):
    assert set(refused(say(alice, msg_id=msg_id), 400, "invalid")["errors"]) == {"msg_id"}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "body"),
        ({"body": None}, "body"),
        ({"body": 7}, "body"),
        ({"body": ["a"]}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n\u3000"}, "body"),
        ({"body": "a", "reply_to": "1"}, "reply_to"),
        ({"body": "a", "reply_to": True}, "reply_to"),
        ({"body": "a", "reply_to": 2**63}, "reply_to"),
        ({"body": "a", "attachments": ["1"]}, "attachments.0"),
        ({"body": "a", "attachments": 1}, "attachments"),
        ({"body": "a", "title": 1}, "title"),
        ({"body": "a", "title": "x" * 121}, "title"),
        ({"body": "a", "colour": "red"}, "colour"),
    ],
)
def test_bad_posts_name_the_member_and_leave_nothing(alice, room, sent, field):
    answer = alice.post(f"/api/v1/rooms/{room.pk}/messages/", sent, format="json")
    assert field in refused(answer, 400, "invalid")["errors"]
    assert not Message.objects.filter(kind="message").exists()


@pytest.mark.parametrize("body", [b'{"body": "\\u0000"}', b'{"body": "\\ud800"}', b'{"body": NaN}', b"[]", b"\xff"])
def test_what_is_no_text_is_invalid(alice, room, body):
    answer = alice.post(f"/api/v1/rooms/{room.pk}/messages/", body, content_type="application/json")
    refused(answer, 400, "invalid")


def test_too_long_and_far_too_long(say, alice):
    refused(say(alice, "x" * 10_001), 413, "too_large")
    refused(say(alice, "x" * 1_000_000), 413, "too_large")
    assert say(alice, "\U0001f600" * 10_000).status_code == 201


def test_null_means_absent(say, alice):
    assert say(alice, msg_id=None, reply_to=None, attachments=None, title=None).status_code == 201


def test_a_reply_names_what_it_answers(say, alice, bob, message):
    ack = say(bob, reply_to=message).json()
    shown = alice.get(f"/api/v1/messages/{ack['id']}/").json()
    assert shown["reply_to"]["id"] == shown["thread"]["root"] == message
    assert alice.get(f"/api/v1/messages/{message}/").json()["thread"]["replies"] == 1
    refused(say(bob, reply_to=10**6), 404, "not_found")


def test_posts_have_a_limit_that_says_when(say, alice, settings):
    settings.SENDS_BURST, settings.SENDS_PER_SECOND = 2, 0.1
    answers = [say(alice) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2]["Retry-After"]) == refused(answers[2], 429, "rate_limited")["retry_after"] >= 1


# --- Reading -------------------------------------------------------------------------------------------------------


def test_history_pages_both_ways(say, alice, room):
    for n in range(5):
        say(alice, f"m{n}")
    url = f"/api/v1/rooms/{room.pk}/messages/"
    end = RoomLog.objects.get(room=room).last_seq

    newest = alice.get(url, {"limit": 2}).json()
    assert [m["seq"] for m in newest["results"]] == [end - 1, end]
    assert (newest["has_before"], newest["has_after"]) == (True, False)
    older = alice.get(url, {"limit": 2, "before": end - 1}).json()
    assert [m["seq"] for m in older["results"]] == [end - 3, end - 2]
    newer = alice.get(url, {"limit": 1, "after": end - 2}).json()
    assert [m["seq"] for m in newer["results"]] == [end - 1]
    assert newer["has_after"]
    around = alice.get(url, {"around": end - 2, "limit": 3}).json()
    assert end - 2 in [m["seq"] for m in around["results"]]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=", "before=-1", "after=1.5", "before=1&after=2", "around=1&after=2",
     "before=99999999999999999999", "thread=x", "before=%00"],
)  # fmt: skip
def test_bad_bounds_are_invalid(alice, room, query):
    refused(alice.get(f"/api/v1/rooms/{room.pk}/messages/?{query}"), 400, "invalid")


def test_a_thread_holds_its_root(say, alice, bob, room, message):
    reply = say(bob, reply_to=message).json()["id"]
    say(alice, "elsewhere")
    found = alice.get(f"/api/v1/rooms/{room.pk}/messages/", {"thread": reply}).json()["results"]
    assert [m["id"] for m in found] == [message, reply]
    refused(alice.get(f"/api/v1/rooms/{room.pk}/messages/", {"thread": 10**6}), 404, "not_found")


def test_changes_carry_from_a_number_to_the_head(say, alice, bob, room, message):
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/").json()
    say(alice, "second")
    alice.patch(f"/api/v1/messages/{message}/", {"body": "mended", "edited_at": None}, format="json")
    answer = bob.get(f"/api/v1/rooms/{room.pk}/changes/", {"epoch": history["epoch"], "after": history["head"]}).json()
    assert (answer["from"], answer["to"], answer["more"]) == (history["head"], history["head"] + 2, False)
    assert [m["body"] for m in answer["messages"]] == ["second", "mended"]


def test_changes_of_another_epoch_are_a_reset(alice, room):
    answer = alice.get(f"/api/v1/rooms/{room.pk}/changes/", {"epoch": "other", "after": 0}).json()
    assert answer["reset"] is True
    assert set(answer) == {"epoch", "room", "reset", "head"}


@pytest.mark.parametrize("query", ["", "epoch=x", "after=1", "epoch=x&after=-1", "epoch=x&after=y"])
def test_changes_need_epoch_and_after(alice, room, query):
    refused(alice.get(f"/api/v1/rooms/{room.pk}/changes/?{query}"), 400, "invalid")


def test_reading_moves_the_mark(say, alice, bob, room):
    for _ in range(3):
        last = say(alice).json()["seq"]
    url = f"/api/v1/rooms/{room.pk}/read/"
    mark = bob.put(url, {"seq": last - 1}, format="json").json()
    assert (mark["last_read_seq"], mark["unread"], mark["last_seq"]) == (last - 1, 1, last)
    assert bob.put(url, {"seq": 1}, format="json").json()["last_read_seq"] == last - 1
    assert bob.put(url, {"seq": 10**9}, format="json").json()["last_read_seq"] == last
    for bad in ({}, {"seq": "1"}, {"seq": -1}, {"seq": None}, {"seq": 1, "x": 1}):
        refused(bob.put(url, bad, format="json"), 400, "invalid")


# --- Changing ------------------------------------------------------------------------------------------------------


def test_an_edit_answers_when_and_refuses_a_stale_one(alice, bob, message):
    url = f"/api/v1/messages/{message}/"
    first = alice.patch(url, {"body": "mended", "edited_at": None}, format="json").json()
    assert set(first) == {"event_seq", "edited_at"}
    refused(alice.patch(url, {"body": "stale", "edited_at": None}, format="json"), 409, "conflict")
    assert alice.patch(url, {"body": "mended", "edited_at": None}, format="json").json() == first
    assert alice.patch(url, {"body": "again", "edited_at": first["edited_at"]}, format="json").status_code == 200
    refused(bob.patch(url, {"body": "mine", "edited_at": None}, format="json"), 403, "forbidden")
    assert alice.get(url).json()["body"] == "again"


def test_a_title_is_kept_or_removed(alice, say):
    message = say(alice, title="About tea").json()["id"]
    url = f"/api/v1/messages/{message}/"
    kept = alice.patch(url, {"body": "more", "edited_at": None}, format="json").json()
    assert alice.get(url).json()["thread"]["title"] == "About tea"
    alice.patch(url, {"body": "more", "title": None, "edited_at": kept["edited_at"]}, format="json")
    assert alice.get(url).json()["thread"] is None


@pytest.mark.parametrize("sent", [{}, {"body": "a"}, {"body": "a", "edited_at": 7}, {"body": "", "edited_at": None}])
def test_bad_edits_are_invalid(alice, message, sent):
    refused(alice.patch(f"/api/v1/messages/{message}/", sent, format="json"), 400, "invalid")


def test_a_deleted_message_is_a_tombstone(alice, bob, message):
    url = f"/api/v1/messages/{message}/"
    refused(bob.delete(url), 403, "forbidden")
    ack = alice.delete(url)
    assert (ack.status_code, set(ack.json())) == (200, {"event_seq"})
    assert alice.delete(url).json() == ack.json()
    shown = bob.get(url).json()
    assert (shown["body"], shown["html"]) == ("", "")
    assert shown["deleted_at"]
    refused(alice.patch(url, {"body": "back", "edited_at": None}, format="json"), 409, "conflict")


def test_reactions_come_and_go(alice, bob, message):
    url = f"/api/v1/messages/{message}/reactions/"
    added = bob.post(url, {"emoji": "👍"}, format="json")
    assert (added.status_code, set(added.json())) == (201, {"event_seq"})
    assert bob.post(url, {"emoji": "👍"}, format="json").json() == added.json()
    (shown,) = alice.get(f"/api/v1/messages/{message}/").json()["reactions"]
    assert shown == {"emoji": "👍", "count": 1, "users": [bob.user.pk]}
    assert bob.delete(f"{url}?emoji=👍").json()["event_seq"] == added.json()["event_seq"] + 1
    assert alice.get(f"/api/v1/messages/{message}/").json()["reactions"] == []


@pytest.mark.parametrize("emoji", ["", "x", "👍👍", "x" * 5000, 7, None, ":tea:"])
def test_what_is_no_emoji_is_invalid(alice, message, emoji):
    url = f"/api/v1/messages/{message}/reactions/"
    refused(alice.post(url, {"emoji": emoji}, format="json"), 400, "invalid")
    refused(alice.delete(url), 400, "invalid")


# --- Who may -------------------------------------------------------------------------------------------------------


def acts(room, message):
    """Every act of this door: `(method, path, body)`."""
    return [
        ("get", f"/api/v1/rooms/{room}/messages/", None),
        ("post", f"/api/v1/rooms/{room}/messages/", {"body": "a"}),
        ("get", f"/api/v1/rooms/{room}/changes/?epoch=x&after=0", None),
        ("put", f"/api/v1/rooms/{room}/read/", {"seq": 1}),
        ("get", f"/api/v1/messages/{message}/", None),
        ("patch", f"/api/v1/messages/{message}/", {"body": "a", "edited_at": None}),
        ("delete", f"/api/v1/messages/{message}/", None),
        ("post", f"/api/v1/messages/{message}/reactions/", {"emoji": "👍"}),
        ("delete", f"/api/v1/messages/{message}/reactions/?emoji=👍", None),
    ]


def do(client, method, path, body):
    return getattr(client, method)(path, body, format="json")


def without_id(answer):
    document = answer.json()
    document.pop("request_id")
    return answer.status_code, document


def test_an_outsider_cannot_tell_a_private_room_from_none(charlie, room, message):
    for here, nowhere in zip(acts(room.pk, message), acts(10**6, 10**6), strict=True):
        answer = do(charlie, *here)
        refused(answer, 404, "not_found")
        assert without_id(answer) == without_id(do(charlie, *nowhere))
    assert Message.objects.filter(kind="message").count() == 1


def test_nobody_is_told_to_sign_in(room, message):
    for act in acts(room.pk, message):
        answer = do(APIClient(), *act)
        refused(answer, 401, "unauthenticated")
        assert answer["WWW-Authenticate"]


def test_ids_that_no_column_holds_are_not_found(alice):
    for act in acts(10**30, 10**30):
        refused(do(alice, *act), 404, "not_found")


def test_in_a_public_room_a_visitor_reads_and_may_not_act(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Hall")
    message = commit(services.post_message, alice.user, room.pk, body="hi", msg_id=str(uuid.uuid4())).id
    for method, path, body in acts(room.pk, message):
        answer = do(bob, method, path, body)
        if method == "get":
            assert answer.status_code == 200
        else:
            refused(answer, 403, "forbidden")


def test_who_joined_later_sees_nothing_of_before_where_history_begins_there(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Hall", history=Room.History.JOINED)
    secret = commit(services.post_message, alice.user, room.pk, body="canary-7c1", msg_id=str(uuid.uuid4()))
    commit(rooms.join_room, bob.user, room)
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/")
    changes = bob.get(
        f"/api/v1/rooms/{room.pk}/changes/", {"epoch": history.json()["epoch"], "after": history.json()["head"]}
    )
    for answer in (history, changes, *(do(bob, *act) for act in acts(room.pk, secret.id)[4:])):
        assert b"canary-7c1" not in answer.content
    refused(bob.get(f"/api/v1/messages/{secret.id}/"), 404, "not_found")


def test_a_removed_member_gets_nothing_more(room, alice, bob, message):
    commit(rooms.remove_member, alice.user, room, bob.user)
    for act in acts(room.pk, message):
        refused(do(bob, *act), 404, "not_found")


def test_an_archived_room_is_read_only(room, alice, bob, message):
    commit(rooms.archive_room, alice.user, room)
    for method, path, body in acts(room.pk, message):
        answer = do(bob, method, path, body)
        if method == "get" or path.endswith("/read/"):
            assert answer.status_code == 200
        else:
            refused(answer, 403, "forbidden")
