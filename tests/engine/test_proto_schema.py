"""The schema is whole: it has every command, member and word that JSON has, under numbers that never change."""

import re
from pathlib import Path

import pytest
from google.protobuf.descriptor import EnumDescriptor
from msgspec import structs
from rest_framework import serializers

from accounts.models import Notify
from chatsite.realtime import chat_pb2 as chat
from chatsite.realtime import statuses
from messaging import serializers as shapes
from messaging.commands import COMMANDS
from messaging.models import Message, Notification
from rooms.api.shapes import Author
from rooms.models import Room, RoomRole
from rooms.services.rooms import EVENTS

pytestmark = pytest.mark.once

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
CLOSED = {
    "message `kind`": [chat.Message.Kind],
    "`cause.kind`": [chat.Server.Changes.Cause.Kind],
    "`system.event`": [chat.System.Event],
    "room `kind`; `history`; `threads`": [chat.Room.Kind, chat.Room.History, chat.Room.Threads],
    "`notify`": [chat.Room.Notify],
    "`room.left.reason`": [chat.Server.RoomLeft.Reason],
    "`notification.kind`": [chat.Server.Notification.Kind],
    "`presence`": [chat.Status],
}


def words(enum) -> list[str]:
    descriptor: EnumDescriptor = enum.DESCRIPTOR
    return [value.name.lower() for value in descriptor.values]


def test_numbers_of_frames_are_those_of_the_page():
    table = PAGE.partition("| number | `cmd_type` |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([\d, ]+) \| (.+) \|$", table, re.MULTILINE)
    stated = {
        name: int(number)
        for numbers, names in rows
        for number, name in zip(numbers.split(","), re.findall("`(.+?)`", names), strict=True)
    }
    held = {value.name.lower().replace("_", "."): value.number for value in chat.Envelope.CmdType.DESCRIPTOR.values}
    assert held == {"none": 0} | stated


@pytest.mark.parametrize("row", CLOSED)
def test_words_are_those_of_the_closed_lists(row):
    lists = PAGE.partition("## 12. Closed lists")[2].partition("\n## ")[0]
    (listed,) = re.findall(rf"^\| {re.escape(row)} \| (.+) \|$", lists, re.MULTILINE)
    for enum, part in zip(CLOSED[row], listed.split(";") if len(CLOSED[row]) > 1 else [listed], strict=True):
        assert words(enum) == re.findall("`([a-z_]+)`", part)


def test_every_word_of_the_code_has_a_number():
    assert {*words(chat.Message.Kind)} == {*Message.Kind.values}
    assert {*words(chat.Server.Notification.Kind)} == {*Notification.Kind.values}
    assert {*words(chat.Room.Kind)} == {*Room.Kind.values}
    assert {*words(chat.Room.History)} == {*Room.History.values}
    assert {*words(chat.Room.Threads)} == {*Room.Threads.values}
    assert {*words(chat.Room.Role)} == {*RoomRole.values}
    assert {*words(chat.Room.Notify)} == {*Notify.values}
    assert {*words(chat.System.Event)} >= {*EVENTS.values()}
    assert {*words(chat.Status)} == {statuses.ONLINE, statuses.AWAY, statuses.DO_NOT_DISTURB, statuses.OFFLINE}


def test_every_command_has_its_members():
    held = {kind.name: [field.name for field in kind.fields] for kind in chat.Client.DESCRIPTOR.nested_types}
    shaped = {
        "".join(map(str.capitalize, name.split("."))): {field.name for field in structs.fields(act.shape)}
        for name, act in COMMANDS.items()
    }
    assert {name: {*fields} for name, fields in held.items()} == shaped | {"Ping": set()}


@pytest.mark.parametrize(
    ("shape", "held"),
    [
        (shapes.Message, chat.Message),
        (shapes.SystemEvent, chat.System),
        (shapes.Reply, chat.Reference),
        (shapes.Thread, chat.Thread),
        (shapes.Mentions, chat.Mentions),
        (shapes.ReactionSum, chat.Reaction),
        (shapes.Attachment, chat.Attachment),
        (shapes.PostAck, chat.Server.Ack.Sent),
        (shapes.EditAck, chat.Server.Ack.Edited),
        (shapes.ChangeAck, chat.Server.Ack.Numbered),
        (shapes.MarkAck, chat.Server.Ack.Marked),
        (Author, chat.Author),
    ],
    ids=lambda one: one.__name__,
)
def test_members_are_those_of_the_api(shape, held):
    """What is null or absent there is so here."""
    fields = shape().get_fields()
    members = held.DESCRIPTOR.fields_by_name
    assert {*fields} == {*members}
    for name, field in fields.items():
        has_null = members[name].GetOptions().Extensions[chat.nullable]
        is_moment = members[name].GetOptions().Extensions[chat.moment]
        if held is not chat.System:
            assert has_null == field.allow_null, name
        assert is_moment == isinstance(field, serializers.DateTimeField), name
        assert members[name].has_presence or field.required, name


def test_what_all_are_told_of_a_room_is_a_part_of_it():
    whole = {field.name: field for field in chat.Room.DESCRIPTOR.fields}
    for field in chat.SharedRoom.DESCRIPTOR.fields:
        twin = whole[field.name]
        told = [(one.number, one.type, one.message_type, one.enum_type, one.GetOptions()) for one in (field, twin)]
        assert told[0] == told[1]
