"""Autobahn's own cases, 1 to 7 and 10, against an echo behind the protocol classes that Chatsite is served with."""

import contextlib
import os
import socket
import subprocess
import sys
from collections import Counter

import kosoku
import pytest

from tests.services import ROOT, free_port, wait_until

pytestmark = [pytest.mark.once, pytest.mark.thorough]

GROUPS = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]


@pytest.fixture
def echo():
    """The port of an echo that runs."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.autobahn.echo", str(port)], cwd=ROOT, env=os.environ)
    try:
        wait_until(lambda: is_listening(port) or process.poll() is not None, 30, "the echo listens")
        yield port
    finally:
        process.kill()
        process.wait()


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


async def test_no_case_fails(echo: int) -> None:
    try:
        results = await kosoku.run_fuzzingclient(f"ws://127.0.0.1:{echo}", GROUPS, concurrency=8)
    except kosoku.FailureError as failure:
        results = failure.results
    print(Counter(result.behavior.value for result in results))
    assert len(results) == 247
    failed = [f"{one.case_id}: {one.expectation} {one.result} {one.result_close}" for one in results if not one.passed]
    assert not failed, "\n".join(failed)
