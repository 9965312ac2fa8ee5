"""Direct rooms: one for each set of people, seen by the others from its first message on, hidden by each for themselves."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.admin.sites import site
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Change, Personal, RoomLeft
from messaging import reads, resume
from messaging import services as messages
from messaging.models import Message
from rooms import services, snapshot
from rooms.models import Membership, Room, RoomLog
from tests.rooms.conftest import is_member, log_of, of_kind, person, sent, user_seq


def talk(actor: User, *others: User) -> Room:
    """The conversation of these people, opened by `actor`."""
    return commit(services.open_direct, actor, [user.pk for user in others])[0]


def say(author: User, room: Room, body: str = "hello") -> messages.Posted:
    return commit(messages.post_message, author, room.pk, body=body, msg_id=str(uuid.uuid4()))


def seen(user: User) -> set[int]:
    """The rooms that are stated to `user`."""
    return {room["id"] for room in snapshot.rooms_of(user.pk).rooms}


def test_one_room_for_each_set_of_people(place, alice, bob, dan):
    room = talk(alice, bob)
    assert (room.kind, room.workspace_id, room.slug, room.name, room.members_count) == ("direct", None, None, "", 2)
    assert talk(bob, alice) == talk(alice, bob, bob) == talk(alice, alice, bob) == room
    assert len({room, talk(alice, bob, dan), talk(alice, dan), talk(alice), talk(bob)}) == 5
    assert talk(alice) == talk(alice, alice)
    assert Room.objects.count() == 5
    assert (log_of(room).head, log_of(room).last_seq) == (0, 0)
    assert not Message.objects.exists()


def test_it_appears_to_the_others_with_its_first_message(place, alice, bob, dan, heard):
    room = talk(alice, bob, dan)
    assert [(event.user, event.rooms) for event in of_kind(heard, Personal)] == [(alice.pk, [room.pk])]
    assert (seen(alice), seen(bob), seen(dan)) == ({room.pk}, set(), set())
    before = {user: user_seq(user) for user in (alice, bob, dan)}
    heard.clear()
    say(alice, room)
    change, *told = heard
    assert isinstance(change, Change)
    assert told == [Personal(user=user.pk, user_seq=before[user] + 1, rooms=[room.pk]) for user in (bob, dan)]
    assert user_seq(alice) == before[alice]
    (stated,) = snapshot.rooms_of(bob.pk).rooms
    assert (stated["unread"], stated["joined_seq"], stated["joined_event_seq"], stated["role"]) == (1, 0, 0, "member")
    heard.clear()
    say(bob, room)
    assert [type(event) for event in heard] == [Change]


def test_its_people_are_stated_to_each_in_the_same_way(place, alice, bob, dan):
    room = talk(alice, bob)
    say(alice, room)
    mine, theirs = (snapshot.rooms_of(user.pk).rooms[0] for user in (alice, bob))
    assert mine["users"] == theirs["users"]
    assert [user["id"] for user in mine["users"]] == sorted([alice.pk, bob.pk])
    assert set(mine["users"][0]) == {"id", "username", "display_name", "avatar_url", "is_bot"}
    assert sent(bob, "get", f"/rooms/{room.pk}/").json() == theirs
    assert sent(bob, "get", "/rooms/").json()["results"] == [theirs]


@pytest.mark.parametrize("number", [1, 6])
def test_one_query_more_whatever_the_number_of_direct_rooms(place, alice, django_assert_max_num_queries, number):
    for count in range(number):
        talk(alice, person(f"p{count}", place))
    RoomLog.objects.update(last_seq=9, head=9, posted=8)
    with django_assert_max_num_queries(4):
        found = snapshot.rooms_of(alice.pk).rooms
    assert [len(room["users"]) for room in found] == [2] * number


def test_hiding_takes_it_from_ones_list_until_the_next_message(place, alice, bob, heard):
    room = talk(alice, bob)
    say(alice, room)
    head, before = log_of(room).head, user_seq(bob)
    heard.clear()
    commit(services.hide_room, bob, room)
    commit(services.hide_room, bob, room)
    assert heard == [
        RoomLeft(user=bob.pk, room=room.pk, event_seq=head, reason="hidden"),
        Personal(user=bob.pk, user_seq=before + 1, gone=[room.pk]),
    ]
    assert (log_of(room).head, seen(bob), seen(alice)) == (head, set(), {room.pk})
    assert is_member(bob, room)
    say(alice, room, "are you there?")
    assert seen(bob) == {room.pk}
    assert snapshot.rooms_of(bob.pk).rooms[0]["unread"] == 2


def test_opening_it_again_shows_what_was_hidden(place, alice, bob, heard):
    room = talk(alice, bob)
    say(alice, room)
    commit(services.leave_room, bob, room)
    heard.clear()
    assert commit(services.open_direct, bob, [alice.pk]) == (room, False)
    assert [event.rooms for event in heard] == [[room.pk]]
    assert seen(bob) == {room.pk}
    assert commit(services.open_direct, bob, [alice.pk]) == (room, False)
    assert len(heard) == 1


def test_nobody_learns_that_another_opened_it_and_said_nothing(place, alice, bob):
    first = sent(alice, "post", "/rooms/direct/", {"users": [bob.pk]})
    second = sent(bob, "post", "/rooms/direct/", {"users": [alice.pk]})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert sent(bob, "post", "/rooms/direct/", {"users": [alice.pk]}).status_code == 200


def test_notes_to_self(place, alice):
    answer = sent(alice, "post", "/rooms/direct/", {"users": []})
    notes = answer.json()
    assert (answer.status_code, notes["members_count"], len(notes["users"])) == (201, 1, 1)
    again = sent(alice, "post", "/rooms/direct/", {"users": [alice.pk]})
    assert (again.status_code, again.json()["id"]) == (200, notes["id"])
    path = f"/rooms/{notes['id']}"
    assert sent(alice, "post", f"{path}/messages/", {"body": "milk"}).status_code == 201
    assert sent(alice, "delete", f"{path}/members/{alice.pk}/").status_code == 204
    assert sent(alice, "post", f"{path}/messages/", {"body": "eggs"}).status_code == 404
    assert sent(alice, "post", "/rooms/direct/", {"users": []}).json()["last_seq"] == 1


DOORS: list[tuple[str, str, dict | None]] = [
    ("get", "", None),
    ("patch", "", {"topic": "x"}),
    ("delete", "", None),
    ("get", "members/", None),
    ("post", "members/", {"user": 1}),
    ("get", "messages/", None),
    ("post", "messages/", {"body": "hello"}),
    ("put", "read/", {"seq": 1}),
    ("put", "notify/", {"notify": "all"}),
    ("get", "bans/", None),
    ("post", "bans/", {"user": 1}),
    ("get", "invitations/", None),
    ("post", "invitations/", {}),
]


@pytest.mark.parametrize(("method", "rest", "data"), DOORS, ids=str)
def test_who_does_not_see_it_gets_404_at_every_door(place, alice, bob, ada, charlie, method, rest, data):
    room = talk(alice, bob)
    posted = say(alice, room)
    commit(services.hide_room, bob, room)
    before = Membership.objects.filter(is_hidden=True).count()
    for user in (bob, ada, charlie):
        answer = sent(user, method, f"/rooms/{room.pk}/{rest}", data)
        unknown = sent(user, method, f"/rooms/999999/{rest}", data)
        assert (answer.status_code, unknown.status_code) == (404, 404), user
        assert {**answer.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    for user in (bob, ada, charlie):
        path = f"/messages/{posted.id}/"
        assert sent(user, "get", path).status_code == 404
        assert sent(user, "post", f"{path}reactions/", {"emoji": "👍"}).status_code == 404
        assert sent(user, "delete", path).status_code == 404
    assert (log_of(room).head, Membership.objects.filter(is_hidden=True).count()) == (1, before)


def test_who_hid_it_syncs_and_marks_nothing(place, alice, bob):
    room = talk(alice, bob)
    posted = say(alice, room)
    commit(services.hide_room, bob, room)
    (answer,) = resume.sync(bob, services.epoch(), [(room.pk, 0)])["rooms"]
    assert isinstance(answer["error"], ObjectDoesNotExist)
    for attempt in (
        lambda: reads.history(bob, room.pk),
        lambda: commit(messages.mark_read, bob, room.pk, 1),
        lambda: commit(messages.mark_unread, bob, room.pk, 1),
    ):
        with pytest.raises(Room.DoesNotExist):
            attempt()
    assert not Message.objects.visible_to(bob).filter(pk=posted.id).exists()
    assert Message.objects.visible_to(alice).filter(pk=posted.id).exists()


def test_its_people_never_change(place, alice, bob, dan, root):
    room = talk(alice, bob)
    say(alice, room)
    acts: list[tuple[Callable, User, dict]] = [
        (services.add_member, alice, {"user": dan}),
        (services.remove_member, alice, {"user": bob}),
        (services.remove_member, root, {"user": bob}),
        (services.change_member_role, alice, {"user": bob, "role": "moderator"}),
        (services.ban_from_room, alice, {"user": bob}),
        (services.ban_from_room, root, {"user": bob}),
        (services.change_room, alice, {"name": "Ours"}),
        (services.change_room, root, {"kind": "private"}),
        (services.archive_room, alice, {}),
        (services.archive_room, root, {}),
    ]
    for service, actor, said in acts:
        with pytest.raises(PermissionDenied):
            commit(service, actor, room, **said)
    with pytest.raises(PermissionDenied):
        commit(services.create_invitation, alice, None, room=room)
    assert set(room.memberships.values_list("user", flat=True)) == {alice.pk, bob.pk}
    assert (log_of(room).head, log_of(room).last_seq) == (1, 1)
    assert commit(services.join_room, alice, room) == room.memberships.get(user=alice)


def test_only_a_direct_room_can_be_hidden(place, room, alice):
    with pytest.raises(PermissionDenied):
        commit(services.hide_room, alice, room)
    assert seen(alice) == {room.pk}


@pytest.fixture
def root():
    return person("root", is_staff=True, is_superuser=True)


def test_members_mark_notify_and_name_each_other(place, alice, bob, dan):
    room = talk(alice, bob)
    path = f"/rooms/{room.pk}/"
    say(alice, room, "look, @bob and @dan, @all")
    assert Message.objects.get().mentions == {"users": [bob.pk], "all": True}
    assert snapshot.rooms_of(bob.pk).rooms[0]["mentions"] == 1
    listed = sent(bob, "get", f"{path}members/").json()["results"]
    assert [(one["user"]["id"], one["last_read_seq"]) for one in listed] == [(alice.pk, 1), (bob.pk, 0)]
    assert sent(bob, "put", f"{path}read/", {"seq": 1}).json()["unread"] == 0
    assert sent(bob, "put", f"{path}notify/", {"notify": "nothing"}).status_code == 200
    assert sent(bob, "delete", f"{path}members/{alice.pk}/").status_code == 403
    assert sent(bob, "delete", f"{path}members/{bob.pk}/").status_code == 204
    assert sent(bob, "get", path).status_code == 404


def test_the_admin_lists_nobodys_conversations(place, alice, bob, root, rf):
    say(alice, talk(alice, bob))
    request = rf.get("/admin/")
    request.user = root
    for model in (Room, Membership, Message):
        assert not site.get_model_admin(model).get_queryset(request).exists()
