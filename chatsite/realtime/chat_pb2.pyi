from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Status(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ONLINE: _ClassVar[Status]
    AWAY: _ClassVar[Status]
    DND: _ClassVar[Status]
    OFFLINE: _ClassVar[Status]
ONLINE: Status
AWAY: Status
DND: Status
OFFLINE: Status
NULLABLE_FIELD_NUMBER: _ClassVar[int]
nullable: _descriptor.FieldDescriptor
MOMENT_FIELD_NUMBER: _ClassVar[int]
moment: _descriptor.FieldDescriptor

class Envelope(_message.Message):
    __slots__ = ("msg_id", "cmd_type", "payload")
    class CmdType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        NONE: _ClassVar[Envelope.CmdType]
        ACK: _ClassVar[Envelope.CmdType]
        ERROR: _ClassVar[Envelope.CmdType]
        PONG: _ClassVar[Envelope.CmdType]
        PING: _ClassVar[Envelope.CmdType]
        MESSAGE_SEND: _ClassVar[Envelope.CmdType]
        MESSAGE_EDIT: _ClassVar[Envelope.CmdType]
        MESSAGE_DELETE: _ClassVar[Envelope.CmdType]
        MESSAGE_PIN: _ClassVar[Envelope.CmdType]
        MESSAGE_UNPIN: _ClassVar[Envelope.CmdType]
        REACTION_ADD: _ClassVar[Envelope.CmdType]
        REACTION_REMOVE: _ClassVar[Envelope.CmdType]
        SYNC: _ClassVar[Envelope.CmdType]
        HISTORY: _ClassVar[Envelope.CmdType]
        ROOMS: _ClassVar[Envelope.CmdType]
        READ: _ClassVar[Envelope.CmdType]
        UNREAD: _ClassVar[Envelope.CmdType]
        TYPING: _ClassVar[Envelope.CmdType]
        PRESENCE: _ClassVar[Envelope.CmdType]
        WATCH: _ClassVar[Envelope.CmdType]
        UNWATCH: _ClassVar[Envelope.CmdType]
        HELLO: _ClassVar[Envelope.CmdType]
        CHANGES: _ClassVar[Envelope.CmdType]
        ROOM_CHANGED: _ClassVar[Envelope.CmdType]
        ROOMS_CHANGED: _ClassVar[Envelope.CmdType]
        ME_CHANGED: _ClassVar[Envelope.CmdType]
        ROOM_LEFT: _ClassVar[Envelope.CmdType]
        HEADS: _ClassVar[Envelope.CmdType]
        USER_CHANGED: _ClassVar[Envelope.CmdType]
        NOTIFICATION: _ClassVar[Envelope.CmdType]
        GOAWAY: _ClassVar[Envelope.CmdType]
    NONE: Envelope.CmdType
    ACK: Envelope.CmdType
    ERROR: Envelope.CmdType
    PONG: Envelope.CmdType
    PING: Envelope.CmdType
    MESSAGE_SEND: Envelope.CmdType
    MESSAGE_EDIT: Envelope.CmdType
    MESSAGE_DELETE: Envelope.CmdType
    MESSAGE_PIN: Envelope.CmdType
    MESSAGE_UNPIN: Envelope.CmdType
    REACTION_ADD: Envelope.CmdType
    REACTION_REMOVE: Envelope.CmdType
    SYNC: Envelope.CmdType
    HISTORY: Envelope.CmdType
    ROOMS: Envelope.CmdType
    READ: Envelope.CmdType
    UNREAD: Envelope.CmdType
    TYPING: Envelope.CmdType
    PRESENCE: Envelope.CmdType
    WATCH: Envelope.CmdType
    UNWATCH: Envelope.CmdType
    HELLO: Envelope.CmdType
    CHANGES: Envelope.CmdType
    ROOM_CHANGED: Envelope.CmdType
    ROOMS_CHANGED: Envelope.CmdType
    ME_CHANGED: Envelope.CmdType
    ROOM_LEFT: Envelope.CmdType
    HEADS: Envelope.CmdType
    USER_CHANGED: Envelope.CmdType
    NOTIFICATION: Envelope.CmdType
    GOAWAY: Envelope.CmdType
    MSG_ID_FIELD_NUMBER: _ClassVar[int]
    CMD_TYPE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    msg_id: str
    cmd_type: int
    payload: bytes
    def __init__(self, msg_id: _Optional[str] = ..., cmd_type: _Optional[int] = ..., payload: _Optional[bytes] = ...) -> None: ...

class Client(_message.Message):
    __slots__ = ()
    class Ping(_message.Message):
        __slots__ = ()
        def __init__(self) -> None: ...
    class MessageSend(_message.Message):
        __slots__ = ("room", "body", "reply_to", "attachments", "title")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        BODY_FIELD_NUMBER: _ClassVar[int]
        REPLY_TO_FIELD_NUMBER: _ClassVar[int]
        ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
        TITLE_FIELD_NUMBER: _ClassVar[int]
        room: int
        body: str
        reply_to: int
        attachments: _containers.RepeatedScalarFieldContainer[int]
        title: str
        def __init__(self, room: _Optional[int] = ..., body: _Optional[str] = ..., reply_to: _Optional[int] = ..., attachments: _Optional[_Iterable[int]] = ..., title: _Optional[str] = ...) -> None: ...
    class MessageEdit(_message.Message):
        __slots__ = ("message", "body", "title", "edited_at")
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        BODY_FIELD_NUMBER: _ClassVar[int]
        TITLE_FIELD_NUMBER: _ClassVar[int]
        EDITED_AT_FIELD_NUMBER: _ClassVar[int]
        message: int
        body: str
        title: str
        edited_at: int
        def __init__(self, message: _Optional[int] = ..., body: _Optional[str] = ..., title: _Optional[str] = ..., edited_at: _Optional[int] = ...) -> None: ...
    class MessageDelete(_message.Message):
        __slots__ = ("message",)
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        message: int
        def __init__(self, message: _Optional[int] = ...) -> None: ...
    class MessagePin(_message.Message):
        __slots__ = ("message",)
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        message: int
        def __init__(self, message: _Optional[int] = ...) -> None: ...
    class MessageUnpin(_message.Message):
        __slots__ = ("message",)
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        message: int
        def __init__(self, message: _Optional[int] = ...) -> None: ...
    class ReactionAdd(_message.Message):
        __slots__ = ("message", "emoji")
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        EMOJI_FIELD_NUMBER: _ClassVar[int]
        message: int
        emoji: str
        def __init__(self, message: _Optional[int] = ..., emoji: _Optional[str] = ...) -> None: ...
    class ReactionRemove(_message.Message):
        __slots__ = ("message", "emoji")
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        EMOJI_FIELD_NUMBER: _ClassVar[int]
        message: int
        emoji: str
        def __init__(self, message: _Optional[int] = ..., emoji: _Optional[str] = ...) -> None: ...
    class Sync(_message.Message):
        __slots__ = ("epoch", "rooms")
        class Cursor(_message.Message):
            __slots__ = ("room", "after")
            ROOM_FIELD_NUMBER: _ClassVar[int]
            AFTER_FIELD_NUMBER: _ClassVar[int]
            room: int
            after: int
            def __init__(self, room: _Optional[int] = ..., after: _Optional[int] = ...) -> None: ...
        EPOCH_FIELD_NUMBER: _ClassVar[int]
        ROOMS_FIELD_NUMBER: _ClassVar[int]
        epoch: str
        rooms: _containers.RepeatedCompositeFieldContainer[Client.Sync.Cursor]
        def __init__(self, epoch: _Optional[str] = ..., rooms: _Optional[_Iterable[_Union[Client.Sync.Cursor, _Mapping]]] = ...) -> None: ...
    class History(_message.Message):
        __slots__ = ("room", "before", "after", "around", "thread", "roots", "limit")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        BEFORE_FIELD_NUMBER: _ClassVar[int]
        AFTER_FIELD_NUMBER: _ClassVar[int]
        AROUND_FIELD_NUMBER: _ClassVar[int]
        THREAD_FIELD_NUMBER: _ClassVar[int]
        ROOTS_FIELD_NUMBER: _ClassVar[int]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        room: int
        before: int
        after: int
        around: int
        thread: int
        roots: bool
        limit: int
        def __init__(self, room: _Optional[int] = ..., before: _Optional[int] = ..., after: _Optional[int] = ..., around: _Optional[int] = ..., thread: _Optional[int] = ..., roots: _Optional[bool] = ..., limit: _Optional[int] = ...) -> None: ...
    class Rooms(_message.Message):
        __slots__ = ()
        def __init__(self) -> None: ...
    class Read(_message.Message):
        __slots__ = ("room", "seq")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        SEQ_FIELD_NUMBER: _ClassVar[int]
        room: int
        seq: int
        def __init__(self, room: _Optional[int] = ..., seq: _Optional[int] = ...) -> None: ...
    class Unread(_message.Message):
        __slots__ = ("room", "seq")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        SEQ_FIELD_NUMBER: _ClassVar[int]
        room: int
        seq: int
        def __init__(self, room: _Optional[int] = ..., seq: _Optional[int] = ...) -> None: ...
    class Typing(_message.Message):
        __slots__ = ("room", "active")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        ACTIVE_FIELD_NUMBER: _ClassVar[int]
        room: int
        active: bool
        def __init__(self, room: _Optional[int] = ..., active: _Optional[bool] = ...) -> None: ...
    class Presence(_message.Message):
        __slots__ = ("status",)
        STATUS_FIELD_NUMBER: _ClassVar[int]
        status: Status
        def __init__(self, status: _Optional[_Union[Status, str]] = ...) -> None: ...
    class Watch(_message.Message):
        __slots__ = ("room",)
        ROOM_FIELD_NUMBER: _ClassVar[int]
        room: int
        def __init__(self, room: _Optional[int] = ...) -> None: ...
    class Unwatch(_message.Message):
        __slots__ = ("room",)
        ROOM_FIELD_NUMBER: _ClassVar[int]
        room: int
        def __init__(self, room: _Optional[int] = ...) -> None: ...
    def __init__(self) -> None: ...

class Server(_message.Message):
    __slots__ = ()
    class Ack(_message.Message):
        __slots__ = ("sent", "edited", "numbered", "synced", "page", "rooms", "marked", "watched")
        class Sent(_message.Message):
            __slots__ = ("id", "room", "seq", "event_seq", "created_at", "duplicate")
            ID_FIELD_NUMBER: _ClassVar[int]
            ROOM_FIELD_NUMBER: _ClassVar[int]
            SEQ_FIELD_NUMBER: _ClassVar[int]
            EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
            CREATED_AT_FIELD_NUMBER: _ClassVar[int]
            DUPLICATE_FIELD_NUMBER: _ClassVar[int]
            id: int
            room: int
            seq: int
            event_seq: int
            created_at: int
            duplicate: bool
            def __init__(self, id: _Optional[int] = ..., room: _Optional[int] = ..., seq: _Optional[int] = ..., event_seq: _Optional[int] = ..., created_at: _Optional[int] = ..., duplicate: _Optional[bool] = ...) -> None: ...
        class Edited(_message.Message):
            __slots__ = ("event_seq", "edited_at")
            EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
            EDITED_AT_FIELD_NUMBER: _ClassVar[int]
            event_seq: int
            edited_at: int
            def __init__(self, event_seq: _Optional[int] = ..., edited_at: _Optional[int] = ...) -> None: ...
        class Numbered(_message.Message):
            __slots__ = ("event_seq",)
            EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
            event_seq: int
            def __init__(self, event_seq: _Optional[int] = ...) -> None: ...
        class Synced(_message.Message):
            __slots__ = ("epoch", "rooms", "mine")
            EPOCH_FIELD_NUMBER: _ClassVar[int]
            ROOMS_FIELD_NUMBER: _ClassVar[int]
            MINE_FIELD_NUMBER: _ClassVar[int]
            epoch: str
            rooms: _containers.RepeatedCompositeFieldContainer[Server.Ack.SyncedRoom]
            mine: Mine
            def __init__(self, epoch: _Optional[str] = ..., rooms: _Optional[_Iterable[_Union[Server.Ack.SyncedRoom, _Mapping]]] = ..., mine: _Optional[_Union[Mine, _Mapping]] = ...) -> None: ...
        class SyncedRoom(_message.Message):
            __slots__ = ("room", "to", "head", "messages", "more", "reset", "error")
            ROOM_FIELD_NUMBER: _ClassVar[int]
            FROM_FIELD_NUMBER: _ClassVar[int]
            TO_FIELD_NUMBER: _ClassVar[int]
            HEAD_FIELD_NUMBER: _ClassVar[int]
            MESSAGES_FIELD_NUMBER: _ClassVar[int]
            MORE_FIELD_NUMBER: _ClassVar[int]
            RESET_FIELD_NUMBER: _ClassVar[int]
            ERROR_FIELD_NUMBER: _ClassVar[int]
            room: int
            to: int
            head: int
            messages: Messages
            more: bool
            reset: bool
            error: Server.Error
            def __init__(self, room: _Optional[int] = ..., to: _Optional[int] = ..., head: _Optional[int] = ..., messages: _Optional[_Union[Messages, _Mapping]] = ..., more: _Optional[bool] = ..., reset: _Optional[bool] = ..., error: _Optional[_Union[Server.Error, _Mapping]] = ..., **kwargs) -> None: ...
        class Page(_message.Message):
            __slots__ = ("epoch", "head", "messages", "has_before", "has_after", "mine")
            EPOCH_FIELD_NUMBER: _ClassVar[int]
            HEAD_FIELD_NUMBER: _ClassVar[int]
            MESSAGES_FIELD_NUMBER: _ClassVar[int]
            HAS_BEFORE_FIELD_NUMBER: _ClassVar[int]
            HAS_AFTER_FIELD_NUMBER: _ClassVar[int]
            MINE_FIELD_NUMBER: _ClassVar[int]
            epoch: str
            head: int
            messages: _containers.RepeatedCompositeFieldContainer[Message]
            has_before: bool
            has_after: bool
            mine: Mine
            def __init__(self, epoch: _Optional[str] = ..., head: _Optional[int] = ..., messages: _Optional[_Iterable[_Union[Message, _Mapping]]] = ..., has_before: _Optional[bool] = ..., has_after: _Optional[bool] = ..., mine: _Optional[_Union[Mine, _Mapping]] = ...) -> None: ...
        class Rooms(_message.Message):
            __slots__ = ("user_seq", "rooms")
            USER_SEQ_FIELD_NUMBER: _ClassVar[int]
            ROOMS_FIELD_NUMBER: _ClassVar[int]
            user_seq: int
            rooms: _containers.RepeatedCompositeFieldContainer[Room]
            def __init__(self, user_seq: _Optional[int] = ..., rooms: _Optional[_Iterable[_Union[Room, _Mapping]]] = ...) -> None: ...
        class Marked(_message.Message):
            __slots__ = ("last_read_seq", "unread", "mentions", "last_seq", "user_seq")
            LAST_READ_SEQ_FIELD_NUMBER: _ClassVar[int]
            UNREAD_FIELD_NUMBER: _ClassVar[int]
            MENTIONS_FIELD_NUMBER: _ClassVar[int]
            LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
            USER_SEQ_FIELD_NUMBER: _ClassVar[int]
            last_read_seq: int
            unread: int
            mentions: int
            last_seq: int
            user_seq: int
            def __init__(self, last_read_seq: _Optional[int] = ..., unread: _Optional[int] = ..., mentions: _Optional[int] = ..., last_seq: _Optional[int] = ..., user_seq: _Optional[int] = ...) -> None: ...
        class Watched(_message.Message):
            __slots__ = ("room",)
            ROOM_FIELD_NUMBER: _ClassVar[int]
            room: Room
            def __init__(self, room: _Optional[_Union[Room, _Mapping]] = ...) -> None: ...
        SENT_FIELD_NUMBER: _ClassVar[int]
        EDITED_FIELD_NUMBER: _ClassVar[int]
        NUMBERED_FIELD_NUMBER: _ClassVar[int]
        SYNCED_FIELD_NUMBER: _ClassVar[int]
        PAGE_FIELD_NUMBER: _ClassVar[int]
        ROOMS_FIELD_NUMBER: _ClassVar[int]
        MARKED_FIELD_NUMBER: _ClassVar[int]
        WATCHED_FIELD_NUMBER: _ClassVar[int]
        sent: Server.Ack.Sent
        edited: Server.Ack.Edited
        numbered: Server.Ack.Numbered
        synced: Server.Ack.Synced
        page: Server.Ack.Page
        rooms: Server.Ack.Rooms
        marked: Server.Ack.Marked
        watched: Server.Ack.Watched
        def __init__(self, sent: _Optional[_Union[Server.Ack.Sent, _Mapping]] = ..., edited: _Optional[_Union[Server.Ack.Edited, _Mapping]] = ..., numbered: _Optional[_Union[Server.Ack.Numbered, _Mapping]] = ..., synced: _Optional[_Union[Server.Ack.Synced, _Mapping]] = ..., page: _Optional[_Union[Server.Ack.Page, _Mapping]] = ..., rooms: _Optional[_Union[Server.Ack.Rooms, _Mapping]] = ..., marked: _Optional[_Union[Server.Ack.Marked, _Mapping]] = ..., watched: _Optional[_Union[Server.Ack.Watched, _Mapping]] = ...) -> None: ...
    class Error(_message.Message):
        __slots__ = ("code", "message", "errors", "retry_after", "request_id")
        CODE_FIELD_NUMBER: _ClassVar[int]
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        ERRORS_FIELD_NUMBER: _ClassVar[int]
        RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
        REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
        code: str
        message: str
        errors: Errors
        retry_after: int
        request_id: str
        def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., errors: _Optional[_Union[Errors, _Mapping]] = ..., retry_after: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...
    class Pong(_message.Message):
        __slots__ = ("server_time",)
        SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
        server_time: int
        def __init__(self, server_time: _Optional[int] = ...) -> None: ...
    class Hello(_message.Message):
        __slots__ = ("connection_id", "protocol", "epoch", "user_seq", "heartbeat_seconds", "timeout_seconds", "max_frame_bytes", "max_body_chars", "server_time", "user", "rooms")
        class User(_message.Message):
            __slots__ = ("id", "username", "display_name", "avatar_url", "language", "role")
            ID_FIELD_NUMBER: _ClassVar[int]
            USERNAME_FIELD_NUMBER: _ClassVar[int]
            DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
            AVATAR_URL_FIELD_NUMBER: _ClassVar[int]
            LANGUAGE_FIELD_NUMBER: _ClassVar[int]
            ROLE_FIELD_NUMBER: _ClassVar[int]
            id: int
            username: str
            display_name: str
            avatar_url: str
            language: str
            role: str
            def __init__(self, id: _Optional[int] = ..., username: _Optional[str] = ..., display_name: _Optional[str] = ..., avatar_url: _Optional[str] = ..., language: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...
        CONNECTION_ID_FIELD_NUMBER: _ClassVar[int]
        PROTOCOL_FIELD_NUMBER: _ClassVar[int]
        EPOCH_FIELD_NUMBER: _ClassVar[int]
        USER_SEQ_FIELD_NUMBER: _ClassVar[int]
        HEARTBEAT_SECONDS_FIELD_NUMBER: _ClassVar[int]
        TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
        MAX_FRAME_BYTES_FIELD_NUMBER: _ClassVar[int]
        MAX_BODY_CHARS_FIELD_NUMBER: _ClassVar[int]
        SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
        USER_FIELD_NUMBER: _ClassVar[int]
        ROOMS_FIELD_NUMBER: _ClassVar[int]
        connection_id: str
        protocol: int
        epoch: str
        user_seq: int
        heartbeat_seconds: int
        timeout_seconds: float
        max_frame_bytes: int
        max_body_chars: int
        server_time: int
        user: Server.Hello.User
        rooms: _containers.RepeatedCompositeFieldContainer[Room]
        def __init__(self, connection_id: _Optional[str] = ..., protocol: _Optional[int] = ..., epoch: _Optional[str] = ..., user_seq: _Optional[int] = ..., heartbeat_seconds: _Optional[int] = ..., timeout_seconds: _Optional[float] = ..., max_frame_bytes: _Optional[int] = ..., max_body_chars: _Optional[int] = ..., server_time: _Optional[int] = ..., user: _Optional[_Union[Server.Hello.User, _Mapping]] = ..., rooms: _Optional[_Iterable[_Union[Room, _Mapping]]] = ...) -> None: ...
    class Changes(_message.Message):
        __slots__ = ("room", "to", "messages", "cause", "reset", "head")
        class Cause(_message.Message):
            __slots__ = ("kind", "user", "emoji")
            class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
                __slots__ = ()
                CREATED: _ClassVar[Server.Changes.Cause.Kind]
                EDITED: _ClassVar[Server.Changes.Cause.Kind]
                DELETED: _ClassVar[Server.Changes.Cause.Kind]
                REACTION: _ClassVar[Server.Changes.Cause.Kind]
                PIN: _ClassVar[Server.Changes.Cause.Kind]
                PREVIEW: _ClassVar[Server.Changes.Cause.Kind]
                THREAD: _ClassVar[Server.Changes.Cause.Kind]
                SYSTEM: _ClassVar[Server.Changes.Cause.Kind]
            CREATED: Server.Changes.Cause.Kind
            EDITED: Server.Changes.Cause.Kind
            DELETED: Server.Changes.Cause.Kind
            REACTION: Server.Changes.Cause.Kind
            PIN: Server.Changes.Cause.Kind
            PREVIEW: Server.Changes.Cause.Kind
            THREAD: Server.Changes.Cause.Kind
            SYSTEM: Server.Changes.Cause.Kind
            KIND_FIELD_NUMBER: _ClassVar[int]
            USER_FIELD_NUMBER: _ClassVar[int]
            EMOJI_FIELD_NUMBER: _ClassVar[int]
            kind: Server.Changes.Cause.Kind
            user: int
            emoji: str
            def __init__(self, kind: _Optional[_Union[Server.Changes.Cause.Kind, str]] = ..., user: _Optional[int] = ..., emoji: _Optional[str] = ...) -> None: ...
        ROOM_FIELD_NUMBER: _ClassVar[int]
        FROM_FIELD_NUMBER: _ClassVar[int]
        TO_FIELD_NUMBER: _ClassVar[int]
        MESSAGES_FIELD_NUMBER: _ClassVar[int]
        CAUSE_FIELD_NUMBER: _ClassVar[int]
        RESET_FIELD_NUMBER: _ClassVar[int]
        HEAD_FIELD_NUMBER: _ClassVar[int]
        room: int
        to: int
        messages: Messages
        cause: Server.Changes.Cause
        reset: bool
        head: int
        def __init__(self, room: _Optional[int] = ..., to: _Optional[int] = ..., messages: _Optional[_Union[Messages, _Mapping]] = ..., cause: _Optional[_Union[Server.Changes.Cause, _Mapping]] = ..., reset: _Optional[bool] = ..., head: _Optional[int] = ..., **kwargs) -> None: ...
    class RoomChanged(_message.Message):
        __slots__ = ("room",)
        ROOM_FIELD_NUMBER: _ClassVar[int]
        room: SharedRoom
        def __init__(self, room: _Optional[_Union[SharedRoom, _Mapping]] = ...) -> None: ...
    class RoomsChanged(_message.Message):
        __slots__ = ("user_seq", "rooms", "gone")
        USER_SEQ_FIELD_NUMBER: _ClassVar[int]
        ROOMS_FIELD_NUMBER: _ClassVar[int]
        GONE_FIELD_NUMBER: _ClassVar[int]
        user_seq: int
        rooms: _containers.RepeatedCompositeFieldContainer[Room]
        gone: _containers.RepeatedScalarFieldContainer[int]
        def __init__(self, user_seq: _Optional[int] = ..., rooms: _Optional[_Iterable[_Union[Room, _Mapping]]] = ..., gone: _Optional[_Iterable[int]] = ...) -> None: ...
    class MeChanged(_message.Message):
        __slots__ = ("user_seq", "kinds")
        USER_SEQ_FIELD_NUMBER: _ClassVar[int]
        KINDS_FIELD_NUMBER: _ClassVar[int]
        user_seq: int
        kinds: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, user_seq: _Optional[int] = ..., kinds: _Optional[_Iterable[str]] = ...) -> None: ...
    class RoomLeft(_message.Message):
        __slots__ = ("room", "event_seq", "reason")
        class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
            __slots__ = ()
            LEFT: _ClassVar[Server.RoomLeft.Reason]
            REMOVED: _ClassVar[Server.RoomLeft.Reason]
            BANNED: _ClassVar[Server.RoomLeft.Reason]
            HIDDEN: _ClassVar[Server.RoomLeft.Reason]
            UNWATCHED: _ClassVar[Server.RoomLeft.Reason]
            CLOSED: _ClassVar[Server.RoomLeft.Reason]
        LEFT: Server.RoomLeft.Reason
        REMOVED: Server.RoomLeft.Reason
        BANNED: Server.RoomLeft.Reason
        HIDDEN: Server.RoomLeft.Reason
        UNWATCHED: Server.RoomLeft.Reason
        CLOSED: Server.RoomLeft.Reason
        ROOM_FIELD_NUMBER: _ClassVar[int]
        EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
        REASON_FIELD_NUMBER: _ClassVar[int]
        room: int
        event_seq: int
        reason: Server.RoomLeft.Reason
        def __init__(self, room: _Optional[int] = ..., event_seq: _Optional[int] = ..., reason: _Optional[_Union[Server.RoomLeft.Reason, str]] = ...) -> None: ...
    class Heads(_message.Message):
        __slots__ = ("user_seq", "rooms")
        class RoomsEntry(_message.Message):
            __slots__ = ("key", "value")
            KEY_FIELD_NUMBER: _ClassVar[int]
            VALUE_FIELD_NUMBER: _ClassVar[int]
            key: int
            value: int
            def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
        USER_SEQ_FIELD_NUMBER: _ClassVar[int]
        ROOMS_FIELD_NUMBER: _ClassVar[int]
        user_seq: int
        rooms: _containers.ScalarMap[int, int]
        def __init__(self, user_seq: _Optional[int] = ..., rooms: _Optional[_Mapping[int, int]] = ...) -> None: ...
    class Read(_message.Message):
        __slots__ = ("room", "user", "last_read_seq")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        USER_FIELD_NUMBER: _ClassVar[int]
        LAST_READ_SEQ_FIELD_NUMBER: _ClassVar[int]
        room: int
        user: int
        last_read_seq: int
        def __init__(self, room: _Optional[int] = ..., user: _Optional[int] = ..., last_read_seq: _Optional[int] = ...) -> None: ...
    class Typing(_message.Message):
        __slots__ = ("room", "user", "active")
        ROOM_FIELD_NUMBER: _ClassVar[int]
        USER_FIELD_NUMBER: _ClassVar[int]
        ACTIVE_FIELD_NUMBER: _ClassVar[int]
        room: int
        user: int
        active: bool
        def __init__(self, room: _Optional[int] = ..., user: _Optional[int] = ..., active: _Optional[bool] = ...) -> None: ...
    class Presence(_message.Message):
        __slots__ = ("users", "counts", "whole")
        class Users(_message.Message):
            __slots__ = ("of",)
            class OfEntry(_message.Message):
                __slots__ = ("key", "value")
                KEY_FIELD_NUMBER: _ClassVar[int]
                VALUE_FIELD_NUMBER: _ClassVar[int]
                key: int
                value: Status
                def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[Status, str]] = ...) -> None: ...
            OF_FIELD_NUMBER: _ClassVar[int]
            of: _containers.ScalarMap[int, Status]
            def __init__(self, of: _Optional[_Mapping[int, Status]] = ...) -> None: ...
        class Counts(_message.Message):
            __slots__ = ("of",)
            class OfEntry(_message.Message):
                __slots__ = ("key", "value")
                KEY_FIELD_NUMBER: _ClassVar[int]
                VALUE_FIELD_NUMBER: _ClassVar[int]
                key: int
                value: int
                def __init__(self, key: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...
            OF_FIELD_NUMBER: _ClassVar[int]
            of: _containers.ScalarMap[int, int]
            def __init__(self, of: _Optional[_Mapping[int, int]] = ...) -> None: ...
        USERS_FIELD_NUMBER: _ClassVar[int]
        COUNTS_FIELD_NUMBER: _ClassVar[int]
        WHOLE_FIELD_NUMBER: _ClassVar[int]
        users: Server.Presence.Users
        counts: Server.Presence.Counts
        whole: bool
        def __init__(self, users: _Optional[_Union[Server.Presence.Users, _Mapping]] = ..., counts: _Optional[_Union[Server.Presence.Counts, _Mapping]] = ..., whole: _Optional[bool] = ...) -> None: ...
    class UserChanged(_message.Message):
        __slots__ = ("user",)
        USER_FIELD_NUMBER: _ClassVar[int]
        user: Author
        def __init__(self, user: _Optional[_Union[Author, _Mapping]] = ...) -> None: ...
    class Notification(_message.Message):
        __slots__ = ("id", "kind", "room", "message")
        class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
            __slots__ = ()
            MENTION: _ClassVar[Server.Notification.Kind]
            DIRECT: _ClassVar[Server.Notification.Kind]
            REPLY: _ClassVar[Server.Notification.Kind]
            MESSAGE: _ClassVar[Server.Notification.Kind]
        MENTION: Server.Notification.Kind
        DIRECT: Server.Notification.Kind
        REPLY: Server.Notification.Kind
        MESSAGE: Server.Notification.Kind
        ID_FIELD_NUMBER: _ClassVar[int]
        KIND_FIELD_NUMBER: _ClassVar[int]
        ROOM_FIELD_NUMBER: _ClassVar[int]
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        id: int
        kind: Server.Notification.Kind
        room: int
        message: Reference
        def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[Server.Notification.Kind, str]] = ..., room: _Optional[int] = ..., message: _Optional[_Union[Reference, _Mapping]] = ...) -> None: ...
    class Goaway(_message.Message):
        __slots__ = ("reconnect_ms",)
        RECONNECT_MS_FIELD_NUMBER: _ClassVar[int]
        reconnect_ms: int
        def __init__(self, reconnect_ms: _Optional[int] = ...) -> None: ...
    def __init__(self) -> None: ...

