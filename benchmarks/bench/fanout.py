"""B1, B2, B3, B8: how fast one message gets to many."""

import contextlib
from typing import Any

from benchmarks.bench.generator import Failed
from benchmarks.bench.house import Crowd
from benchmarks.bench.results import Row, costs, cpu, milliseconds, troubles
from benchmarks.bench.run import FREE, Contestant, Run, best_window, peer, product, say

WINDOWS = (2, 8, 32, 128, 240)
"""Messages under way at once; each server is measured with the number at which it is fastest."""


def b1(run: Run) -> None:
    """Fan-out: everybody in one room."""
    sizes = run.sockets or run.pick([20], [500, 1000, 5000])
    for sockets in sizes:
        for layout in run.layouts if sockets == sizes[0] else run.layouts[:1]:
            _round(run, "B1", Crowd(sockets), layout, f"{sockets:,} sockets in one room")


def b2(run: Run) -> None:
    """Many rooms of ten."""
    sockets = run.pick(40, 5000)
    for layout in run.layouts:
        _round(
            run, "B2", Crowd(sockets, rooms=sockets // 10), layout, f"{sockets:,} sockets in rooms of 10", half=False
        )


def b3(run: Run) -> None:
    """Hot sockets: each is to hear 1,000 messages a second."""
    sockets, rate = run.pick((20, 50), (200, 1000))
    case = f"{sockets} sockets, {rate:,} messages/s to each"
    for layout in run.layouts:
        with contextlib.ExitStack() as stack:
            for found in _contestants(run, stack, Crowd(sockets), layout, with_peers=not run.quick):
                row = run.row("B3", found.name, f"{case}, {layout}")
                for _repeat in range(run.repeats):
                    _note(row, found.generator.talk(found.served.uses, rate=rate, **_times(run)))
                run.told(row)


def b8(run: Run) -> None:
    """Slow readers: one of a hundred sockets reads no more."""
    sockets = run.pick(40, 5000)
    deaf = max(1, sockets // 100)
    crowd = Crowd(sockets, rooms=max(1, sockets // 50))
    for stalled in run.pick((deaf,), (0, deaf)):
        with product(run, crowd, FREE) as found:
            if stalled:
                found.generator.connect(stalled, deaf=True)
            found.generator.connect(sockets - stalled, first=stalled)
            if stalled:
                found.generator.ask(do="deaf", count=stalled)
            row = run.row("B8", found.name, f"{sockets:,} sockets in rooms of 50, {stalled} do not read")
            for _repeat in range(run.repeats):
                done = found.generator.talk(found.served.uses, rate=run.pick(20, 200), **_times(run))
                _note(row, done)
            run.told(row)


# --- what they share ---


def _round(run: Run, bench: str, crowd: Crowd, layout: str, case: str, *, half: bool = True) -> None:
    """All contestants side by side, saturated and then at half of that: each repeat asks all of them in turn, so that what else
    the machine does meets them alike."""
    with contextlib.ExitStack() as stack:
        found = _contestants(run, stack, crowd, layout, with_peers=half or not run.quick)
        windows = {each.name: best_window(run, each, WINDOWS, "deliveries") for each in found}
        rows = {each.name: run.row(bench, each.name, f"{case}, saturated, {layout}") for each in found}
        for _repeat in range(run.repeats):
            for each in found:
                done = each.generator.talk(each.served.uses, window=windows[each.name], **_times(run))
                _note(rows[each.name], done)
        for each in found:
            rows[each.name].notes.append(f"{windows[each.name]} messages under way")
            run.told(rows[each.name])
        if not half:
            return
        halves = {each.name: run.row(bench, each.name, f"{case}, half load, {layout}") for each in found}
        for _repeat in range(run.repeats):
            for each in found:
                rate = max(1.0, rows[each.name].median("messages/s") / 2)
                _note(halves[each.name], each.generator.talk(each.served.uses, rate=rate, **_times(run)))
        for each in found:
            run.told(halves[each.name])


def _contestants(
    run: Run, stack: contextlib.ExitStack, crowd: Crowd, layout: str, *, with_peers: bool
) -> list[Contestant]:
    """The product, and every peer that lets all the sockets in."""
    found = [stack.enter_context(product(run, crowd, layout))]
    found[0].generator.connect(crowd.people)
    if not run.quick:
        found.append(
            stack.enter_context(product(run, crowd, layout, name="Chatsite, Protocol Buffers", dialect="proto"))
        )
        found[-1].generator.connect(crowd.people)
    if layout == FREE and not run.quick:
        found.append(stack.enter_context(product(run, crowd, layout, name="Chatsite, two workers", workers=2)))
        found[-1].generator.connect(crowd.people)
    for which in run.peers(slow=crowd.people <= 1000) if with_peers else ():
        each = stack.enter_context(peer(run, which, crowd, layout))
        try:
            each.generator.connect(crowd.people, patience=60)
        except Failed as failure:
            say(f"{which.name} is left out: {failure}")
            continue
        found.append(each)
    return found


def _times(run: Run) -> dict[str, float]:
    return {"warmup": run.pick(0.2, 1.0), "seconds": run.seconds}


def _note(row: Row, done: dict[str, Any]) -> None:
    """One repeat."""
    seconds, deliveries = done["seconds"], done["deliveries"]
    row.add(**{"messages/s": done["last"].get("count", 0) / seconds, "deliveries/s": deliveries / seconds})
    row.add(**costs(done, per=deliveries), **{"bytes each": done["bytes_in"] / max(1, deliveries)})
    row.add(**milliseconds(done, "last"))
    if done["ack"].get("count"):
        row.add(**milliseconds(done, "ack"))
    spent = cpu(done, "generator")
    row.add(**{"generator, cores": None if spent is None else spent / seconds})
    row.notes += troubles(done)
