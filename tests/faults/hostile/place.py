"""Somewhere to be hostile: people and a room, at servers that may have been set up before."""

import asyncio
from dataclasses import dataclass

from tests.reliability.rest import Problem, call
from tests.reliability.target import Account, PublicTarget
from tests.server import Server

PASSWORD = "correct-horse-7-staples"
SETTING_UP = ("set_up", "--workspace", "House", "--owner", "alice", "--email", "alice@example.org")


@dataclass
class Place:
    """A public room, its owner, and the others in it; the first person is the owner."""

    base: str
    room: int
    people: list[Account]


async def settle(servers: list[Server], count: int) -> Place:
    """`count` new people in a new room of theirs. The servers must let everybody register (REGISTRATION=open)."""
    target = PublicTarget([server.url for server in servers])
    base = target.bases[0]
    try:
        people = [await target.make_user("owner")]
    except Problem:
        await asyncio.to_thread(servers[0].manage, *SETTING_UP, stdin=PASSWORD)
        people = [await target.make_user("owner")]
    [workspace] = (await call(base, "GET", "workspaces/", token=people[0].token))["results"]
    asked = {"name": f"Square of {people[0].name}", "kind": "public", "workspace": workspace["id"]}
    room = (await call(base, "POST", "rooms/", asked, token=people[0].token))["id"]
    for number in range(1, count):
        account = await target.make_user(f"p{number}")
        await call(base, "POST", f"rooms/{room}/members/", {"user": account.user}, token=account.token)
        people.append(account)
    return Place(base, room, people)
