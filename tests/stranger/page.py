"""What the page says of shapes, and the sentence that is raised where something differs from it."""

import re
from typing import NamedTuple

WAIT = 5  # seconds: the deadline of every single wait
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ESCAPED = re.compile(r"(?<!\\)\\u(?!00[01])")  # only control characters need an escape
ANSWERS = ("ack", "error", "pong")


class Frame(NamedTuple):
    """Exactly these members."""

    msg_id: str
    cmd_type: str
    payload: dict


def names(text):
    return set(text.split())


USER = names("id username display_name avatar_url")
HELLO = names("""connection_id protocol epoch user_seq heartbeat_seconds timeout_seconds max_frame_bytes max_body_chars
                 server_time user rooms""")
ROOM = names("""id workspace slug name topic kind history threads open_to_web archived slow_mode_seconds head last_seq
                members_count role joined_seq joined_event_seq notify last_read_seq unread mentions""")
ROW = names("""id room seq event_seq kind author body html created_at edited_at deleted_at reply_to thread mentions
               reactions attachments previews pinned_at msg_id""")
BAD_FRAMES = [  # what is wrong; whether its msg_id can be read; the frame
    ("an unknown command", True, '{"msg_id":"ID","cmd_type":"no.such","payload":{}}'),
    ("an unknown member", True, '{"msg_id":"ID","cmd_type":"ping","payload":{},"extra":1}'),
    ("an unknown member in payload", True, '{"msg_id":"ID","cmd_type":"rooms","payload":{"extra":1}}'),
    ("no payload", True, '{"msg_id":"ID","cmd_type":"ping"}'),
    ("a payload that is a list", True, '{"msg_id":"ID","cmd_type":"ping","payload":[]}'),
    ("a room that is a string", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":"7","body":"x"}}'),
    ("a room that is true", True, '{"msg_id":"ID","cmd_type":"history","payload":{"room":true}}'),
    ("a body that is a number", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":5}}'),
    ("NaN", True, '{"msg_id":"ID","cmd_type":"history","payload":{"room":NaN}}'),
    ("duplicate keys", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"x","body":"y"}}'),
    ("two msg_ids", False, '{"msg_id":"ID","msg_id":"ID","cmd_type":"ping","payload":{}}'),
    ("a lone surrogate", True, r'{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"\ud800"}}'),
    ("NUL", True, r'{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"a\u0000b"}}'),
    ("no JSON", False, "{"),
    ("a msg_id that is a number", False, '{"msg_id":7,"cmd_type":"ping","payload":{}}'),
    ("a msg_id of 65 characters", False, '{"msg_id":"' + "x" * 65 + '","cmd_type":"ping","payload":{}}'),
]


def same(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r:.500}, where the page leads to {wanted!r:.500}")


def has(found, what, **wanted):
    same({name: found.get(name, "(absent)") for name in wanted}, wanted, what)


def members(found, names, what):
    same(sorted(names - found.keys()), [], f"{what}: members that are missing")


def check_row(row):
    members(row, ROW, "a message")
    members(row["author"], USER | {"is_bot"}, "a message's author")
    for name in ("created_at", "edited_at", "deleted_at"):
        is_there = row[name] is not None or name == "created_at"
        same(bool(TIME.fullmatch(row[name] or "")), is_there, f"a message's {name} {row[name]} is a time")
    if row["kind"] == "system" or row["deleted_at"]:
        has(row, "a system message or tombstone", body="", html="", reactions=[], attachments=[], pinned_at=None)
