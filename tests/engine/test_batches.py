"""Posting for many: who is refused is refused alone, and a number is never lost."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError

from chatsite.realtime.commit import commit, run
from chatsite.realtime.errors import Conflict, TooLarge
from messaging.models import Message
from messaging.services import Post, Posted, post_messages
from rooms import services
from rooms.models import Membership, Room, RoomLog
from tests.engine.conftest import say


def post(author, room, body="hello", msg_id=None, **more) -> Post:
    return Post(author, room.pk, body, msg_id or str(uuid.uuid4()), **more)


def test_the_refused_are_refused_alone(room, cellar, alice, bob, mo, charlie):
    again = str(uuid.uuid4())
    batch = [
        post(alice, room, "one"),
        post(mo, room, "no member"),
        post(charlie, cellar, "stranger"),
        post(bob, cellar, " "),
        post(bob, cellar, "x" * 10_001),
        post(bob, room, "two", again),
        post(bob, room, "two", again),
        post(bob, room, "other", again),
        post(bob, cellar, "three"),
    ]
    outcomes = run(post_messages, batch).value
    kinds = [Posted, PermissionDenied, Room.DoesNotExist, ValidationError, TooLarge, Posted, Posted, Conflict, Posted]
    assert [type(outcome) for outcome in outcomes] == kinds
    assert outcomes[6].duplicate and outcomes[6].id == outcomes[5].id
    for where in (room, cellar):
        log = RoomLog.objects.get(room=where)
        seqs = list(Message.objects.filter(room=where).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, log.last_seq + 1))
        assert log.posted == Message.objects.filter(room=where, kind="message").count()


def test_a_batch_with_a_reply_numbers_root_and_reply(room, alice, bob):
    root = say(alice, room, "root")
    outcomes = run(
        post_messages, [post(bob, room, "first", reply_to=root.id), post(alice, room, "second", reply_to=root.id)]
    ).value
    rows = Message.objects.filter(room=room).order_by("event_seq").values_list("body", "event_seq", "replies")
    assert [outcome.event_seq for outcome in outcomes] == [root.event_seq + 1, root.event_seq + 3]
    assert list(rows)[-3:] == [
        ("first", root.event_seq + 1, 0),
        ("second", root.event_seq + 3, 0),
        ("root", root.event_seq + 4, 2),
    ]


def test_my_own_posts_are_not_unread(room, alice, bob):
    say(alice, room, "one")
    say(bob, room, "mine, behind an unread one")
    say(alice, room, "two")
    member = Membership.objects.get(room=room, user=bob)
    assert (member.own_after, RoomLog.objects.get(room=room).posted - member.read_posted - member.own_after) == (1, 2)
    hers = Membership.objects.get(room=room, user=alice)
    assert hers.own_after == 1 and hers.read_posted == 1


def test_an_id_sent_to_two_rooms_is_a_conflict(room, cellar, alice):
    msg_id = str(uuid.uuid4())
    run(post_messages, [post(alice, room, "a", msg_id)])
    (outcome,) = run(post_messages, [post(alice, cellar, "a", msg_id)]).value
    assert isinstance(outcome, Conflict)


def test_the_removed_get_the_answer_to_what_they_sent(room, alice, bob):
    sent = post(bob, room, "before")
    (first,) = run(post_messages, [sent]).value
    commit(services.remove_member, alice, room, bob)
    (again,) = run(post_messages, [post(bob, room, "before", sent.msg_id)]).value
    assert again.duplicate and (again.id, again.seq, again.event_seq) == (first.id, first.seq, first.event_seq)
