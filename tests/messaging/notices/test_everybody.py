"""Whatever happens between posting and delivery: each is told who may read it, wants it and has not read it, exactly once; nobody else ever."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import services as accounts
from chatsite.errors import describe
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message, Notification
from messaging.notices import delivery, recipients
from rooms import services
from rooms.models import Membership
from tests.background import run_tasks
from tests.messaging.notices.conftest import chooses, direct, level, made, person, reads, said

NAMES = ("alice", "bob", "dan", "mo", "gus", "charlie")
WORDS = ("plain", "@bob", "@dan and @mo", "@all", "@gus @charlie")


@pytest.fixture
def rooms(place, alice, bob, dan, mo, gus, charlie):
    return [
        made(alice, place, bob, dan, gus, name="Kitchen"),
        made(alice, place, bob, mo, name="Cellar", kind="private"),
        made(alice, place, dan, mo, name="Attic", history="joined"),
        direct(alice, bob, dan),
    ]


def meanwhile(chance: random.Random, people: dict, room, message) -> None:
    """Something that bears on who is told."""
    who = people[chance.choice(NAMES)]
    acts = [
        lambda: commit(services.leave_room, who, room),
        lambda: commit(services.remove_member, people["alice"], room, who),
        lambda: commit(services.ban_from_room, people["alice"], room, who),
        lambda: commit(services.join_room, who, room),
        lambda: commit(services.add_member, people["alice"], room, who),
        lambda: reads(who, room, message.seq),
        lambda: chooses(who, notify=chance.choice(["all", "mentions", "nothing"])),
        lambda: level(who, room, chance.choice(["all", "mentions", "nothing", None])),
        lambda: commit(accounts.block, who, message.author),
        lambda: commit(messages.delete_message, message.author, message.pk),
        lambda: commit(services.change_room, people["alice"], room, kind=chance.choice(["public", "private"])),
    ]
    try:
        chance.choice(acts)()
    except Exception as refused:
        if describe(refused).code == "internal":
            raise  # many of these may not: that is their own business


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_each_is_told_once_of_what_they_may_read_and_nobody_else(rooms, seed):
    from django.db import transaction

    with transaction.atomic():
        _story(random.Random(seed), rooms)
        transaction.set_rollback(True)


def _story(chance: random.Random, rooms) -> None:
    from accounts.models import User

    people = {user.username: user for user in User.objects.all()}
    room = chance.choice(rooms)
    author = chance.choice(list(Membership.objects.filter(room=room, is_hidden=False).order_by("pk"))).user
    root = said(author, room, "root")
    run_tasks()
    message = said(author, room, chance.choice(WORDS), reply_to=root if chance.random() < 0.4 else None)
    for _act in range(chance.randrange(4)):
        meanwhile(chance, people, room, message)
    run_tasks()
    delivery.deliver([message.pk])
    rows = list(Notification.objects.filter(message=message))
    told = {row.user_id for row in rows}
    assert len(told) == len(rows), "somebody was told twice"
    message.refresh_from_db()
    for user in User.objects.all():
        may = Message.objects.visible_to(user).filter(pk=message.pk, deleted_at=None).exists()
        assert may or user.pk not in told, f"{user.username} was told of what they may not read"
        assert not (user.pk in told and accounts.blocked_by(user) & {author.pk})
        place = Membership.objects.filter(room=room, user=user).first()
        wanted = (place and place.notify) or user.notify
        has_read = place is not None and place.last_read_seq >= message.seq
        named = user.pk in message.mentions["users"] and user.pk != author.pk
        if named and may and wanted != "nothing" and not has_read and author.pk not in accounts.blocked_by(user):
            assert user.pk in told, f"{user.username} was named and not told"


@pytest.mark.parametrize("number", range(4))
def test_readers_are_those_to_whom_the_message_is_visible(rooms, place, alice, bob, dan, mo, gus, charlie, number):
    """For many at once the same as `visible_to` says one by one."""
    ada = person("ada", place, "admin")
    message, room = said(alice, rooms[number]), rooms[number]
    if room.kind == "public":
        commit(services.ban_from_room, alice, room, mo)
    people = [alice, bob, dan, mo, gus, charlie, ada]
    places = {row.user_id: row for row in Membership.objects.filter(room=room)}
    found = recipients._readers(message, room, [user.pk for user in people], places)
    visible = {user.pk for user in people if Message.objects.visible_to(user).filter(pk=message.pk).exists()}
    assert found | {alice.pk} == visible | {alice.pk}