class Message(_message.Message):
    __slots__ = ("id", "room", "seq", "event_seq", "author", "body", "html", "created_at", "msg_id", "mentions", "reply_to", "thread", "reactions", "edited_at", "kind", "system", "attachments", "previews", "deleted_at", "pinned_at")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        MESSAGE: _ClassVar[Message.Kind]
        SYSTEM: _ClassVar[Message.Kind]
    MESSAGE: Message.Kind
    SYSTEM: Message.Kind
    ID_FIELD_NUMBER: _ClassVar[int]
    ROOM_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    MSG_ID_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    REPLY_TO_FIELD_NUMBER: _ClassVar[int]
    THREAD_FIELD_NUMBER: _ClassVar[int]
    REACTIONS_FIELD_NUMBER: _ClassVar[int]
    EDITED_AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
    PREVIEWS_FIELD_NUMBER: _ClassVar[int]
    DELETED_AT_FIELD_NUMBER: _ClassVar[int]
    PINNED_AT_FIELD_NUMBER: _ClassVar[int]
    id: int
    room: int
    seq: int
    event_seq: int
    author: Author
    body: str
    html: str
    created_at: int
    msg_id: str
    mentions: Mentions
    reply_to: Reference
    thread: Thread
    reactions: _containers.RepeatedCompositeFieldContainer[Reaction]
    edited_at: int
    kind: Message.Kind
    system: System
    attachments: _containers.RepeatedCompositeFieldContainer[Attachment]
    previews: _containers.RepeatedCompositeFieldContainer[Preview]
    deleted_at: int
    pinned_at: int
    def __init__(self, id: _Optional[int] = ..., room: _Optional[int] = ..., seq: _Optional[int] = ..., event_seq: _Optional[int] = ..., author: _Optional[_Union[Author, _Mapping]] = ..., body: _Optional[str] = ..., html: _Optional[str] = ..., created_at: _Optional[int] = ..., msg_id: _Optional[str] = ..., mentions: _Optional[_Union[Mentions, _Mapping]] = ..., reply_to: _Optional[_Union[Reference, _Mapping]] = ..., thread: _Optional[_Union[Thread, _Mapping]] = ..., reactions: _Optional[_Iterable[_Union[Reaction, _Mapping]]] = ..., edited_at: _Optional[int] = ..., kind: _Optional[_Union[Message.Kind, str]] = ..., system: _Optional[_Union[System, _Mapping]] = ..., attachments: _Optional[_Iterable[_Union[Attachment, _Mapping]]] = ..., previews: _Optional[_Iterable[_Union[Preview, _Mapping]]] = ..., deleted_at: _Optional[int] = ..., pinned_at: _Optional[int] = ...) -> None: ...

