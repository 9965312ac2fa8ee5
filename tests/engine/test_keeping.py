"""Pins, threads and what one keeps, at sockets: who hears of it, and what stays one's own."""

import pytest

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message
from rooms import services
from tests.engine.conftest import Refused, apart, say


async def test_a_pin_is_a_change_with_its_cause(connect, room, alice, bob):
    posted = say(bob, room, "the plan")
    at_alice, at_bob = await connect(alice), await connect(bob)
    pinned = await at_alice.ask("message.pin", message=posted.id)
    (change,) = await at_bob.reaches(room, pinned["event_seq"])
    assert change["cause"] == {"kind": "pin", "user": alice.pk}
    assert change["messages"][0]["pinned_at"]
    assert await at_alice.ask("message.pin", message=posted.id) == pinned
    gone = await at_alice.ask("message.unpin", message=posted.id)
    assert gone["event_seq"] == pinned["event_seq"] + 1
    with pytest.raises(Refused) as refused:
        await at_bob.ask("message.pin", message=posted.id)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("payload", [{}, {"message": "1"}, {"message": 0}, {"message": 1, "pinned": True}])
async def test_a_pin_of_another_shape_is_invalid(connect, room, alice, payload):
    socket = await connect(alice)
    with pytest.raises(Refused) as refused:
        await socket.ask("message.pin", **payload)
    assert refused.value.code == "invalid"


async def test_history_leaves_replies_out_where_it_is_asked_to(connect, room, alice, bob):
    root = say(alice, room, "dinner?")
    reply = say(bob, room, "seven", reply_to=root.id)
    socket = await connect(bob, "chat.v1.html")
    whole = await socket.ask("history", room=room.pk)
    roots = await socket.ask("history", room=room.pk, roots=True)
    assert {one["id"] for one in whole["messages"]} - {one["id"] for one in roots["messages"]} == {reply.id}
    thread = await socket.ask("history", room=room.pk, thread=reply.id, roots=True)
    assert [one["id"] for one in thread["messages"]] == [root.id, reply.id]
    assert thread["messages"][0]["thread"] == {"root": root.id, "replies": 1}
    assert await socket.ask("history", room=room.pk, roots=None) == whole


async def test_what_is_ones_own_is_told_to_ones_devices_alone(connect, room, alice, bob):
    posted = say(alice, room, "the recipe")
    desk, phone, other = await connect(bob), await connect(bob), await connect(alice)
    await apart(commit, messages.save_draft, bob, room.pk, body="half", origin=desk.hello["connection_id"])
    await apart(commit, messages.save_message, bob, posted.id)
    await apart(commit, messages.change_following, bob, posted.id, following=True)
    told = [(await phone.event("me.changed", kinds=[kind]))["user_seq"] for kind in ("drafts", "saved", "sidebar")]
    assert told == sorted(told)
    await desk.event("me.changed", kinds=["sidebar"])
    assert kept(desk) == [["saved"], ["sidebar"]]
    await other.ask("rooms")
    assert kept(other) == []


def kept(socket) -> list[list[str]]:
    """The kinds that the socket was told of, but that somebody signed in."""
    return [one["kinds"] for one in socket.events("me.changed") if one["kinds"] != ["sessions"]]


async def test_everything_read_is_one_statement_of_all_rooms(connect, place, room, cellar, alice, bob):
    for where in (room, cellar):
        say(alice, where, "hello")
    socket, other = await connect(bob), await connect(alice)
    moved = await apart(commit, messages.mark_all_read, bob)
    stated = await socket.event("rooms.changed", user_seq=moved.user_seq)
    assert {one["id"]: one["unread"] for one in stated["rooms"]} == {room.pk: 0, cellar.pk: 0}
    for where in (room, cellar):
        assert (await other.event("read", room=where.pk))["user"] == bob.pk


async def test_a_draft_ends_with_the_place_in_its_room(connect, cellar, alice, bob):
    await apart(commit, messages.save_draft, bob, cellar.pk, body="my secret")
    socket = await connect(bob)
    await apart(commit, services.remove_member, alice, cellar, bob)
    await socket.event("room.left", room=cellar.pk)
    assert not await apart(Message.objects.filter(body="my secret").exists)
    assert await apart(lambda: list(messages.drafts_of(bob))) == []
