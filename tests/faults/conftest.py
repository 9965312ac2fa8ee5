"""Two processes that share all, on a PostgreSQL with fsync and a Redis of the test's own."""

from collections.abc import Callable

import pytest

from tests.faults.house import LIMITS_OFF
from tests.server import Server


@pytest.fixture
def start_pair(running_server, own_postgres, own_redis) -> Callable[..., list[Server]]:
    def start(**env: str) -> list[Server]:
        first = running_server(own_postgres.url, redis=own_redis.url, env=LIMITS_OFF | env, start=False)
        servers = [first, running_server(beside=first, start=False)]
        for server in servers:
            server.launch()
        return [server.wait_for_health() for server in servers]

    return start
