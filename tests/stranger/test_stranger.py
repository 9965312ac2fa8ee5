"""A client written from the protocol's page alone gets along with the server, in both sizes."""

import pytest

from tests.server import Server
from tests.stranger.rest import Rest
from tests.stranger.walk import walk

ALICE, BOB = ("alice", "alice-has-a-key"), ("bob", "bob-has-one-too")


async def walk_along(server: Server) -> None:
    server.manage("set_up", "--workspace", "House", "--owner", ALICE[0], "--email", "alice@example.org", stdin=ALICE[1])
    await Rest(server.url).call("POST", "users/", {"username": BOB[0], "password": BOB[1]}, 201)
    await walk(server.url, ALICE, BOB)


@pytest.mark.once
async def test_stranger_gets_along_with_one_process_and_nothing_installed(running_server) -> None:
    await walk_along(running_server(env={"REGISTRATION": "open"}))


@pytest.mark.faults
async def test_stranger_gets_along_with_two_workers_on_postgresql_and_redis(running_server) -> None:
    await walk_along(running_server("postgresql", redis=True, workers=2, env={"REGISTRATION": "open"}))
