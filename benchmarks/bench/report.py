"""What a run came to: `performance.json` with all of it, tables in Markdown, and a page with plots."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.bench import plots
from benchmarks.bench.results import Row
from benchmarks.bench.run import Run

BEGIN, END = "<!-- The report of `bin/bench --keep`; do not edit. -->", "<!-- The end of the report. -->"


def write(run: Run, about: dict[str, Any], folder: Path, *, kept: bool) -> Path:
    """Writes the three files; where `kept`, the tables go between the marks of `performance.md`. Returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    all_of_it = {
        "about": about,
        "calibration": run.calibration,
        "missing": run.missing,
        "rows": [row.as_json() for row in run.rows],
        "ramps": run.ramps,
    }
    (folder / "performance.json").write_text(json.dumps(all_of_it, indent=1, ensure_ascii=False) + "\n")
    tables = markdown(run, about)
    page = folder / "performance.md"
    page.write_text(_between(page.read_text(), tables) if kept and page.exists() else tables)
    (folder / "performance.html").write_text(plots.page(run, about, heads(run)))
    return folder / "performance.html"


def _between(page: str, tables: str) -> str:
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}"


def heads(run: Run) -> dict[str, list[Row]]:
    """The rows of each benchmark, in the order in which they were measured."""
    found: dict[str, list[Row]] = {}
    for row in run.rows:
        found.setdefault(row.bench, []).append(row)
    return found


def markdown(run: Run, about: dict[str, Any]) -> str:
    parts = [said(about)]
    if run.calibration:
        lines = [f"| {name} | {shown(value)} |" for name, value in run.calibration.items()]
        parts.append("\n".join(["### What the machine can do", "", "| | |", "| --- | --- |", *lines]))
    if run.missing:
        parts.append("Not on this machine: " + "; ".join(run.missing))
    for bench, rows in heads(run).items():
        parts.append(f"### {plots.TITLES.get(bench, bench)}\n\n" + "\n\n".join(tables(rows)))
    for name, steps in run.ramps.items():
        parts.append(
            f"### Ramp: {name}\n\n{_table(list(steps[0]), [[shown(value) for value in step.values()] for step in steps])}"
        )
    return "\n\n".join(parts) + "\n"


def said(about: dict[str, Any]) -> str:
    """Date and machine class, in a sentence."""
    machine = {name: value for name, value in about.items() if name not in ("command", "quick", "date")}
    size = "**Quick: it shows that everything runs, and no more.** " if about["quick"] else ""
    told = ", ".join(
        f"{name} {value:.1f}" if isinstance(value, float) else f"{name} {value}" for name, value in machine.items()
    )
    return f"{size}On {about['date']}, by `{about['command']}`: {told}. Everything ran on this one machine: servers, generator, PostgreSQL and Redis. A figure is the median of its repeats (lowest to highest)."


def tables(rows: list[Row]) -> Iterable[str]:
    """One table for each case, since those have figures of their own."""
    cases: dict[str, list[Row]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    for case, mine in cases.items():
        names = list(dict.fromkeys(name for row in mine for name in row.figures))
        body = [
            [row.who, *(spread(row.figures[name]) if name in row.figures else "" for name in names), _notes(row)]
            for row in mine
        ]
        yield f"**{case}**\n\n{_table(['', *names, 'notes'], body)}"


def _notes(row: Row) -> str:
    return "; ".join(dict.fromkeys(row.notes))


def _table(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(values: list[float]) -> str:
    """The median, and where there were repeats the lowest and the highest."""
    middle = (
        sorted(values)[len(values) // 2] if len(values) % 2 else sum(sorted(values)[len(values) // 2 - 1 :][:2]) / 2
    )
    if min(values) == max(values):
        return shown(middle)
    return f"{shown(middle)} ({shown(min(values))} to {shown(max(values))})"


def shown(value: float) -> str:
    """Three digits of it, or all before the point."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
