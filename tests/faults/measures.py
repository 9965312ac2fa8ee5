"""What a run measured, in a line for the person who reads the output (`pytest -rA`)."""

from tests.faults.crowd import Crowd


def at(share: float, values: list[float]) -> float:
    """The value below which `share` of them lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def spread(values: list[float]) -> str:
    """p50, p95, p99 and the highest, in milliseconds."""
    shares = ", ".join(f"p{round(share * 100)} {at(share, values) * 1000:.0f}" for share in (0.5, 0.95, 0.99))
    return f"{len(values)}: {shares}, max {max(values, default=0.0) * 1000:.0f} ms"


def report(what: str, crowd: Crowd, *, seconds: float, since: float = 0.0, until: float = float("inf")) -> None:
    """Acks of sends begun between `since` and `until`, errors, and times away."""
    acks = [took for began, took in crowd.acks() if since <= began < until]
    away = [one for person in crowd.people for one in person.times_away]
    print(f"{what}, {seconds:.1f} s: acks {spread(acks)}; errors {len(crowd.errors())}; back in sync {spread(away)}")
