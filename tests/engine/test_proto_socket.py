"""Sockets that speak Protocol Buffers: they hear what those of JSON hear, and are refused as they are."""

import pytest

from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Room
from tests.engine.conftest import Refused, Socket, apart, say
from tests.reliability import proto as client

PROTO = "chat.v1.proto"


def alike(payload: dict) -> dict:
    """Without the members in which two sockets differ: that one signed in for the second is a version of oneself, too."""
    return {
        name: value
        for name, value in payload.items()
        if name not in ("connection_id", "server_time", "request_id", "user_seq")
    }


def told(socket: Socket, room: Room) -> list[dict]:
    """What it heard of the room, in order."""
    return [frame for frame in socket.frames if not frame["msg_id"] and frame["payload"].get("room") == room.pk]


async def test_both_hear_the_same_of_a_room(connect, room, alice, bob):
    in_json, binary = await connect(bob), await connect(bob, PROTO)
    hers = await connect(alice, PROTO)
    assert alike(binary.hello) == alike(in_json.hello)
    ack = await hers.say(room, "*hello* @bob", title="A beginning")
    await hers.ask("reaction.add", message=ack["id"], emoji="👍")
    await hers.say(room, "a reply", reply_to=ack["id"])
    await hers.ask("message.pin", message=ack["id"])
    row = (await hers.ask("history", room=room.pk))["messages"][-2]
    edited = await hers.ask("message.edit", message=ack["id"], body="hello", edited_at=row["edited_at"], title=None)
    edited = await hers.ask("message.edit", message=ack["id"], body="hey", edited_at=edited["edited_at"])
    deleted = await hers.ask("message.delete", message=ack["id"])
    assert edited["event_seq"] < deleted["event_seq"]
    for socket in (in_json, binary):
        await socket.reaches(room, deleted["event_seq"])
    assert told(binary, room) == told(in_json, room)
    assert {one["cause"]["kind"] for one in binary.events("changes", room)} >= {
        "created",
        "reaction",
        "thread",
        "edited",
    }


async def test_answers_are_the_same(connect, room, cellar, bob):
    in_json, binary = await connect(bob), await connect(bob, PROTO)
    said = await binary.say(room, "one")
    assert said["duplicate"] is False and said["created_at"].endswith("Z")
    epoch = binary.hello["epoch"]
    for cmd_type, payload in [
        ("rooms", {}),
        ("history", {"room": room.pk, "limit": 1}),
        ("history", {"room": room.pk, "around": 1}),
        ("sync", {"epoch": epoch, "rooms": [{"room": room.pk, "after": 1}, {"room": cellar.pk, "after": 99}, {"room": 999, "after": 0}]}),
        ("sync", {"epoch": epoch, "rooms": []}),
        ("read", {"room": room.pk, "seq": said["seq"]}),
        ("presence", {"status": "online"}),
        ("watch", {"room": room.pk}),
        ("unwatch", {"room": room.pk}),
        ("ping", {}),
    ]:  # fmt: skip
        answers = [await socket.ask(cmd_type, **payload) for socket in (in_json, binary)]
        assert alike(answers[0]) == alike(answers[1]), cmd_type


async def test_a_repeated_msg_id_is_the_same_in_both(connect, room, bob):
    in_json, binary = await connect(bob), await connect(bob, PROTO)
    msg_id = "6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11"
    first = await binary.ask("message.send", msg_id=msg_id, room=room.pk, body="once")
    again = await in_json.ask("message.send", msg_id=msg_id, room=room.pk, body="once", attachments=[], title=None)
    assert again == first | {"duplicate": True}
    with pytest.raises(Refused, match="conflict"):
        await binary.ask("message.send", msg_id=msg_id, room=room.pk, body="twice")


async def test_errors_are_the_same(connect, room, bob, charlie):
    in_json, binary = await connect(bob), await connect(bob, PROTO)
    for cmd_type, payload in [
        ("message.send", {"room": room.pk, "body": " "}),
        ("message.send", {"room": 999, "body": "x"}),
        ("history", {"room": room.pk, "limit": 0}),
        ("history", {"room": room.pk, "before": 1, "after": 1}),
        ("read", {"room": 0, "seq": 1}),
        ("message.delete", {"message": 999}),
    ]:
        errors = []
        for socket in (in_json, binary):
            with pytest.raises(Refused) as refused:
                await socket.ask(cmd_type, **payload)
            assert refused.value.error["request_id"]
            errors.append(alike(refused.value.error))
        assert errors[0] == errors[1], payload
    theirs = await connect(charlie, PROTO)
    with pytest.raises(Refused, match="not_found"):
        await theirs.ask("history", room=room.pk)


async def test_who_may_not_see_a_message_hears_its_number_alone(connect, cellar, alice, bob, mo):
    """Frames are made once per encoding, also those that hide."""
    before = await apart(say, alice, cellar, "before Mo")
    await apart(commit, services.add_member, alice, cellar, mo)
    sockets = [await connect(mo), await connect(mo, PROTO), await connect(bob, PROTO)]
    hers = await connect(alice)
    number = (await hers.ask("reaction.add", message=before.id, emoji="👍"))["event_seq"]
    last = [(await socket.reaches(cellar, number))[-1] for socket in sockets]
    assert last[0] == last[1] == {"room": cellar.pk, "from": number - 1, "to": number, "messages": []}
    assert last[2]["messages"][0]["id"] == before.id


@pytest.mark.parametrize(
    ("frame", "msg_id"),
    [
        ({"bytes": b"\xff"}, ""),
        ({"bytes": client.encode("a", "ping", {}) + b"\x20\x01"}, "a"),
        ({"bytes": b"\x0a\x01a\x10\x63"}, "a"),
        ({"text": '{"msg_id": "a", "cmd_type": "ping", "payload": {}}'}, ""),
    ],
    ids=["garbage", "an unknown field", "an unknown command", "text"],
)
async def test_a_bad_frame_is_answered_and_the_connection_lives(connect, room, bob, frame, msg_id):
    his = await connect(bob, PROTO)
    await his.communicator.send_input({"type": "websocket.receive"} | frame)
    error = await his.until(lambda: next((f for f in his.frames if f["cmd_type"] == "error"), None), "an error")
    assert (error["msg_id"], error["payload"]["code"]) == (msg_id, "invalid")
    assert await his.ask("ping")


async def test_the_twentieth_bad_frame_ends_it(connect, room, bob):
    his = await connect(bob, PROTO)
    for _frame in range(20):
        await his.communicator.send_input({"type": "websocket.receive", "bytes": b"\xff"})
    assert (await his.closing()).code == 4400


async def test_a_binary_frame_is_none_of_json(connect, room, bob):
    his = await connect(bob)
    await his.communicator.send_input({"type": "websocket.receive", "bytes": client.encode("a", "ping", {})})
    error = await his.until(lambda: next((f for f in his.frames if f["cmd_type"] == "error"), None), "an error")
    assert error["payload"]["code"] == "invalid"
