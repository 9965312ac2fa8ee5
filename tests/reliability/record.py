"""What happened, as lines of JSON: one file for each client, `admin.jsonl`, and `dump.json`. The README says what each record holds.

Times are those of CLOCK_MONOTONIC: all that one process writes can be compared.
"""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import msgspec

ADMIN = "admin.jsonl"
DUMP = "dump.json"
BUFFER = 256 * 1024

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

STATED = (
    "id",
    "kind",
    "history",
    "head",
    "last_seq",
    "joined_seq",
    "joined_event_seq",
    "last_read_seq",
    "unread",
    "mentions",
    "role",
)


def short_hash(text: str | bytes) -> str:
    """The first 16 hex digits of SHA-256 of `text` as UTF-8."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


def stated(room: dict[str, Any]) -> dict[str, Any]:
    """What is recorded of a room as `hello`, `rooms` and `rooms.changed` state it."""
    return {name: room.get(name) for name in STATED}


def listed(told: dict[str, Any]) -> dict[str, Any]:
    """What is recorded of a statement of many rooms."""
    return {"user_seq": told["user_seq"], "rooms": list(map(stated, told["rooms"]))}


def notice(told: dict[str, Any]) -> dict[str, Any]:
    """What is recorded of a notification, as the event or `notifications/` has it."""
    about = {"message": told["message"]["id"], "seq": told["message"]["seq"]}
    return {name: told[name] for name in ("id", "kind", "room")} | about


class Recorder:
    """Writes the log of one client, or of the run's own acts; buffered, so read it only once it is closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb", buffering=BUFFER)

    def write(self, op: str, **fields: Any) -> None:
        """A record of now."""
        self._file.write(_encode({"t": time.monotonic(), "op": op, **fields}) + b"\n")

    def changes(self, conn: int, via: str, body: bytes) -> None:
        """A record of `changes`, whose members beside `conn` and `via` (`live` or `sync`) are in JSON already: most of a log is these."""
        line = b'{"t":%.6f,"op":"changes","conn":%d,"via":"%b",%b}\n'
        self._file.write(line % (time.monotonic(), conn, via.encode(), body))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Silent(Recorder):
    """Writes nothing."""

    def __init__(self) -> None:
        pass

    def write(self, op: str, **fields: Any) -> None:
        pass

    def changes(self, conn: int, via: str, body: bytes) -> None:
        pass

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def write_dump(folder: Path, dump: dict[str, Any]) -> None:
    (folder / DUMP).write_bytes(_encode(dump))


def read_dump(folder: Path) -> dict[str, Any]:
    return _decode((folder / DUMP).read_bytes())


def client_logs(folder: Path) -> list[Path]:
    """The files of a run's clients, by name."""
    return sorted(path for path in folder.glob("*.jsonl") if path.name != ADMIN)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of one file, in the order of their writing."""
    with path.open("rb") as file:
        yield from map(_decode, file)
