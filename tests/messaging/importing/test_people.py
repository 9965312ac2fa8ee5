"""Authors become people, who owe nobody anything and write under nobody else's name."""

import pytest
from django.core.management import CommandError

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging import services
from messaging.services import marks
from rooms import services as rooms
from rooms.models import Membership, Room, Workspace
from tests.messaging.importing.world import bring_in, line, recount, said, unread

pytestmark = pytest.mark.django_db


def test_authors_become_people_who_cannot_sign_in(owner, file):
    bring_in(
        file(
            [
                line(0),
                line(1, author="Ada  CHEN!"),
                line(2, author="😀"),
                line(3, author="Admin"),
                line(4, author="数学 爱好者"),
            ]
        )
    )
    people = {user.display_name: user for user in User.objects.exclude(pk=owner.pk)}
    assert set(people) == {"Ada Chen", "Ada CHEN!", "😀", "Admin", "数学 爱好者"}
    assert people["数学 爱好者"].username == "数学-爱好者"
    assert people["😀"].username == "person"
    assert people["Admin"].username.startswith("admin-")
    assert sum(user.username == "ada-chen" for user in people.values()) == 1
    assert not any(user.has_usable_password() for user in people.values())
    assert all(user.workspace_memberships.get().role == "member" for user in people.values())


def test_nobody_writes_under_the_name_of_a_real_person(owner, file):
    real = User.objects.create_user("ada-chen", password="hunter2-hunter2", display_name="Ada Chen")
    bring_in(file([line()]))
    assert said()[0].author != real
    assert said()[0].author.display_name == "Ada Chen"


def test_nobody_has_thousands_unread(owner, file):
    bob = User.objects.create_user("bob", password="hunter2-hunter2")
    commit(rooms.add_to_workspace, owner, Workspace.objects.get(), bob, role="member")
    general = Room.objects.get(slug="general")
    commit(rooms.join_room, bob, general)
    seq = commit(
        services.post_message, owner, general.pk, body="before", msg_id="6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11"
    ).seq
    version = User.objects.get(pk=owner.pk).user_seq
    bring_in(file([line(number, room="general", author=("Ada Chen", "Bo Lund")[number % 2]) for number in range(9)]))
    assert unread(owner, "general") == 0
    assert User.objects.get(pk=owner.pk).user_seq > version
    assert unread(bob, "general") == 10  # bob had not read the message before
    assert unread(User.objects.get(username="ada-chen"), "general") == 0
    assert commit(marks.mark_read, bob, general.pk, seq).unread == 9
    recount()


def test_only_public_open_rooms_are_written_into(owner, file):
    place = Workspace.objects.get()
    commit(rooms.create_room, owner, place, name="secret", kind="private")
    archived = commit(rooms.create_room, owner, place, name="old")
    commit(rooms.archive_room, owner, archived)
    for room in ("secret", "old"):
        with pytest.raises(CommandError, match=f"The room {room} is"):
            bring_in(file([line(room=room)]))
    assert not User.objects.filter(username="ada-chen").exists()


def test_who_was_banned_stays_out_but_is_heard(owner, file):
    bring_in(file([line(0)]))
    room, ada = Room.objects.get(slug="maths"), User.objects.get(username="ada-chen")
    commit(rooms.ban_from_room, owner, room, ada)
    bring_in(file([line(1)], name="second.jsonl"))
    assert len(said()) == 2
    assert not Membership.objects.filter(room=room, user=ada).exists()
    recount()


def test_the_owner_is_named_or_found(owner, file):
    path = file([line()])
    with pytest.raises(CommandError, match="Nobody in the workspace is called charlie"):
        bring_in(path, owner="charlie")
    with pytest.raises(CommandError, match="No such file"):
        bring_in(path.with_name("nothing.jsonl"))
    mo = User.objects.create_user("mo")
    commit(rooms.add_to_workspace, owner, Workspace.objects.get(), mo, role="moderator")
    bring_in(path, owner="Mo")
    assert Room.objects.get(slug="maths").created_by == mo


def test_before_the_set_up_it_is_refused(file):
    with pytest.raises(CommandError, match="no workspace yet"):
        bring_in(file([line()]))
