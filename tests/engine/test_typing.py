"""Typing: told at once to the others of the room, by who may write there, and kept nowhere."""

import asyncio

import pytest

from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Typing
from messaging import watching
from rooms import services
from tests.engine.conftest import Refused
from tests.engine.test_slow_readers import slow


async def type_in(socket, room, *, active=True):
    """Send `typing`, and wait until the server has handled it: what comes behind it in the room has been answered."""
    await socket.send_text(
        f'{{"msg_id": "t", "cmd_type": "typing", "payload": {{"room": {room.pk}, "active": {str(active).lower()}}}}}'
    )
    await socket.ask("history", room=room.pk, limit=1)


async def test_the_others_are_told_and_there_is_no_ack(connect, room, alice, bob):
    hers, his, again = await connect(alice), await connect(bob), await connect(bob)
    await type_in(his, room)
    assert await hers.event("typing") == {"room": room.pk, "user": bob.pk, "active": True}
    await type_in(his, room, active=False)
    await hers.event("typing", active=False)
    await again.ask("ping")
    assert not his.events("typing") and not again.events("typing")
    assert "t" not in his.answers


async def test_who_may_not_write_is_refused(connect, room, cellar, alice, bob, mo, charlie):
    for somebody, where, code in ((mo, room, "forbidden"), (mo, cellar, "not_found"), (charlie, room, "not_found")):
        socket = await connect(somebody)
        with pytest.raises(Refused) as refused:
            await socket.ask("typing", room=where.pk, active=True)
        assert refused.value.code == code
    commit(services.archive_room, alice, room)
    his = await connect(bob)
    with pytest.raises(Refused) as refused:
        await his.ask("typing", room=room.pk, active=True)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    "payload", [{"room": 1}, {"room": "1", "active": True}, {"room": 1, "active": 1}, {"active": True}]
)
async def test_a_malformed_one_is_refused(connect, room, bob, payload):
    his = await connect(bob)
    with pytest.raises(Refused) as refused:
        await his.ask("typing", **payload)
    assert refused.value.code == "invalid"


async def test_in_a_large_room_it_is_dropped(connect, monkeypatch, room, alice, bob):
    monkeypatch.setattr(watching, "TYPING_UP_TO", 1)
    hers, his = await connect(alice), await connect(bob)
    await type_in(his, room)
    await hers.ask("ping")
    assert not hers.events("typing")


async def test_who_was_removed_hears_of_nobody_and_is_heard_by_nobody(connect, engine, room, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    commit(services.remove_member, alice, room, bob)
    await his.event("room.left")
    engine().hear(Typing(room=room.pk, user=alice.pk, active=True))
    with pytest.raises(Refused):
        await his.ask("typing", room=room.pk, active=True)
    await hers.ask("ping")
    assert not his.events("typing") and not hers.events("typing")


async def test_a_slow_socket_is_not_told(connect, engine, room, alice, bob):
    reader = await slow(bob)
    reader.fall_behind()
    waiting = len(reader.connection._waiting)
    engine().hear(Typing(room=room.pk, user=alice.pk, active=True))
    await asyncio.sleep(0)
    assert len(reader.connection._waiting) == waiting
    engine().leave(reader.connection)


async def test_it_draws_from_the_bucket_of_commands(connect, settings, room, alice, bob):
    his = await connect(bob)
    settings.COMMANDS_PER_SECOND, settings.COMMANDS_BURST = 0.001, 2
    limits._buckets.clear()
    await type_in(his, room)
    await type_in(his, room)
    with pytest.raises(Refused) as refused:
        await his.ask("typing", room=room.pk, active=True)
    assert refused.value.code == "rate_limited"
