"""Violations with the records that show them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.reliability.checker.acts import Command
from tests.reliability.checker.logs import DUMP, Logs
from tests.reliability.checker.tables import Message

SHOWN = 20
KEPT = 100
"""Violations of one invariant that keep their records; of a server that breaks it everywhere there would be too many."""
WIDTH = 600
"""Characters of a record that are printed."""


@dataclass
class Violation:
    """`records` holds (file, record): the smallest slice that shows it; empty behind the first KEPT of an invariant."""

    invariant: str
    sentence: str
    records: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Of the record at a place only the rows with these `seqs`, and where it holds rooms, only this one."""

    at: int
    room: int
    seqs: Collection[int] = ()

    def of(self, record: dict[str, Any]) -> dict[str, Any]:
        if isinstance(record.get("rooms"), list):
            rooms = [one for one in record["rooms"] if one["id"] == self.room]
            return record | {"rooms": [one | self._rows(one) for one in rooms]}
        return record | self._rows(record)

    def _rows(self, holder: dict[str, Any]) -> dict[str, Any]:
        rows = holder.get("rows")
        if not rows:
            return {}
        if isinstance(rows, dict):
            kept = {seq: row for seq, row in rows.items() if int(seq) in self.seqs}
        else:
            kept = [row for row in rows if row["seq"] in self.seqs]
        return {"rows": kept, "rows_left_out": len(rows) - len(kept)}


Where = int | Part | Message | None
"""What a slice is made of: a place in the logs, a part of the record there, a message of the dump."""


class Findings:
    """Collects violations while the logs are read."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs
        self._found: list[Violation] = []
        self._counts: Counter[str] = Counter()

    def add(self, invariant: str, sentence: str, *where: Where) -> None:
        """None is passed over."""
        self._counts[invariant] += 1
        kept = where if self._counts[invariant] <= KEPT else ()
        self._found.append(Violation(invariant, sentence, [self._record(one) for one in kept if one is not None]))

    def in_order(self) -> list[Violation]:
        """By invariant, then as found: the same logs give the same list."""
        return sorted(self._found, key=lambda violation: int(violation.invariant[1:]))

    def _record(self, where: int | Part | Message) -> tuple[str, dict[str, Any]]:
        if isinstance(where, Message):
            return DUMP, {"op": "message"} | msgspec.to_builtins(where)
        if isinstance(where, Part):
            file, record = self._logs.record(where.at)
            return file, where.of(record)
        return self._logs.record(where)


def explain(violations: list[Violation], folder: Path) -> str:
    """For people: how many of each invariant, the first SHOWN with their slices as JSON lines, the seed and the command that repeats the run."""
    counts = Counter(violation.invariant for violation in violations)
    lines = [f"{len(violations)} violations: " + (", ".join(f"{name} {n}" for name, n in counts.items()) or "none")]
    for violation in _first_of_each(violations, counts):
        lines += ["", f"{violation.invariant}: {violation.sentence}"]
        lines += [f"  {file}: {_line(record)}" for file, record in violation.records]
    if len(violations) > SHOWN:
        lines += ["", f"... and {len(violations) - SHOWN} more."]
    return "\n".join([*lines, "", *_repeating(folder)])


def _first_of_each(violations: list[Violation], counts: Counter[str]) -> Iterable[Violation]:
    """At most SHOWN, of every invariant that was broken as evenly as there are."""
    by_turn: list[tuple[int, int]] = []
    turns: Counter[str] = Counter()
    for at, violation in enumerate(violations):
        by_turn.append((turns[violation.invariant], at))
        turns[violation.invariant] += 1
    return [violations[at] for at in sorted(at for _turn, at in sorted(by_turn)[:SHOWN])]


def _line(record: dict[str, Any]) -> str:
    text = msgspec.json.encode(record).decode()
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}... ({len(text)} characters)"


def _repeating(folder: Path) -> list[str]:
    command = next((record for _at, record in Logs(folder).admin() if isinstance(record, Command)), None)
    if command is None:
        return [f"logs: {folder}"]
    return [f"logs: {folder}", f"seed: {command.seed}", f"again: {command.command}"]
