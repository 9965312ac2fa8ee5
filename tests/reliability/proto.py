"""`chat.v1.proto`: its frames as those of JSON. Needs protobuf's own runtime and the schema in `chat.binpb`, which `bin/proto` writes."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from tests.reliability import frames

NULLABLE, MOMENT = 50001, 50002
"""The schema's options of a field."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REMEMBERED = 4096
"""Frames that are kept as JSON, however many clients of this process receive them."""


def encode(msg_id: str, cmd_type: str, payload: dict[str, Any]) -> bytes:
    """A client's frame; `payload` is as JSON has it."""
    content = class_of("Client." + _called(cmd_type))()
    _fill(content, payload)
    number = _numbers()[cmd_type]
    frame = class_of("Envelope")(msg_id=msg_id, cmd_type=number, payload=content.SerializeToString())
    return frame.SerializeToString()


@functools.lru_cache(REMEMBERED)
def as_json(data: bytes) -> bytes:
    """A server's frame as the same frame of `chat.v1.json`. Raises DecodeError or KeyError where it is none of the protocol."""
    return frames.encode(*decode(data)).encode()


def decode(data: bytes) -> tuple[str, str, dict[str, Any]]:
    """`msg_id`, `cmd_type` and payload of a server's frame, as JSON has them. Raises as `as_json`."""
    frame = class_of("Envelope").FromString(data)
    cmd_type = {number: name for name, number in _numbers().items()}[frame.cmd_type]
    return frame.msg_id, cmd_type, plain(class_of("Server." + _called(cmd_type)).FromString(frame.payload))


# --- The schema ----------------------------------------------------------------------------------------------------


@functools.cache
def _pool() -> DescriptorPool:
    """A pool of its own: the project's has the same schema from elsewhere."""
    pool = DescriptorPool()
    pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    schema = descriptor_pb2.FileDescriptorSet.FromString((Path(__file__).parent / "chat.binpb").read_bytes())
    for file in schema.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


@functools.cache
def class_of(name: str) -> type[Any]:
    """The class of a message, by its name in the schema."""
    return GetMessageClass(_pool().FindMessageTypeByName(f"chat.v1.{name}"))


@functools.cache
def _numbers() -> dict[str, int]:
    words = _pool().FindEnumTypeByName("chat.v1.Envelope.CmdType").values
    return {word.name.lower().replace("_", "."): word.number for word in words}


def _called(cmd_type: str) -> str:
    return "".join(part.capitalize() for part in cmd_type.split("."))


def is_nullable(field: FieldDescriptor) -> bool:
    """Whether JSON has null where it is not set; else it is absent there."""
    return _has(field, NULLABLE)


def is_moment(field: FieldDescriptor) -> bool:
    """Whether it is a moment in JSON."""
    return _has(field, MOMENT)


def is_one_of(kind: Descriptor) -> bool:
    """Whether JSON has what is set in it, in its place."""
    return len(kind.oneofs) == 1 and len(kind.fields) > 1 and len(kind.oneofs[0].fields) == len(kind.fields)


def _has(field: FieldDescriptor, option: int) -> bool:
    """Looked for in the bytes: whether this process knows the option by name does not matter then."""
    found = UnknownFieldSet(Empty.FromString(field.GetOptions().SerializeToString()))
    return option in [one.field_number for one in found]


# --- Reading -------------------------------------------------------------------------------------------------------


def plain(message: Message) -> Any:
    """What a message is in JSON."""
    return _reading(message.DESCRIPTOR)(message)


@functools.cache
def _reading(kind: Descriptor) -> Callable[[Any], Any]:
    reads = {field.name: _reading_of(field) for field in kind.fields}
    if [*reads] == ["of"]:
        return lambda message: reads["of"](message.of)
    if is_one_of(kind):
        (choice,) = kind.oneofs

        def read_choice(message: Any) -> Any:
            name = message.WhichOneof(choice.name)
            return reads[name](getattr(message, name)) if name else {}

        return read_choice
    members = [(field.name, field.has_presence, is_nullable(field)) for field in kind.fields]

    def read(message: Any) -> dict[str, Any]:
        found = {}
        for name, may_be_unset, is_null in members:
            if not may_be_unset or message.HasField(name):
                found[name] = reads[name](getattr(message, name))
            elif is_null:
                found[name] = None
        return found

    return read


def _reading_of(field: FieldDescriptor) -> Callable[[Any], Any]:
    if field.message_type and field.message_type.GetOptions().map_entry:
        read_value = _reading_of(field.message_type.fields_by_name["value"])
        return lambda values: {str(key): read_value(value) for key, value in values.items()}
    read = _reading_of_one(field)
    return (lambda values: [read(value) for value in values]) if field.is_repeated else read


def _reading_of_one(field: FieldDescriptor) -> Callable[[Any], Any]:
    if field.message_type:
        return plain
    if field.enum_type:
        words = {word.number: word.name.lower() for word in field.enum_type.values}
        return lambda number: words.get(number, str(number))
    return moment if is_moment(field) else lambda value: value


def moment(milliseconds: int) -> str:
    """A moment as JSON has it."""
    at = EPOCH + timedelta(milliseconds=milliseconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- Writing -------------------------------------------------------------------------------------------------------


def _fill(message: Any, payload: dict[str, Any]) -> None:
    """Null is what is not set, but for a title: to set none keeps it, and null means to remove it."""
    for name, value in payload.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        if field.is_repeated and field.message_type:
            for one in value or ():
                _fill(getattr(message, name).add(), one)
        elif field.is_repeated:
            getattr(message, name).extend(value or ())
        elif value is not None:
            setattr(message, name, _number(field, value))
        elif name == "title":
            message.title = ""


def _number(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type:
        return field.enum_type.values_by_name[value.upper()].number
    if is_moment(field):
        return (datetime.fromisoformat(value) - EPOCH) // timedelta(milliseconds=1)
    return value
