"""A room's settings, and the archive."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Change
from rooms import services
from rooms.models import Room
from tests.rooms.conftest import last_told, log_of, of_kind, told


@pytest.mark.parametrize(
    ("field", "value", "event", "old"),
    [
        ("name", "Pantry", "renamed", "Kitchen"),
        ("topic", "Food", "topic_changed", ""),
        ("kind", "private", "kind_changed", "public"),
        ("history", "joined", "history_changed", "shared"),
        ("threads", "threaded", "threads_changed", "flat"),
        ("open_to_web", True, "open_to_web_changed", False),
        ("slow_mode_seconds", 30, "slow_mode_changed", 0),
    ],
)
def test_each_change_is_told_once(room, alice, heard, field, value, event, old):
    heard.clear()
    commit(services.change_room, alice, room, **{field: value})
    commit(services.change_room, alice, room, **{field: value})
    assert told(room) == ["room_created", event]
    assert last_told(room) == {"event": event, "old": old, "new": value}
    assert getattr(Room.objects.get(), field) == value
    (change,) = of_kind(heard, Change)
    assert (change.shared[field], change.shared["head"]) == (value, 2)


def test_several_changes_are_one_transaction_and_one_number_each(room, alice):
    commit(services.change_room, alice, room, name="Den", topic="Quiet", history="shared")
    assert told(room)[1:] == ["renamed", "topic_changed"]
    with pytest.raises(ValidationError) as refused:
        commit(services.change_room, alice, room, name="Attic", slow_mode_seconds=-1)
    assert list(refused.value.message_dict) == ["slow_mode_seconds"]
    assert (Room.objects.get().name, room.name, log_of(room).head) == ("Den", "Den", 3)


def test_slug_follows_the_name(room, alice):
    assert commit(services.change_room, alice, room, name="The Den").slug == Room.objects.get().slug == "the-den"
    assert commit(services.change_room, alice, room, name="The den").slug == "the-den"


def test_a_room_that_becomes_private_is_closed_to_the_web(room, alice):
    commit(services.change_room, alice, room, open_to_web=True)
    commit(services.change_room, alice, room, kind="private")
    assert told(room)[-2:] == ["kind_changed", "open_to_web_changed"]
    with pytest.raises(ValidationError):
        commit(services.change_room, alice, room, open_to_web=True)


def test_who_may(room, private, alice, bob, mo, gus, charlie):
    commit(services.join_room, bob, room)
    commit(services.add_member, alice, room, gus)
    for user in (bob, gus, charlie):
        for service in (services.change_room, services.archive_room):
            with pytest.raises(PermissionDenied):
                commit(service, user, room)
    commit(services.change_room, mo, room, topic="Order")
    for user in (alice, mo):
        with pytest.raises(PermissionDenied):
            commit(services.change_room, user, private, topic="Order")
    commit(services.change_room, bob, private, topic="Order")


def test_archived_room_is_read_only(room, alice, bob, dan, mo, charlie):
    commit(services.join_room, bob, room)
    commit(services.archive_room, mo, room)
    assert told(room)[-1] == "archived"
    head = log_of(room).head
    commit(services.archive_room, mo, room)
    acts = [
        (services.change_room, alice, room, {"topic": "x"}),
        (services.join_room, dan, room, {}),
        (services.leave_room, bob, room, {}),
        (services.add_member, alice, room, {"user": dan}),
        (services.remove_member, alice, room, {"user": bob}),
        (services.change_member_role, alice, room, {"user": bob, "role": "moderator"}),
        (services.ban_from_room, alice, room, {"user": bob}),
        (services.create_invitation, alice, room.workspace, {"room": room}),
        (services.unarchive_room, bob, room, {}),
        (services.unarchive_room, charlie, room, {}),
    ]
    for service, actor, target, said in acts:
        with pytest.raises(PermissionDenied):
            commit(service, actor, target, **said)
    assert log_of(room).head == head
    commit(services.unarchive_room, alice, room)
    commit(services.unarchive_room, alice, room)
    assert told(room)[-2:] == ["archived", "unarchived"]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["room.archived", "room.unarchived"]


def test_opening_and_changing_in_one_go(room, alice):
    commit(services.archive_room, alice, room)
    commit(services.change_room, alice, room, archived=False, topic="Again")
    commit(services.change_room, alice, room, archived=True, topic="Over")
    assert told(room)[1:] == ["archived", "unarchived", "topic_changed", "topic_changed", "archived"]
