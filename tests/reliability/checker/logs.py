"""The files of a run: read one record after the other, and any single one again by its place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.reliability.checker import acts, records, shapes

ADMIN = "admin.jsonl"
DUMP = "dump.json"
FILE_BITS = 40
"""A place is one number: the file's position among the names in order, and the offset in it below these bits."""


class Unreadable(Exception):
    """A line of a log is not what the README says."""


class Logs:
    """The logs in `folder`, by name. A record whose `op` is unknown is passed over; any other that cannot be read raises Unreadable."""

    def __init__(self, folder: Path) -> None:
        self.paths = sorted(folder.glob("*.jsonl"))
        self.clients = [number for number, path in enumerate(self.paths) if path.name != ADMIN]
        self._admin = [number for number, path in enumerate(self.paths) if path.name == ADMIN]
        if not self._admin or not self.clients:
            raise Unreadable(f"{folder} has no {ADMIN} or no client's log.")

    def client(self, number: int) -> Iterator[tuple[int, Any]]:
        """The records of a client's file with their places."""
        return self._read(number, records.Clients)

    def admin(self) -> Iterator[tuple[int, Any]]:
        return self._read(self._admin[0], acts.Admin)

    def who(self, number: int) -> shapes.Who:
        for _at, record in self.client(number):
            if isinstance(record, shapes.Who):
                return record
            break
        raise Unreadable(f"{self.paths[number].name} does not begin with `who`.")

    def record(self, at: int) -> tuple[str, dict[str, Any]]:
        """The file's name and the record at a place, whole."""
        path = self.paths[at >> FILE_BITS]
        with path.open("rb") as file:
            file.seek(at & ((1 << FILE_BITS) - 1))
            return path.name, json.loads(file.readline())

    def _read(self, number: int, shape: Any) -> Iterator[tuple[int, Any]]:
        decode = msgspec.json.Decoder(shape).decode
        at = number << FILE_BITS
        with self.paths[number].open("rb", buffering=1 << 20) as file:
            for line in file:
                try:
                    yield at, decode(line)
                except msgspec.DecodeError as error:
                    self._require_unknown(number, line, shape, error)
                at += len(line)

    def _require_unknown(self, number: int, line: bytes, shape: Any, error: Exception) -> None:
        try:
            op = json.loads(line)["op"]
        except (ValueError, KeyError, TypeError):
            op = None
        if op is None or op in {one.__struct_config__.tag for one in shape.__args__}:
            raise Unreadable(f"{self.paths[number].name}: {error}: {line[:200]!r}") from error
