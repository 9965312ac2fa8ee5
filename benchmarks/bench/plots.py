"""A page with plots, drawn by hand as SVG: nothing else need be installed, nothing is fetched."""

import html
import math
from typing import Any

from benchmarks.bench.results import Row
from benchmarks.bench.run import Run

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c1c1e, #eee); --quiet: light-dark(#666, #aaa); --line: light-dark(#ddd, #444);
  --ours: light-dark(#b3541e, #f09050); --theirs: light-dark(#7d8ca3, #8fa3bf); --second: light-dark(#27708a, #5fb3d0); background: light-dark(#fff, #1c1c1e) }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.2 } h2 { margin-top: 3rem } p, figcaption { color: var(--quiet) } figure { margin: 1.5rem 0 }
svg { width: 100%; max-width: 34rem; height: auto; font: 13px system-ui, sans-serif } text { fill: var(--ink) } .quiet { fill: var(--quiet) }
.ours { fill: var(--ours) } .theirs { fill: var(--theirs) } .whisker { stroke: var(--ink) } .grid { stroke: var(--line) }
polyline { fill: none; stroke-width: 2 } .a { stroke: var(--ours) } .b { stroke: var(--second) } text.a { fill: var(--ours); stroke: none } text.b { fill: var(--second); stroke: none }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem }
"""
PLOTTED = {
    "B1": ["deliveries/s", "server CPU, us each", "last p99, ms"],
    "B2": ["deliveries/s", "server CPU, us each"],
    "B3": ["deliveries/s", "server CPU, us each", "last p99, ms"],
    "B4": ["kB for each socket", "CPU of each socket, us/s"],
    "B5": ["95% in sync after, s", "100% in sync after, s"],
    "B6": ["ack p50, ms", "ack p99, ms", "last p50, ms", "last p99, ms"],
    "B7": ["acked messages/s", "posts/s", "server CPU, us each"],
    "B8": ["deliveries/s", "last p99, ms", "memory, MB"],
    "B9": ["requests/s", "p99, ms", "server CPU, us each"],
    "B10": ["first start, s", "second start, s", "memory, MB"],
}
TITLES = {
    "B1": "B1: fan-out, one room",
    "B2": "B2: fan-out, many rooms",
    "B3": "B3: hot sockets",
    "B4": "B4: idle density",
    "B5": "B5: reconnect storm",
    "B6": "B6: durable latency",
    "B7": "B7: durable throughput",
    "B8": "B8: slow readers",
    "B9": "B9: pages and API",
    "B10": "B10: footprint",
}
LEFT, WIDE = 250, 180
"""Where bars begin, and how long the longest is."""
SIDES = [("p50, ms", "p99, ms"), ("done/s", "asked/s"), ("server cores", "postgresql cores"), ("memory, MB", None), ("disk, MB/s", "network, MB/s"), ("errors, share", "not done in time, share")]  # fmt: skip
"""What each picture of a ramp shows, over what was asked for."""


def page(run: Run, about: dict[str, Any], heads: dict[str, list[Row]]) -> str:
    """The whole page."""
    told = ", ".join(
        f"{name} {value:.1f}" if isinstance(value, float) else f"{name} {value}" for name, value in about.items()
    )
    parts = [f"<h1>Chatsite: how fast</h1><p>{html.escape(told)}</p>"]
    for bench, rows in heads.items():
        parts.append(f"<h2>{TITLES.get(bench, bench)}</h2>")
        for case in dict.fromkeys(row.case for row in rows):
            mine = [row for row in rows if row.case == case]
            drawn = [bars(name, mine) for name in PLOTTED.get(bench, []) if any(name in row.figures for row in mine)]
            if drawn:
                parts.append(f"<h3>{html.escape(case)}</h3><div class=pair>{''.join(drawn)}</div>")
    for name, steps in run.ramps.items():
        drawn = [curve(steps, *pair) for pair in SIDES if pair[0] in steps[-1]]
        parts.append(f"<h2>Ramp: {html.escape(name)}</h2><div class=pair>{''.join(drawn)}</div>")
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>Chatsite: how fast</title><style>{STYLE}</style>\n{body}\n</html>\n"
    )


def bars(name: str, rows: list[Row]) -> str:
    """One bar for each server: the median, with a line from the lowest repeat to the highest."""
    shown = [row for row in rows if name in row.figures]
    most = max(max(row.figures[name]) for row in shown) or 1.0
    drawn = []
    for n, row in enumerate(shown):
        y, values = 34 + n * 26, row.figures[name]
        long, low, high = (WIDE * value / most for value in (row.median(name), min(values), max(values)))
        kind = "ours" if row.who.startswith("Chatsite") else "theirs"
        drawn.append(
            f'<text x={LEFT - 8} y={y + 13} text-anchor=end>{html.escape(row.who)}</text><rect class={kind} x={LEFT} y={y} width="{max(long, 0.5):.1f}" height=18 />'
            f'<line class=whisker x1="{LEFT + low:.1f}" x2="{LEFT + high:.1f}" y1={y + 9} y2={y + 9} />'
            f'<text class=quiet x="{LEFT + 8 + max(long, high):.1f}" y={y + 13}>{number(row.median(name))}</text>'
        )
    return f'<figure><svg viewBox="0 0 500 {40 + len(shown) * 26}" role=img aria-label="{html.escape(name)}"><text x={LEFT} y=20 font-weight=600>{html.escape(name)}</text>{"".join(drawn)}</svg></figure>'


def curve(steps: list[dict[str, float]], first: str, second: str | None) -> str:
    """One or two figures over what was asked for."""
    names = [name for name in (first, second) if name]
    right, top = steps[-1]["asked/s"], max(max(step.get(name, 0.0) for step in steps) for name in names) or 1.0
    top = nice(top)
    drawn = [
        f'<line class=grid x1=60 x2=480 y1="{y(top * part, top):.1f}" y2="{y(top * part, top):.1f}" /><text class=quiet x=54 y="{y(top * part, top) + 4:.1f}" text-anchor=end>{number(top * part)}</text>'
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    for name, kind in zip(names, "ab", strict=False):
        dots = " ".join(f"{60 + 420 * step['asked/s'] / right:.1f},{y(step.get(name, 0.0), top):.1f}" for step in steps)
        drawn.append(f'<polyline class={kind} points="{dots}" />')
    titles = "".join(f"<text class={kind} x={60 + 210 * n} y=20 font-weight=600>{html.escape(name)}</text>" for n, (name, kind) in enumerate(zip(names, "ab", strict=False)))  # fmt: skip
    axis = f"<text class=quiet x=60 y=238>0</text><text class=quiet x=480 y=238 text-anchor=end>{number(right)} asked for a second</text>"
    return f'<figure><svg viewBox="0 0 500 245" role=img aria-label="{html.escape(" and ".join(names))}">{titles}{"".join(drawn)}{axis}</svg></figure>'


def y(value: float, top: float) -> float:
    return 220 - 180 * value / top


def nice(value: float) -> float:
    """The next number above that begins with 1, 2 or 5."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.9999)


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
