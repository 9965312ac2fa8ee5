"""When what happens to whom: drawn from a seed before anything begins, so that the same seed gives the same schedule."""

import random
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Planned:
    """One fault: `after` seconds of peace it begins, and holds for `lasts` seconds; `draw` chooses a victim or a variant."""

    after: float
    kind: str
    lasts: float
    draw: int

    def choose[Thing](self, things: list[Thing]) -> Thing:
        return things[self.draw % len(things)]


def plan(
    seed: int,
    stream: str,
    counts: Mapping[str, int],
    *,
    peace: tuple[float, float],
    lasts: tuple[float, float] = (0, 0),
) -> list[Planned]:
    """`counts` faults of each kind in random order; `peace` and `lasts` are ranges of seconds.

    Each `stream` is drawn by itself: what one of them does changes no other.
    """
    chance = random.Random(f"{seed}/{stream}")
    kinds = [kind for kind, count in counts.items() for _n in range(count)]
    chance.shuffle(kinds)
    return [Planned(chance.uniform(*peace), kind, chance.uniform(*lasts), chance.randrange(2**16)) for kind in kinds]