class Messages(_message.Message):
    __slots__ = ("of",)
    OF_FIELD_NUMBER: _ClassVar[int]
    of: _containers.RepeatedCompositeFieldContainer[Message]
    def __init__(self, of: _Optional[_Iterable[_Union[Message, _Mapping]]] = ...) -> None: ...

class Author(_message.Message):
    __slots__ = ("id", "username", "display_name", "avatar_url", "is_bot")
    ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    AVATAR_URL_FIELD_NUMBER: _ClassVar[int]
    IS_BOT_FIELD_NUMBER: _ClassVar[int]
    id: int
    username: str
    display_name: str
    avatar_url: str
    is_bot: bool
    def __init__(self, id: _Optional[int] = ..., username: _Optional[str] = ..., display_name: _Optional[str] = ..., avatar_url: _Optional[str] = ..., is_bot: _Optional[bool] = ...) -> None: ...

class Reference(_message.Message):
    __slots__ = ("id", "seq")
    ID_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    id: int
    seq: int
    def __init__(self, id: _Optional[int] = ..., seq: _Optional[int] = ...) -> None: ...

class Thread(_message.Message):
    __slots__ = ("root", "replies", "title")
    ROOT_FIELD_NUMBER: _ClassVar[int]
    REPLIES_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    root: int
    replies: int
    title: str
    def __init__(self, root: _Optional[int] = ..., replies: _Optional[int] = ..., title: _Optional[str] = ...) -> None: ...

