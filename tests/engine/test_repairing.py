"""What a repair of a room carries to whom, where sockets stand at different numbers."""

from chatsite.realtime.commit import run
from chatsite.realtime.hub import hub
from messaging import services as messages


async def test_a_socket_that_stands_before_a_repair_misses_nothing(connect, room, alice, bob):
    """Its `hello` was read before the feed came as far as it is: what the repair reads begins later than what the socket lacks."""
    his = await connect(bob)
    head = next(one["head"] for one in his.hello["rooms"] if one["id"] == room.pk)
    unheard = [
        run(messages.post_message, alice, room.pk, body=str(n), msg_id=f"00000000-0000-4000-8000-00000000000{n}")
        for n in range(3)
    ]
    feed = hub().feeds[room.pk]
    feed.head = unheard[0].value.event_seq
    await feed.repair("gap")
    changes = await his.reaches(room, unheard[2].value.event_seq)
    assert changes[0]["from"] == head
    assert [one["body"] for change in changes for one in change["messages"]] == ["0", "1", "2"]
