"""Doorbells of another version: while a deploy rolls, what one process does not know yet is ignored, and nothing breaks."""

import msgspec
import pytest

from chatsite.realtime import events
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Notified, RoomLeft, decode, encode
from rooms import services
from tests.engine.conftest import say

pack = msgspec.msgpack.encode


def test_an_event_of_a_type_from_tomorrow_is_none():
    assert decode(pack({"type": "weather", "room": 7, "rain": True})) is None


def test_a_member_from_tomorrow_is_left_out():
    assert decode(pack({"type": "typing", "room": 7, "user": 3, "active": True, "mood": "hasty"})) == events.Typing(
        7, 3, active=True
    )


@pytest.mark.parametrize(
    "broken", [b"\xc1", pack(7), pack({}), pack({"type": 7}), pack({"type": "typing", "room": "seven"})]
)
def test_what_is_no_event_is_an_error(broken):
    with pytest.raises(msgspec.MsgspecError):
        decode(broken)


def test_every_event_is_read_as_it_was_written():
    for event in (
        events.Presence(process="a", users={3: "online"}, counts={7: 812}, whole=True),
        events.Personal(user=3, user_seq=4, kinds=["settings"], do_not_disturb=True),
        RoomLeft(user=3, room=7, event_seq=9, reason="hidden"),
    ):
        assert decode(encode(event)) == event


async def test_a_notification_is_told_on_each_socket_of_its_person(connect, engine, room, alice, bob):
    hers, his, again = await connect(alice), await connect(bob), await connect(bob)
    engine().hear(
        Notified(
            user=bob.pk, notification={"id": 1, "kind": "mention", "room": room.pk, "message": {"id": 1, "seq": 1}}
        )
    )
    for socket in (his, again):
        assert (await socket.event("notification"))["kind"] == "mention"
    await hers.ask("ping")
    assert not hers.events("notification")


async def test_a_room_that_was_left_without_a_number_is_gone_and_nothing_of_it_comes_later(
    connect, engine, settings, room, alice, bob
):
    settings.SWEEP_SECONDS = 60.0
    hers, his = await connect(alice), await connect(bob)
    room.memberships.filter(user=bob).update(is_hidden=True)
    room.log.refresh_from_db()
    engine().hear(RoomLeft(user=bob.pk, room=room.pk, event_seq=room.log.head, reason="hidden"))
    assert await his.event("room.left") == {"room": room.pk, "event_seq": room.log.head, "reason": "hidden"}
    posted = say(alice, room)
    await hers.reaches(room, posted.event_seq)
    await his.ask("ping")
    assert not his.events("changes")


async def test_one_that_comes_late_takes_away_nothing_that_is_back(connect, engine, settings, room, alice, bob):
    settings.SWEEP_SECONDS = 60.0
    his = await connect(bob)
    engine().hear(RoomLeft(user=bob.pk, room=room.pk, event_seq=1, reason="hidden"))
    stated = await his.event("rooms.changed")
    assert [one["id"] for one in stated["rooms"]] == [room.pk]
    posted = say(alice, room, "still here")
    assert "still here" in str(await his.reaches(room, posted.event_seq))
    commit(services.leave_room, bob, room)
    await his.event("room.left", reason="left")
