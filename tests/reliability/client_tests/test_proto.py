"""A client that speaks Protocol Buffers: it writes the bytes of the page, and hears what one of JSON hears."""

import json
import uuid
from pathlib import Path

import pytest
from google.protobuf.message import DecodeError
from websockets.asyncio.server import ServerConnection, serve

from tests.reliability import frames, proto
from tests.reliability.connection import Connection
from tests.reliability.protocol import BINARY
from tests.reliability.record import Recorder

pytestmark = pytest.mark.once

READ = b"\x0a\x01a\x10\x15\x1a\x04\x08\x07\x10\x01"
"""By hand: msg_id "a", cmd_type 21, room 7, seq 1."""
CHANGES = b"\x10\x29\x1a\x10" + b"\x08\x07\x10\x00\x18\x01\x22\x00\x2a\x06\x08\x03\x10\x02\x1a\x00"
"""Room 7 from 0 to 1, no messages, because of a reaction of 2 with the emoji ""."""


def test_commands_are_the_bytes_of_the_page() -> None:
    assert proto.encode("a", "read", {"room": 7, "seq": 1}) == READ
    assert proto.encode("a", "ping", {}) == b"\x0a\x01a\x10\x0a"


def test_null_is_what_is_not_set() -> None:
    plain = proto.encode("a", "message.send", {"room": 7, "body": "x"})
    assert proto.encode("a", "message.send", {"room": 7, "body": "x", "reply_to": None, "attachments": None}) == plain


def test_a_title_that_is_removed_is_told() -> None:
    kept = proto.encode("a", "message.edit", {"message": 1, "body": "x", "edited_at": None})
    removed = proto.encode("a", "message.edit", {"message": 1, "body": "x", "edited_at": None, "title": None})
    assert len(removed) == len(kept) + 2


def test_events_are_those_of_json() -> None:
    payload = {"room": 7, "from": 0, "to": 1, "messages": [], "cause": {"kind": "reaction", "user": 2, "emoji": ""}}
    assert proto.decode(CHANGES) == ("", "changes", payload)
    assert json.loads(proto.as_json(CHANGES)) == {"msg_id": "", "cmd_type": "changes", "payload": payload}


def test_what_is_no_frame_is_an_error() -> None:
    for data in (b"\xff", b"\x10\x63", READ[:-1]):
        with pytest.raises((DecodeError, KeyError)):
            proto.decode(data)


async def test_a_command_is_answered(tmp_path: Path) -> None:
    heard: list[bytes | str] = []

    async def answer(ws: ServerConnection) -> None:
        async for frame in ws:
            heard.append(frame)
            ack = proto.class_of("Server.Ack")(marked={"last_read_seq": 1, "user_seq": 9})
            envelope = proto.class_of("Envelope")(msg_id=msg_id, cmd_type=1, payload=ack.SerializeToString())
            await ws.send(envelope.SerializeToString())

    msg_id, log = str(uuid.uuid4()), Recorder(tmp_path / "me.jsonl")
    async with serve(answer, "127.0.0.1", 0, subprotocols=[BINARY], compression=None) as listening:  # type: ignore[list-item]
        base = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        connection = await Connection.dial(base, "token", 0, log, lambda *_heard: None, BINARY)
        connection.spawn(_listen(connection), pytest.fail)  # type: ignore[arg-type]
        answered = await connection.ask("read", msg_id, {"room": 7, "seq": 1})
        await connection.close()
    log.close()
    assert heard == [proto.encode(msg_id, "read", {"room": 7, "seq": 1})]
    marks = {"last_read_seq": 1, "unread": 0, "mentions": 0, "last_seq": 0, "user_seq": 9}
    assert answered.is_ack and frames.anything(answered.payload) == marks


async def _listen(connection: Connection) -> None:
    await connection.listen()
