"""Figures beside their aims (N1 to N16 of the reliability page), and the floors below which a run fails."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing measured. `floor` is what is asserted, with slack for a machine that is busy; `aim` is the page's."""

    row: str
    what: str
    value: float
    unit: str = "s"
    bar: str = ""
    aim: float | None = None
    floor: float | None = None
    more_is_better: bool = False

    def reaches(self, bound: float | None) -> bool:
        """At the precision with which it is shown: an answer that is due after 2 s takes a millisecond more to come."""
        if bound is None:
            return True
        value = round(self.value, 4 if self.unit == "share" else 2)
        return value >= bound if self.more_is_better else value <= bound

    @property
    def sentence(self) -> str:
        relation = "at least" if self.more_is_better else "at most"
        aim = "" if self.aim is None else f"; aim {relation} {shown(self.aim, self.unit)}"
        floor = "" if self.floor is None else f", must be {relation} {shown(self.floor, self.unit)}"
        return f"{self.row}: {self.what}: {shown(self.value, self.unit)}{aim}{floor}"


def shown(value: float, unit: str) -> str:
    match unit:
        case "s":
            return f"{value * 1000:.0f} ms" if abs(value) < 1 else f"{value:.2f} s"
        case "share":
            return f"{value * 100:.2f} %".replace(".00 %", " %")
        case "KiB":
            return f"{value:.0f} KiB"
    return f"{value:g} {unit}".strip()


def at(share: float, values: list[float]) -> float:
    """The value below which `share` of them lie; 0.0 of none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def spread(values: list[float]) -> str:
    """How many, p50, p95, p99 and the highest, in milliseconds."""
    shares = ", ".join(f"p{round(share * 100)} {at(share, values) * 1000:.0f}" for share in (0.5, 0.95, 0.99))
    return f"{len(values)}: {shares}, max {max(values, default=0.0) * 1000:.0f} ms"
