"""Whatever people do, and whatever becomes of the news of it: the server, its database and every client are as the model says."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import house as set_up
from tests.models.choices import ROLES
from tests.models.house import House
from tests.models.machine import Machine

MANY = 1_000_000
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.fixture
def house(transactional_db, settings):
    """Nobody is too fast, and nothing too late; the sweep comes when the machine says so."""
    for kind in ("SENDS", "COMMANDS", "READS"):
        setattr(settings, f"{kind}_BURST", MANY)
    settings.COMMAND_DEADLINE, settings.SWEEP_SECONDS = 60.0, 3600.0
    set_up()
    house = House(ROLES)
    yield house
    house.close()


@pytest.mark.timeout(600)  # what fails is made small first
def test_a_while(house):
    steps = settings(
        max_examples=25, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=SLOW
    )
    run_state_machine_as_test(lambda: Machine(house), settings=steps)


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_a_long_time(house):
    steps = settings(
        max_examples=50, stateful_step_count=50, deadline=None, print_blob=True, suppress_health_check=SLOW
    )
    run_state_machine_as_test(lambda: Machine(house), settings=steps)
