"""The schedule of a run: who means to do what, where and when, drawn from a seed before anything happens (open loop)."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass
class Load:
    """How many, how much, how often. Rates are events a second over all; shares are of the sends."""

    people: int = 40
    rooms: int = 8
    """The first of them public (of which the last shows its history only from one's joining on), the last two private."""
    members: int = 10
    """Of each room at the start, the witness included."""
    rate: float = 30.0
    """Sends."""
    edits: float = 0.10
    """Edits and, three in ten, deletions."""
    reactions: float = 0.05
    quotes: float = 0.05
    same_body: float = 0.05
    """Sends whose body is `ok`, as many others' are."""
    mentions: float = 0.05
    repeats: float = 0.02
    """Sends that are sent again after their ack."""
    reuse: float = 0.01
    """Sends whose msg_id is afterwards used for something else."""
    read_back: float = 0.05
    """Sends that are looked for by REST after their ack."""
    strangers: float = 0.1
    """Of the sends into rooms that one is not in at the moment, those that are tried all the same."""
    churn: float = 1.0
    """Joinings, leavings, addings, removals, bans."""
    reads: float = 3.0
    """Read marks, one in ten put back on purpose."""
    scrolls: float = 0.2
    """Older pages."""
    titles: float = 0.03
    """Sends that have a title: each begins a topic."""
    files: float = 0.02
    """Sends with a file."""
    direct_rooms: int = 8
    """Conversations of some few, most of two."""
    directs: float = 1.0
    """Acts in them: talk, and now and then somebody opens one or hides it."""
    searches: float = 0.4
    """By word, for what one said oneself and for what others did."""
    fetches: float = 0.4
    """Files that people try to get, whoever they are."""
    drafts: float = 0.6
    """Texts that are begun, on whichever device."""
    follows: float = 0.2
    """Threads that somebody follows, or does not any more."""
    saves: float = 0.2
    pins: float = 0.2
    signs: float = 0.5
    """Typing, and who is there."""
    watches: float = 0.2
    """Public rooms that somebody looks into, or leaves alone again."""
    logouts: float = 0.05
    """Sessions that end, after which the person signs in again."""
    second_devices: int = 8
    """One in so many people has two."""
    binary: int = 4
    """One in so many devices speaks Protocol Buffers; none with 0."""
    pinned: bool = False
    """Whether everybody stays with the server where they began."""
    rest_seconds: float = 60.0
    """How long work in the background may go on once nobody does anything."""
    afresh_seconds: float = 60.0
    """How long a person may take to load everything afresh at the end."""
    longest_pause: float = 2.0
    """Seconds between two tries to connect; the page says 30, but where something breaks every few seconds that is mostly waiting."""

    def kinds(self) -> list[tuple[str, str]]:
        """Kind and history rule of each room."""
        public = self.rooms - min(2, self.rooms // 3)
        return [
            ("public" if n < public else "private", "joined" if n == public - 1 and public > 1 else "shared")
            for n in range(self.rooms)
        ]


@dataclass(frozen=True, slots=True)
class Intention:
    """At `at` seconds from the start person `who` (a number from 0, the witness) means to `act` in room `where` (a number from 0).

    `draw` is a seed of its own for everything that is decided by what is there at the moment.
    """

    at: float
    act: str
    who: int
    where: int
    draw: int


def membership(seed: int, load: Load) -> list[list[int]]:
    """The people of each room at the start: the witness in all, everybody else in one at least."""
    chance = random.Random(f"{seed}/members")
    rooms = []
    unplaced = list(range(1, load.people))
    chance.shuffle(unplaced)
    for n in range(load.rooms):
        share = unplaced[n :: load.rooms]
        others = [who for who in range(1, load.people) if who not in share]
        wanted = max(0, min(load.members, load.people) - 1 - len(share))
        rooms.append([0, *sorted([*share, *chance.sample(others, wanted)])])
    return rooms


def directs(seed: int, load: Load) -> list[tuple[int, ...]]:
    """The people of each direct room: two, in every fourth three, and one who writes notes to themselves. The first never hides it."""
    chance = random.Random(f"{seed}/directs")
    found: dict[frozenset[int], tuple[int, ...]] = {}
    for n in range(load.direct_rooms):
        people = tuple(chance.sample(range(load.people), min(load.people, 1 if n == 3 else 3 if n % 4 == 2 else 2)))
        found.setdefault(frozenset(people), people)
    return list(found.values())


def _windows(load: Load, rooms: list[list[int]]) -> list[tuple[int, int]]:
    """Who is outside of which room that everybody may read."""
    return [
        (who, where)
        for where, kinds in enumerate(load.kinds())
        for who in range(1, load.people)
        if kinds == ("public", "shared") and who not in rooms[where]
    ]


def schedule(seed: int, load: Load) -> Iterator[Intention]:
    """Without end, in the order of time. Each kind of act has a stream of its own: another rate of one leaves the rest as it was."""
    rooms = membership(seed, load)
    places = [(who, where) for where, people in enumerate(rooms) for who in people]
    rates = {
        "send": load.rate,
        "edit": load.rate * load.edits * 0.7,
        "delete": load.rate * load.edits * 0.3,
        "react": load.rate * load.reactions,
        "read": load.reads * 0.9,
        "unread": load.reads * 0.1,
        "scroll": load.scrolls,
        "search": load.searches,
        "fetch": load.fetches,
        "draft": load.drafts,
        "follow": load.follows,
        "save": load.saves,
        "sign": load.signs,
    }
    streams = [_stream(seed, act, rate, lambda chance: chance.choice(places)) for act, rate in rates.items()]
    streams.append(_stream(seed, "pin", load.pins, lambda chance: (0, chance.randrange(load.rooms))))
    if windows := _windows(load, rooms):
        streams.append(_stream(seed, "watch", load.watches, lambda chance: chance.choice(windows)))
    if talks := [(who, n) for n, people in enumerate(directs(seed, load)) for who in people]:
        streams.append(_stream(seed, "direct", load.directs, lambda chance: chance.choice(talks)))
    if load.people > 1:
        streams.append(_stream(seed, "sign_out", load.logouts, lambda chance: (chance.randrange(1, load.people), 0)))
    streams.append(_churn(seed, load, rooms))
    return heapq.merge(*streams, key=lambda intention: intention.at)


def _stream(seed: int, act: str, rate: float, where: Callable[[random.Random], tuple[int, int]]) -> Iterator[Intention]:
    """A Poisson process of `rate`."""
    chance = random.Random(f"{seed}/{act}")
    at = 0.0
    while rate > 0:
        at += chance.expovariate(rate)
        yield Intention(at, act, *where(chance), chance.getrandbits(64))


def _churn(seed: int, load: Load, rooms: list[list[int]]) -> Iterator[Intention]:
    """People who go and come back, and now and then somebody who comes and goes again: two acts each time, some seconds apart."""
    members = [(who, where) for where, people in enumerate(rooms) for who in people if who]
    outsiders = [
        (who, where) for where, people in enumerate(rooms) for who in range(1, load.people) if who not in people
    ]
    kinds = load.kinds()

    def go(chance: random.Random) -> str:
        return chance.choices(("leave", "remove", "ban"), (4, 4, 2))[0]

    def come(chance: random.Random, where: int) -> str:
        return "add" if kinds[where][0] == "private" else chance.choice(("add", "join"))

    def pairs() -> Iterator[list[Intention]]:
        chance = random.Random(f"{seed}/churn")
        at = 0.0
        while load.churn > 0 and (members or outsiders):
            at += chance.expovariate(load.churn / 2)
            goes = bool(members) and (not outsiders or chance.random() < 0.7)
            who, where = chance.choice(members if goes else outsiders)
            acts = [go(chance), come(chance, where)] if goes else [come(chance, where), go(chance)]
            later = at + chance.uniform(1.0, 8.0)
            yield [
                Intention(t, act, who, where, chance.getrandbits(64)) for t, act in zip((at, later), acts, strict=True)
            ]

    waiting: list[tuple[float, int, Intention]] = []
    for number, (first, second) in enumerate(pairs()):
        while waiting and waiting[0][0] <= first.at:
            yield heapq.heappop(waiting)[2]
        yield first
        heapq.heappush(waiting, (second.at, number, second))


def beginning(seed: int, load: Load, count: int) -> list[Intention]:
    """The first `count` intentions."""
    return list(islice(schedule(seed, load), count))