class Mentions(_message.Message):
    __slots__ = ("users", "all")
    USERS_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    users: _containers.RepeatedScalarFieldContainer[int]
    all: bool
    def __init__(self, users: _Optional[_Iterable[int]] = ..., all: _Optional[bool] = ...) -> None: ...

class Reaction(_message.Message):
    __slots__ = ("emoji", "count", "users")
    EMOJI_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    emoji: str
    count: int
    users: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, emoji: _Optional[str] = ..., count: _Optional[int] = ..., users: _Optional[_Iterable[int]] = ...) -> None: ...

class Attachment(_message.Message):
    __slots__ = ("id", "name", "size", "content_type", "url", "thumbnail_url", "width", "height")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    THUMBNAIL_URL_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    size: int
    content_type: str
    url: str
    thumbnail_url: str
    width: int
    height: int
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., size: _Optional[int] = ..., content_type: _Optional[str] = ..., url: _Optional[str] = ..., thumbnail_url: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class Preview(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class System(_message.Message):
    __slots__ = ("event", "user", "by", "old", "new")
    class Event(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ROOM_CREATED: _ClassVar[System.Event]
        JOINED: _ClassVar[System.Event]
        ADDED: _ClassVar[System.Event]
        LEFT: _ClassVar[System.Event]
        REMOVED: _ClassVar[System.Event]
        BANNED: _ClassVar[System.Event]
        ROLE_CHANGED: _ClassVar[System.Event]
        RENAMED: _ClassVar[System.Event]
        TOPIC_CHANGED: _ClassVar[System.Event]
        KIND_CHANGED: _ClassVar[System.Event]
        HISTORY_CHANGED: _ClassVar[System.Event]
        THREADS_CHANGED: _ClassVar[System.Event]
        OPEN_TO_WEB_CHANGED: _ClassVar[System.Event]
        SLOW_MODE_CHANGED: _ClassVar[System.Event]
        ARCHIVED: _ClassVar[System.Event]
        UNARCHIVED: _ClassVar[System.Event]
    ROOM_CREATED: System.Event
    JOINED: System.Event
    ADDED: System.Event
    LEFT: System.Event
    REMOVED: System.Event
    BANNED: System.Event
    ROLE_CHANGED: System.Event
    RENAMED: System.Event
    TOPIC_CHANGED: System.Event
    KIND_CHANGED: System.Event
    HISTORY_CHANGED: System.Event
    THREADS_CHANGED: System.Event
    OPEN_TO_WEB_CHANGED: System.Event
    SLOW_MODE_CHANGED: System.Event
    ARCHIVED: System.Event
    UNARCHIVED: System.Event
    class Setting(_message.Message):
        __slots__ = ("text", "truth", "number")
        TEXT_FIELD_NUMBER: _ClassVar[int]
        TRUTH_FIELD_NUMBER: _ClassVar[int]
        NUMBER_FIELD_NUMBER: _ClassVar[int]
        text: str
        truth: bool
        number: int
        def __init__(self, text: _Optional[str] = ..., truth: _Optional[bool] = ..., number: _Optional[int] = ...) -> None: ...
    EVENT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    event: System.Event
    user: int
    by: int
    old: System.Setting
    new: System.Setting
    def __init__(self, event: _Optional[_Union[System.Event, str]] = ..., user: _Optional[int] = ..., by: _Optional[int] = ..., old: _Optional[_Union[System.Setting, _Mapping]] = ..., new: _Optional[_Union[System.Setting, _Mapping]] = ...) -> None: ...

class Room(_message.Message):
    __slots__ = ("id", "workspace", "slug", "name", "topic", "kind", "history", "threads", "open_to_web", "archived", "slow_mode_seconds", "head", "last_seq", "members_count", "users", "role", "joined_seq", "joined_event_seq", "notify", "last_read_seq", "unread", "mentions")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        PUBLIC: _ClassVar[Room.Kind]
        PRIVATE: _ClassVar[Room.Kind]
        DIRECT: _ClassVar[Room.Kind]
    PUBLIC: Room.Kind
    PRIVATE: Room.Kind
    DIRECT: Room.Kind
    class History(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SHARED: _ClassVar[Room.History]
        JOINED: _ClassVar[Room.History]
    SHARED: Room.History
    JOINED: Room.History
    class Threads(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        FLAT: _ClassVar[Room.Threads]
        THREADED: _ClassVar[Room.Threads]
    FLAT: Room.Threads
    THREADED: Room.Threads
    class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        MEMBER: _ClassVar[Room.Role]
        MODERATOR: _ClassVar[Room.Role]
    MEMBER: Room.Role
    MODERATOR: Room.Role
    class Notify(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ALL: _ClassVar[Room.Notify]
        MENTIONS: _ClassVar[Room.Notify]
        NOTHING: _ClassVar[Room.Notify]
    ALL: Room.Notify
    MENTIONS: Room.Notify
    NOTHING: Room.Notify
    ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    OPEN_TO_WEB_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    SLOW_MODE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_COUNT_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    JOINED_SEQ_FIELD_NUMBER: _ClassVar[int]
    JOINED_EVENT_SEQ_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_FIELD_NUMBER: _ClassVar[int]
    LAST_READ_SEQ_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    MENTIONS_FIELD_NUMBER: _ClassVar[int]
    id: int
    workspace: int
    slug: str
    name: str
    topic: str
    kind: Room.Kind
    history: Room.History
    threads: Room.Threads
    open_to_web: bool
    archived: bool
    slow_mode_seconds: int
    head: int
    last_seq: int
    members_count: int
    users: People
    role: Room.Role
    joined_seq: int
    joined_event_seq: int
    notify: Room.Notify
    last_read_seq: int
    unread: int
    mentions: int
    def __init__(self, id: _Optional[int] = ..., workspace: _Optional[int] = ..., slug: _Optional[str] = ..., name: _Optional[str] = ..., topic: _Optional[str] = ..., kind: _Optional[_Union[Room.Kind, str]] = ..., history: _Optional[_Union[Room.History, str]] = ..., threads: _Optional[_Union[Room.Threads, str]] = ..., open_to_web: _Optional[bool] = ..., archived: _Optional[bool] = ..., slow_mode_seconds: _Optional[int] = ..., head: _Optional[int] = ..., last_seq: _Optional[int] = ..., members_count: _Optional[int] = ..., users: _Optional[_Union[People, _Mapping]] = ..., role: _Optional[_Union[Room.Role, str]] = ..., joined_seq: _Optional[int] = ..., joined_event_seq: _Optional[int] = ..., notify: _Optional[_Union[Room.Notify, str]] = ..., last_read_seq: _Optional[int] = ..., unread: _Optional[int] = ..., mentions: _Optional[int] = ...) -> None: ...

class SharedRoom(_message.Message):
    __slots__ = ("id", "workspace", "slug", "name", "topic", "kind", "history", "threads", "open_to_web", "archived", "slow_mode_seconds", "head", "last_seq", "members_count", "users")
    ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    THREADS_FIELD_NUMBER: _ClassVar[int]
    OPEN_TO_WEB_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    SLOW_MODE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQ_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_COUNT_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    id: int
    workspace: int
    slug: str
    name: str
    topic: str
    kind: Room.Kind
    history: Room.History
    threads: Room.Threads
    open_to_web: bool
    archived: bool
    slow_mode_seconds: int
    head: int
    last_seq: int
    members_count: int
    users: People
    def __init__(self, id: _Optional[int] = ..., workspace: _Optional[int] = ..., slug: _Optional[str] = ..., name: _Optional[str] = ..., topic: _Optional[str] = ..., kind: _Optional[_Union[Room.Kind, str]] = ..., history: _Optional[_Union[Room.History, str]] = ..., threads: _Optional[_Union[Room.Threads, str]] = ..., open_to_web: _Optional[bool] = ..., archived: _Optional[bool] = ..., slow_mode_seconds: _Optional[int] = ..., head: _Optional[int] = ..., last_seq: _Optional[int] = ..., members_count: _Optional[int] = ..., users: _Optional[_Union[People, _Mapping]] = ...) -> None: ...

class People(_message.Message):
    __slots__ = ("of",)
    OF_FIELD_NUMBER: _ClassVar[int]
    of: _containers.RepeatedCompositeFieldContainer[Author]
    def __init__(self, of: _Optional[_Iterable[_Union[Author, _Mapping]]] = ...) -> None: ...

class Mine(_message.Message):
    __slots__ = ("of",)
    class Emoji(_message.Message):
        __slots__ = ("of",)
        OF_FIELD_NUMBER: _ClassVar[int]
        of: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, of: _Optional[_Iterable[str]] = ...) -> None: ...
    class OfEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: Mine.Emoji
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[Mine.Emoji, _Mapping]] = ...) -> None: ...
    OF_FIELD_NUMBER: _ClassVar[int]
    of: _containers.MessageMap[int, Mine.Emoji]
    def __init__(self, of: _Optional[_Mapping[int, Mine.Emoji]] = ...) -> None: ...

class Errors(_message.Message):
    __slots__ = ("of",)
    class Sentences(_message.Message):
        __slots__ = ("of",)
        OF_FIELD_NUMBER: _ClassVar[int]
        of: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, of: _Optional[_Iterable[str]] = ...) -> None: ...
    class OfEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Errors.Sentences
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Errors.Sentences, _Mapping]] = ...) -> None: ...
    OF_FIELD_NUMBER: _ClassVar[int]
    of: _containers.MessageMap[str, Errors.Sentences]
    def __init__(self, of: _Optional[_Mapping[str, Errors.Sentences]] = ...) -> None: ...
