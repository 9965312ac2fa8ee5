"""Hostile peers, each in the small: what is measured is printed, what is promised is asserted with slack for a busy machine."""

import random

import pytest

from tests.faults.hostile.flood import flood_of_sends
from tests.faults.hostile.half_open import half_open
from tests.faults.hostile.invalid import invalid_frames
from tests.faults.hostile.oversized import oversized
from tests.faults.hostile.slow_readers import slow_readers
from tests.faults.hostile.slowloris import slowloris

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

SCALE = 0.05
OPEN = {"REGISTRATION": "open", "SOCKETS_PER_PERSON": "10000", "ACCESS_TOKEN_SECONDS": "3600"} | dict.fromkeys(
    ("SENDS_PER_SECOND", "SENDS_BURST", "COMMANDS_PER_SECOND", "COMMANDS_BURST", "READS_PER_SECOND", "READS_BURST"),
    "10000",
)
SHORT = {"SOCKET_TIMEOUT": "5", "REQUEST_SECONDS": "2"}


@pytest.fixture
def chance() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    return random.Random(seed)


def told(what: str, figures: dict[str, float]) -> dict[str, float]:
    print(f"{what}: " + ", ".join(f"{name} {value:.3g}" for name, value in figures.items()))
    return figures


async def test_who_does_not_read_costs_little_and_is_dropped(running_server, chance) -> None:
    server = running_server(env=OPEN | {"SLOW_READER_SECONDS": "3"})
    found = told("F12", await slow_readers([server], chance, SCALE))
    assert found["KiB per stalled socket"] <= 1024
    assert found["closed after"] <= 30
    assert found["healthy sockets lost"] == 0


async def test_who_is_gone_without_a_word_is_let_go(running_server, chance) -> None:
    server = running_server(env=OPEN | {"SOCKET_TIMEOUT": "10", "TCP_USER_TIMEOUT": "2"})
    found = told("F13", await half_open([server], chance, SCALE))
    assert found["freed after, spoken to"] <= 8, "it should not wait for the silence to be noticed"
    assert found["freed after, left alone"] <= 20
    assert found["healthy sockets lost"] == 0


async def test_frames_that_are_none_end_the_socket_and_nothing_else(running_server, chance) -> None:
    found = told("F16", await invalid_frames([running_server(env=OPEN)], chance, SCALE))
    assert found["log lines a second and socket"] <= 1
    assert found["healthy sockets lost"] == 0


async def test_what_is_too_large_is_refused_as_soon_as_it_says_so(running_server, chance) -> None:
    found = told("F17", await oversized([running_server(env=OPEN)], chance, SCALE))
    assert found["told after"] <= 5
    assert found["KiB per offender"] <= 2048
    assert found["healthy sockets lost"] == 0


async def test_who_sends_no_request_is_cut_and_others_come_in(running_server, chance) -> None:
    found = told("F18", await slowloris([running_server(env=OPEN | SHORT)], chance, 0.4))
    assert found["handshakes gone after"] <= 12
    assert found["silent sockets gone after"] <= 15
    assert found["legit success"] >= 0.999
    assert found["log lines a second and socket"] <= 1


async def test_who_sends_too_much_is_held_to_the_limit(running_server, chance) -> None:
    found = told("F15", await flood_of_sends([running_server(env={"REGISTRATION": "open"})], chance, 0.4))
    assert 0.9 <= found["admitted of allowed"] <= 1.1
    assert found["closed with 4429"] >= 1 and found["closed otherwise"] == 0
    assert found["healthy sockets lost"] == 0
