"""Strategies for payloads: of commands by the shapes that check them, of what the server sends by the schema that clients get."""

from typing import Any

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from hypothesis import strategies as st
from msgspec import inspect

from tests.reliability import proto

MOST = 2**63 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
MOMENT = st.integers(-62_135_596_800_000, 253_402_300_799_999).map(proto.moment)
"""From the first to the last moment that a date can name."""


# --- By the shapes of commands -------------------------------------------------------------------------------------


def asked(shape: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    """Payloads, as JSON has them, that the shape takes."""
    needed, others = {}, {}
    for field in inspect.type_info(shape).fields:
        made = st.none() | MOMENT if field.name == "edited_at" else _of_type(field.type)
        (needed if field.required else others)[field.name] = made
    return st.fixed_dictionaries(needed, optional=others)


def _of_type(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.IntType(ge=least, le=most):
            return st.integers(-MOST if least is None else least, MOST if most is None else most)
        case inspect.StrType():
            return TEXT
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.UnionType(types=types):
            return st.one_of(*map(_of_type, types))
        case inspect.ListType(item_type=item):
            return st.lists(_of_type(item), max_size=3)
        case inspect.StructType(cls=shape):
            return asked(shape)
    raise AssertionError(f"No payload has a {kind}.")


# --- By the schema -------------------------------------------------------------------------------------------------


def told(kind: Descriptor) -> st.SearchStrategy[Any]:
    """What a message of this kind may be in JSON."""
    members = {field.name: _of_field(field) for field in kind.fields}
    if [*members] == ["of"]:
        return members["of"]
    if proto.is_one_of(kind):
        return st.one_of(*members.values())
    needed, others = {}, {}
    for field in kind.fields:
        if proto.is_nullable(field):
            needed[field.name] = st.none() | members[field.name]
        elif field.has_presence:
            others[field.name] = members[field.name]
        else:
            needed[field.name] = members[field.name]
    return st.fixed_dictionaries(needed, optional=others)


def _of_field(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    kind = field.message_type
    if kind and kind.GetOptions().map_entry:
        keys, values = kind.fields
        is_text = keys.cpp_type == FieldDescriptor.CPPTYPE_STRING
        return st.dictionaries(TEXT if is_text else st.integers(1, MOST).map(str), _of_field(values), max_size=3)
    one = told(kind) if kind else _of_scalar(field)
    return st.lists(one, max_size=2) if field.is_repeated else one


def _of_scalar(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if field.enum_type:
        return st.sampled_from([word.name.lower() for word in field.enum_type.values])
    if proto.is_moment(field):
        return MOMENT
    return {
        FieldDescriptor.CPPTYPE_STRING: TEXT,
        FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
        FieldDescriptor.CPPTYPE_DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
        FieldDescriptor.CPPTYPE_INT64: st.integers(-MOST - 1, MOST),
    }[field.cpp_type]
