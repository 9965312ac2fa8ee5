"""Every payload survives both encodings: what comes out of Protocol Buffers is what went into JSON, null and absent told apart."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from chatsite.realtime import envelope, proto
from messaging.commands import COMMANDS, Nothing
from tests.engine.made_payloads import asked, told
from tests.reliability import proto as client

pytestmark = pytest.mark.once

SHAPES = {"ping": Nothing} | {name: act.shape for name, act in COMMANDS.items()}
SERVER = [*client.class_of("Server").DESCRIPTOR.nested_types]
OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
MESSAGE = {
    "id": 12, "room": 7, "seq": 3, "event_seq": 5, "kind": "message",
    "author": {"id": 2, "username": "bob", "display_name": "Bob", "avatar_url": "", "is_bot": False},
    "body": "hello", "html": "<p>hello</p>", "created_at": "2026-11-29T20:37:17.120Z", "edited_at": None, "deleted_at": None, "reply_to": None,
    "thread": None, "mentions": {"users": [], "all": False}, "reactions": [], "attachments": [], "previews": [], "pinned_at": None, "msg_id": "",
}  # fmt: skip


@pytest.mark.parametrize("cmd_type", SHAPES)
def test_a_command_means_the_same_in_both(cmd_type):
    shape = SHAPES[cmd_type]

    @OFTEN
    @given(asked(shape), st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=64))
    def means_the_same(payload, msg_id):
        command = proto.decode(client.encode(msg_id, cmd_type, payload))
        assert (command.msg_id, command.cmd_type) == (msg_id, cmd_type)
        in_json = envelope.decode(envelope.encode(msg_id, cmd_type, payload).decode())
        assert _meant(envelope.payload(command, shape)) == _meant(envelope.payload(in_json, shape))

    means_the_same()


def _meant(payload: msgspec.Struct) -> dict:
    """Its members; no attachments are none, and a title that is removed is as good as an empty one."""
    members = msgspec.structs.asdict(payload)
    return {
        name: value or None if name in ("attachments", "title") and value is not UNSET else value
        for name, value in members.items()
    }


@pytest.mark.parametrize("kind", SERVER, ids=[kind.name for kind in SERVER])
def test_what_the_schema_can_say_survives(kind):
    cmd_type = next(name for name in proto._sent() if "".join(map(str.capitalize, name.split("."))) == kind.name)

    @OFTEN
    @given(told(kind))
    def survives(payload):
        assert client.decode(proto.encode("m", cmd_type, payload)) == ("m", cmd_type, payload)

    survives()


@pytest.mark.parametrize(
    "payload",
    [
        {"room": 7, "from": 0, "to": 1, "messages": [MESSAGE], "cause": {"kind": "created", "user": 2}},
        {"room": 7, "from": 0, "to": 1, "messages": []},
        {"room": 7, "reset": True, "head": 0},
    ],
    ids=["a change", "a hidden one", "a reset"],
)
def test_forms_of_one_payload_are_told_apart(payload):
    assert client.decode(proto.encode("", "changes", payload)) == ("", "changes", payload)


@pytest.mark.parametrize("value", ["", "0", False, True, 0, 3600])
def test_a_setting_keeps_its_type(value):
    system = {"event": "slow_mode_changed", "old": value, "new": value}
    payload = {"room": 7, "from": 0, "to": 1, "messages": [MESSAGE | {"kind": "system", "system": system}]}
    read = client.decode(proto.encode("", "changes", payload))[2]["messages"][0]["system"]
    assert (read["old"], type(read["old"])) == (value, type(value))


def test_keys_that_are_numbers_may_come_as_numbers_or_text():
    """The engine holds ids; JSON makes text of them."""
    for users in ({3: "online", 4: "dnd"}, {"3": "online", "4": "dnd"}):
        told_users = client.decode(proto.encode("", "presence", {"users": users, "whole": True}))[2]
        assert told_users == {"users": {"3": "online", "4": "dnd"}, "whole": True}


@pytest.mark.parametrize(
    ("cmd_type", "payload"),
    [
        ("typing", {"room": 7, "user": 2, "active": True, "extra": 1}),
        ("room.left", {"room": 7, "event_seq": 2, "reason": "bored"}),
        ("typing", {"room": "seven", "user": 2, "active": True}),
        ("room.burnt", {}),
    ],
    ids=["a member", "a word", "a type", "an event"],
)
def test_nothing_is_left_out_without_a_word(cmd_type, payload):
    with pytest.raises((KeyError, TypeError, ValueError)):
        proto.encode("", cmd_type, payload)


def test_it_is_less_than_half_of_what_people_did_not_write():
    message = MESSAGE | {"body": "", "html": "", "msg_id": "6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11"}
    frame = (
        "",
        "changes",
        {"room": 7, "from": 4, "to": 5, "messages": [message], "cause": {"kind": "created", "user": 2}},
    )
    assert len(proto.encode(*frame)) <= 0.45 * len(envelope.encode(*frame))
