"""People, rooms and memberships, before the load."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.reliability.pacing import few_at_once
from tests.reliability.plan import Load, membership
from tests.reliability.rest import Session
from tests.reliability.target import WITNESS, Account, Target, signed_in


@dataclass
class Place:
    """A room, and who is in it as far as this run did it (ids of users)."""

    id: int
    kind: str
    members: set[int]
    banned: set[int]


@dataclass
class Settled:
    """Who and what is there. `names`, `accounts` and `sessions` go together, the witness's first; one session for each device."""

    names: list[str]
    accounts: list[Account]
    sessions: list[list[Session]]
    places: list[Place]

    @property
    def witness(self) -> Session:
        return self.sessions[0][0]

    def named(self) -> dict[int, list[str]]:
        """Whom one may mention, by room."""
        return {
            place.id: [account.name for account in self.accounts if account.user in place.members]
            for place in self.places
        }


async def settle(target: Target, seed: int, load: Load, note: Callable[..., None]) -> Settled:
    """Make people and rooms, and put the people in. Raises Problem, Unreachable."""
    names = [WITNESS, *(f"p{n}" for n in range(1, load.people))]
    witness = await target.make_user(WITNESS)
    accounts = [witness, *await few_at_once([target.make_user(name) for name in names[1:]])]
    devices = [2 if n and n % load.second_devices == 0 else 1 for n in range(load.people)]
    pairs = zip(accounts, devices, strict=True)
    sessions = await few_at_once([_sessions(target.bases, account, count) for account, count in pairs])
    settled = Settled(names, accounts, sessions, [])
    settled.places = await _make_rooms(settled, load, note)
    wanted = zip(settled.places, membership(seed, load), strict=True)
    adds = [_add(settled, place, accounts[who], note) for place, people in wanted for who in people[1:]]
    await few_at_once(adds)
    return settled


async def _sessions(bases: list[str], account: Account, devices: int) -> list[Session]:
    """The account's own, and others for further devices; they share it where nobody knows the password."""
    own = account.session(bases)
    if not account.password:
        return [own] * devices
    others = [await signed_in(bases, account.name, account.password) for _device in range(devices - 1)]
    return [own, *(other.session(bases) for other in others)]


async def _make_rooms(settled: Settled, load: Load, note: Callable[..., None]) -> list[Place]:
    witness, mark = settled.accounts[0].user, format(int(time.time()), "x")
    workspace = (await settled.witness.pages("workspaces/"))[0]["id"]
    places = []
    for n, (kind, history) in enumerate(load.kinds()):
        wanted = {"name": f"Room {n} {mark}", "kind": kind, "history": history, "workspace": workspace}
        room = await settled.witness.patiently("POST", "rooms/", wanted)
        note("room", id=room["id"], kind=kind, history=history, name=room["name"])
        places.append(Place(room["id"], kind, {witness}, set()))
    return places


async def _add(settled: Settled, place: Place, account: Account, note: Callable[..., None]) -> None:
    begun = time.monotonic()
    await settled.witness.patiently("POST", f"rooms/{place.id}/members/", {"user": account.user})
    note("add", room=place.id, user=account.user, begun=begun, acked=time.monotonic())
    place.members.add(account.user)
