"""Counts are those of the moment that a statement names: what was posted since comes to the client by itself, and counts then."""

from messaging.mentions import mentions_after_marks
from rooms.models import Membership, RoomLog
from tests.engine.conftest import say


def test_a_mention_behind_the_stated_end_does_not_count(room, alice, bob):
    mark = Membership.objects.get(room=room, user=bob).last_read_seq
    say(alice, room, f"@{bob.username} one")
    end = RoomLog.objects.get(room=room).last_seq
    say(alice, room, f"@{bob.username} two")
    assert mentions_after_marks(bob.pk, {room.pk: (mark, end)}) == {room.pk: 1}
    assert mentions_after_marks(bob.pk, {room.pk: (mark, end + 1)}) == {room.pk: 2}
