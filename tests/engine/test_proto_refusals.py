"""Bad frames of Protocol Buffers: refused like those of JSON, with the `msg_id` where it can be read."""

import contextlib

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from chatsite.realtime import chat_pb2 as chat
from chatsite.realtime import envelope, proto
from messaging.commands import COMMANDS
from tests.reliability import proto as client

pytestmark = pytest.mark.once

ID = b"\x0a\x01a"
"""The field `msg_id`, with "a" in it."""
SEND, READ, PRESENCE = b"\x10\x0b", b"\x10\x15", b"\x10\x18"
"""The field `cmd_type`."""


def payload(data: bytes) -> bytes:
    """The field `payload`."""
    assert len(data) < 128
    return b"\x1a" + bytes([len(data)]) + data


def sent(cmd_type: int, message: Message) -> bytes:
    """A frame as a generated class writes it."""
    return chat.Envelope(msg_id="a", cmd_type=cmd_type, payload=message.SerializeToString()).SerializeToString()


MARK = b"\x08\x07\x10\x01"
"""A payload of `read`: room 7, seq 1."""
BAD = [
    ("nothing", b"", ""),
    ("no Protocol Buffers", b"\xff\xff\xff", ""),
    ("half a frame", (ID + READ + payload(MARK))[:-1], ""),
    ("no id", READ + payload(MARK), ""),
    ("a long id", client.encode("a" * 65, "ping", {}), ""),
    ("an id that is no text", b"\x0a\x01\xff" + READ + payload(MARK), ""),
    ("NUL in the id", b"\x0a\x01\0" + READ + payload(MARK), ""),
    ("two ids", ID + ID + READ + payload(MARK), ""),
    ("two commands", ID + SEND + READ + payload(MARK), "a"),
    ("two payloads", ID + READ + payload(MARK) + payload(MARK), "a"),
    ("a field behind it", ID + READ + payload(MARK) + b"\x20\x01", "a"),
    ("a field of another type", b"\x0a\x01a" + READ + b"\x18\x07", "a"),
    ("no command", ID + payload(MARK), "a"),
    ("an unknown command", ID + b"\x10\x63" + payload(MARK), "a"),
    ("a negative command", ID + b"\x10" + b"\xff" * 9 + b"\x01", "a"),
    ("an event", ID + b"\x10\x28", "a"),
    ("a payload that is none", ID + READ + payload(b"\xff\xff"), "a"),
    ("an unknown member", ID + READ + payload(MARK + b"\x18\x01"), "a"),
    ("a member twice", ID + READ + payload(MARK + b"\x10\x01"), "a"),
    ("a number in a long form", ID + READ + payload(b"\x08\x87\x00\x10\x01"), "a"),
    ("a number that is text", ID + READ + payload(b"\x0a\x017\x10\x01"), "a"),
    ("a number of over 64 bits", ID + READ + payload(b"\x08" + b"\xff" * 10 + b"\x7f\x10\x01"), "a"),
    ("a payload for ping", ID + b"\x10\x0a" + payload(b"\x08\x01"), "a"),
    ("NUL", ID + SEND + payload(b"\x08\x07\x12\x01\0"), "a"),
    ("half a surrogate pair", ID + SEND + payload(b"\x08\x07\x12\x03\xed\xa0\x80"), "a"),
    ("groups in groups", ID + READ + b"\x1a\x90\x4e" + b"\x23" * 5_000 + b"\x24" * 5_000, "a"),
    (
        "a moment of no year",
        sent(chat.Envelope.MESSAGE_EDIT, chat.Client.MessageEdit(message=1, body="x", edited_at=2**60)),
        "a",
    ),
]


@pytest.mark.parametrize(("data", "msg_id"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_a_bad_frame_is_malformed(data, msg_id):
    with pytest.raises(envelope.Malformed) as refused:
        proto.decode(data)
    assert refused.value.msg_id == msg_id
    assert refused.value.messages


GOOD = client.encode("a", "sync", {"epoch": "e", "rooms": [{"room": 7, "after": 1}, {"room": 8, "after": 300}]})


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(GOOD)), st.integers(0, 10))
def test_whatever_comes_is_a_command_or_malformed(noise, at, length):
    for data in (noise, GOOD[:at] + noise + GOOD[at + length :]):
        with contextlib.suppress(envelope.Malformed):
            command = proto.decode(data)
            assert command.cmd_type in {"ping", *COMMANDS} and command.msg_id


def test_nul_is_called_so_in_an_id_too():
    said = []
    for data in (b"\x0a\x01\0" + READ + payload(MARK), ID + SEND + payload(b"\x08\x07\x12\x01\0")):
        with pytest.raises(envelope.Malformed) as refused:
            proto.decode(data)
        said.append(refused.value.messages)
    assert said[0] == said[1]


def test_what_is_in_a_list_is_looked_at_too():
    cursors = [chat.Client.Sync.Cursor(room=7, after=0), chat.Client.Sync.Cursor(room=8, after=1)]
    good = chat.Client.Sync(epoch="e", rooms=cursors)
    rooms = [{"room": 7, "after": 0}, {"room": 8, "after": 1}]
    assert proto.decode(sent(chat.Envelope.SYNC, good)).payload == {"epoch": "e", "rooms": rooms}
    cursors[1].MergeFromString(b"\x18\x01")
    with pytest.raises(envelope.Malformed):
        proto.decode(sent(chat.Envelope.SYNC, chat.Client.Sync(epoch="e", rooms=cursors)))


@pytest.mark.parametrize(
    ("cmd_type", "data", "in_json"),
    [
        ("read", b"\x08\x07", {"room": 7}),
        ("read", b"\x08\x00\x10\x01", {"room": 0, "seq": 1}),
        ("typing", b"\x08\x07", {"room": 7}),
        ("presence", b"\x08\x63", {"status": 99}),
        ("message.edit", b"\x08\x01", {"message": 1, "edited_at": None}),
    ],
    ids=["a member missing", "a number out of range", "a truth missing", "an unknown word", "a text missing"],
)
def test_what_is_wrong_in_a_payload_is_said_as_in_json(cmd_type, data, in_json):
    number = chat.Envelope.CmdType.Value(cmd_type.upper().replace(".", "_"))
    frame = chat.Envelope(msg_id="a", cmd_type=number, payload=data).SerializeToString()
    said = []
    for command in (proto.decode(frame), envelope.decode(envelope.encode("a", cmd_type, in_json).decode())):
        with pytest.raises(envelope.Malformed) as refused:
            envelope.payload(command, COMMANDS[cmd_type].shape)
        said.append((refused.value.messages, refused.value.msg_id))
    assert said[0] == said[1]
