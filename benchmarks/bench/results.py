"""What was measured: rows of figures, each with all its repeats."""

import statistics
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bench.processes import MB, Use


@dataclass
class Row:
    """One server in one case of one benchmark. `figures` holds each repeat of each figure, by its name with its unit."""

    bench: str
    who: str
    case: str
    figures: dict[str, list[float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, **figures: float | None) -> None:
        """One more repeat. A figure that is None was not to be had."""
        for name, value in figures.items():
            if value is not None:
                self.figures.setdefault(name, []).append(float(value))

    def median(self, name: str) -> float:
        return statistics.median(self.figures[name])

    def as_json(self) -> dict[str, Any]:
        told = {
            name: {"median": statistics.median(values), "low": min(values), "high": max(values), "values": values}
            for name, values in self.figures.items()
        }
        return {"bench": self.bench, "who": self.who, "case": self.case, "figures": told, "notes": self.notes}


def cpu(found: dict[str, Any], family: str) -> float | None:
    """CPU seconds of a family while it was counted."""
    before: dict[str, Use] = found["before"]
    after: dict[str, Use] = found["after"]
    return after[family].cpu - before[family].cpu if family in before else None


def costs(found: dict[str, Any], *, per: float) -> dict[str, float | None]:
    """CPU microseconds of each family for each of `per` things, and the server's memory."""
    spent = {family: cpu(found, family) for family in ("server", "postgresql", "redis")}
    named = {
        f"{family} CPU, us each": None if seconds is None or not per else seconds / per * 1e6
        for family, seconds in spent.items()
    }
    return named | {"memory, MB": found["after"]["server"].memory / MB}


def totals(found: dict[str, Any]) -> dict[str, float | None]:
    """What a step of a ramp used: cores, memory, bytes to the disk and over the network in MB a second."""
    seconds = found["seconds"]
    ours = [name for name in found["before"] if name != "generator"]
    written = sum(found["after"][name].written - found["before"][name].written for name in ours)
    used = {f"{family} cores": (cpu(found, family) or 0.0) / seconds for family in found["before"]}
    network = (found["bytes_in"] + found["bytes_out"]) / seconds / MB
    memory = sum(found["after"][name].memory for name in ours) / MB
    return used | {"memory, MB": memory, "disk, MB/s": written / seconds / MB, "network, MB/s": network}


def milliseconds(found: dict[str, Any], name: str, *shares: str) -> dict[str, float | None]:
    """The chosen percentiles of `ack`, `last` or `delivery`."""
    spread = found[name]
    return {f"{name} {share}, ms": spread.get(share) for share in shares or ("p50", "p99")}


def troubles(found: dict[str, Any]) -> list[str]:
    """What did not go as it should, in words."""
    told = {name: found.get(name) for name in ("unanswered", "unheard", "unsent")}
    told |= {f"refused as {code}": count for code, count in found.get("codes", {}).items()}
    told |= {f"sockets ended ({why})": count for why, count in found.get("losses", {}).items()}
    return [f"{name}: {count}" for name, count in told.items() if count]
