"""Two processes that share all, on a PostgreSQL with fsync and a Redis of the test's own; and in what order the faults come."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.house import LIMITS_OFF
from tests.server import Server

HERE = Path(__file__).parent
LONGEST = {HERE / name for name in ("test_workload.py", "test_presence.py", "test_hostile.py")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take longest come first: at the end nothing would be left to run beside them."""
    items.sort(key=lambda item: item.path not in LONGEST)


@pytest.fixture
def start_pair(running_server, own_postgres, own_redis) -> Callable[..., list[Server]]:
    def start(**env: str) -> list[Server]:
        first = running_server(own_postgres.url, redis=own_redis.url, env=LIMITS_OFF | env, start=False)
        servers = [first, running_server(beside=first, start=False)]
        for server in servers:
            server.launch()
        return [server.wait_for_health() for server in servers]

    return start
