"""The frames of `chat.v1.proto`: the payloads of JSON by the schema of `chat.proto`, which says what is a moment, a list, null or absent."""

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

# The module, not its names: whichever of the two is imported first imports the other.
from chatsite.realtime import chat_pb2, envelope

type Convert = Callable[[Any], Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

_ANSWERS = {
    "duplicate": "sent", "edited_at": "edited", "has_before": "page", "last_read_seq": "marked", "room": "watched", "epoch": "synced", "rooms": "rooms",
    "event_seq": "numbered",
}  # fmt: skip
"""Which answer an ack's payload is, by the first of these members that it has."""


def encode(msg_id: str, cmd_type: str, payload: dict) -> bytes:
    """One frame of the server, as the content of a binary message; `payload` is what the frame of JSON would hold.

    Raises KeyError, TypeError or ValueError for what the schema has not, a member, a word of a closed list or a `cmd_type`: it would be
    lost without a word.
    """
    number, kind, convert = _sent()[cmd_type]
    content = kind(**convert(payload)).SerializeToString()
    return chat_pb2.Envelope(msg_id=msg_id, cmd_type=number, payload=content).SerializeToString()


def decode(data: bytes) -> "envelope.Command":
    """Read a client's frame; its payload is as that of JSON, and is checked by the command that it names.

    Raises Malformed for anything that is not one envelope with the payload of a command, each field once and in its shortest form, for
    unknown fields and for NUL.
    """
    frame = _parsed(chat_pb2.Envelope, data, "")
    msg_id = frame.msg_id if 1 <= len(frame.msg_id) <= 64 and "\0" not in frame.msg_id else ""
    if not _is_plain(frame, data):
        raise _odd(msg_id if _is_once(data, chat_pb2.Envelope.MSG_ID_FIELD_NUMBER) else "")
    if "\0" in frame.msg_id:
        raise _holds_nul("")
    if frame.cmd_type not in (taken := _taken()):
        raise envelope.Malformed({"cmd_type": _("Unknown command %(name)s.") % {"name": frame.cmd_type}}, msg_id)
    cmd_type, kind, read = taken[frame.cmd_type]
    asked = _parsed(kind, frame.payload, msg_id)
    if not _is_plain(asked, frame.payload):
        raise _odd(msg_id)
    try:
        payload = read(asked)
    except _HoldsNul:
        raise _holds_nul(msg_id) from None
    except OverflowError:
        raise envelope.Malformed(_("The frame holds a moment that is out of range."), msg_id) from None
    if not msg_id:
        raise envelope.Malformed({"msg_id": _("Expected 1 to 64 characters.")})
    return envelope.Command(msg_id, cmd_type, payload)


def _payloads(side: type[Message]) -> list[tuple[str, int, Descriptor]]:
    """`cmd_type`, its number and its payload, of the `side` that sends it."""
    kinds: Mapping[str, Any] = side.DESCRIPTOR.nested_types_by_name
    return [
        (value.name.lower().replace("_", "."), value.number, kinds[called])
        for value in chat_pb2.Envelope.CmdType.DESCRIPTOR.values
        if (called := value.name.title().replace("_", "")) in kinds
    ]


# --- Writing -------------------------------------------------------------------------------------------------------


@functools.cache
def _sent() -> dict[str, tuple[int, type[Message], Convert]]:
    """Number, class and conversion of everything that the server sends, by `cmd_type`. Made when the first socket asks for it."""
    return {
        name: (number, GetMessageClass(kind), _conversion(kind) or dict)
        for name, number, kind in _payloads(chat_pb2.Server)
    }


@functools.cache
def _conversion(kind: Descriptor) -> Convert | None:
    """What makes of JSON's value what the class takes; None where it takes it as it is: members by their names, None for what is not set."""
    if kind is chat_pb2.System.Setting.DESCRIPTOR:
        names = {str: "text", bool: "truth", int: "number"}
        return lambda value: {names[type(value)]: value}
    members = {field.name: found for field in kind.fields if (found := _conversion_of(field))}
    if kind is chat_pb2.Server.Ack.DESCRIPTOR:
        return functools.partial(_answer, members)
    if [field.name for field in kind.fields] == ["of"]:
        convert_all = members.get("of")
        return (lambda value: {"of": convert_all(value)}) if convert_all else (lambda value: {"of": value})
    if not members:
        return None
    conversions = [*members.items()]

    def convert_members(payload: dict) -> dict:
        made = dict(payload)
        for name, convert in conversions:
            value = made.get(name)
            if value is not None:
                made[name] = convert(value)
        return made

    return convert_members


def _conversion_of(field: FieldDescriptor) -> Convert | None:
    kind = field.message_type
    if kind and kind.GetOptions().map_entry:
        return _conversion_of_map(*kind.fields)
    if kind:
        convert = _conversion(kind)
    elif field.enum_type:
        convert = {value.name.lower(): value.number for value in field.enum_type.values}.__getitem__
    else:
        convert = _milliseconds if _has(field, chat_pb2.moment) else None
    if convert and field.is_repeated:
        return lambda values: [convert(value) for value in values]
    return convert


def _conversion_of_map(key_field: FieldDescriptor, value_field: FieldDescriptor) -> Convert:
    """A key that is a number in the schema is text in JSON."""
    key_of = str if key_field.cpp_type == FieldDescriptor.CPPTYPE_STRING else int
    convert = _conversion_of(value_field)
    if convert is None:
        return lambda values: {key_of(key): value for key, value in values.items()}
    return lambda values: {key_of(key): convert(value) for key, value in values.items()}


def _answer(answers: dict[str, Convert], payload: dict) -> dict:
    name = next((name for member, name in _ANSWERS.items() if member in payload), None)
    if name is None:
        return payload  # that of `presence` is empty
    return {name: answers[name](payload) if name in answers else payload}


def _has(field: FieldDescriptor, option: Any) -> bool:
    return field.GetOptions().Extensions[option]


def _milliseconds(moment: str) -> int:
    return (datetime.fromisoformat(moment) - EPOCH) // MILLISECOND


# --- Reading -------------------------------------------------------------------------------------------------------


class _HoldsNul(ValueError):
    pass


@functools.cache
def _taken() -> dict[int, tuple[str, type[Message], Convert]]:
    """`cmd_type`, class and reading of every command, by its number."""
    return {number: (name, GetMessageClass(kind), _reading(kind)) for name, number, kind in _payloads(chat_pb2.Client)}


def _reading(kind: Descriptor) -> Convert:
    """What makes of a message what JSON has: null where that stands for what is not set, a list where that is empty."""
    reads = {field.name: found for field in kind.fields if (found := _reading_of(field))}
    unset: dict[str, Any] = {field.name: None for field in kind.fields if _has(field, chat_pb2.nullable)}
    unset |= {field.name: [] for field in kind.fields if field.is_repeated}

    def read_members(message: Message) -> dict:
        members = dict(unset)
        for field, value in message.ListFields():
            name = field.name
            members[name] = reads[name](value) if name in reads else value
        return members

    return read_members


def _reading_of(field: FieldDescriptor) -> Convert | None:
    if field.message_type:
        read = _reading(field.message_type)
        return lambda values: [read(value) for value in values]
    if field.enum_type:
        words = {value.number: value.name.lower() for value in field.enum_type.values}
        return lambda number: words.get(number, number)  # one that is no word is refused like any of the wrong type
    if field.is_repeated:
        return list
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return _without_nul
    return _moment if _has(field, chat_pb2.moment) else None


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise _HoldsNul
    return text


def _moment(milliseconds: int) -> str:
    return (EPOCH + milliseconds * MILLISECOND).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parsed(kind: type[Message], data: bytes, msg_id: str) -> Any:
    try:
        return kind.FromString(data)
    except DecodeError:
        raise envelope.Malformed(_("The frame is not valid Protocol Buffers."), msg_id) from None


def _is_plain(message: Message, data: bytes) -> bool:
    """Whether `data` is `message` and nothing else: no unknown field, none twice, no number longer than it need be."""
    message.DiscardUnknownFields()
    return message.ByteSize() == len(data)


def _is_once(data: bytes, number: int) -> bool:
    """Whether the field stands there once: to a message without fields all are unknown ones."""
    fields: Any = UnknownFieldSet(chat_pb2.Client.Ping.FromString(data))
    return [field.field_number for field in fields].count(number) == 1


def _odd(msg_id: str) -> "envelope.Malformed":
    sentence = _("The frame has a field that is unknown, is there twice or is longer than it need be.")
    return envelope.Malformed(sentence, msg_id)


def _holds_nul(msg_id: str) -> "envelope.Malformed":
    return envelope.Malformed(_("The frame holds NUL or half of a surrogate pair."), msg_id)
