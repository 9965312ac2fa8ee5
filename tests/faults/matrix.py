"""The runs of the fault matrix, and which rows share one: to set up a house costs more than most faults."""

from tests.faults.rows.clocks import skewed
from tests.faults.runs import Run

DRAIN = {"DRAIN_WAIT": "1", "DRAIN_SECONDS": "5"}
FOUR_CONNECTIONS = {"DATABASE_POOL_MAX": "4"}
LONG_TOKENS = {"ACCESS_TOKEN_SECONDS": "3600"}
"""One that lives five minutes is over, or not yet begun, where the clock is wrong by as much; and over where an attack is prepared for longer."""
FEW = {"people": 10, "rooms": 3, "rate": 3.0, "churn": 0.2, "logouts": 0.0}
MANY = {"rate": 200.0, "afresh_seconds": 900.0}
PAGE = {"rate": 40.0}
"""What the reliability page asks for; in the CI's subset there are more, since they must come to 20,000."""
COUNTING = ("shared_preload_libraries=pg_stat_statements",)

RUNS = [
    Run(
        "services",
        ("F1", "F2", "F3", "F4", "F7", "F9"),
        {"commits_by_proxy": True},
        {"rate": 100.0},  # what one process sustains alone, while the other is down, on two slow cores
        PAGE,
        acks=14_000,
    ),
    Run("deploy", ("F21",), {"env": DRAIN}, {"rate": 100.0}, PAGE, acks=3_000),
    Run("embedded", ("SQLite kill",), {"database": "sqlite", "workers": 1}, {"rate": 80.0}, PAGE, acks=1_600),
    Run("disk", ("F23",), {"database": "sqlite", "workers": 1, "disk_size": "24m"}),
    Run("redis", ("F5", "F6"), is_quick=False),
    Run("links", ("F14",), {"links_by_proxy": True}, is_quick=False),
    Run("database", ("F8", "F10")),
    Run("pool", ("F11",), {"env": FOUR_CONNECTIONS}, {"rate": 60.0}, is_quick=False),
    Run("herd", ("F20",), {"postgres_options": COUNTING}, {"rate": 10.0}, is_quick=False),
    Run("clocks", ("F22",), {"last": skewed, "env": LONG_TOKENS}, {"logouts": 0.0}, is_quick=False),
    Run("peers", ("F12", "F13", "F16", "F17", "F18"), {"workers": 1, "env": LONG_TOKENS}, FEW, is_quick=False),
    Run("tasks", ("F25",), {"env": {"TASK_RUNNER": "worker"}}, {"rate": 15.0, "mentions": 0.3}, is_quick=False),
    Run("restore", ("F26",), is_quick=False),
    Run("volume", ("volume",), {"commits_by_proxy": True, "workers": 3}, MANY, is_quick=False),
]
"""Loads are 30 sends a second by 40 people in 8 rooms unless said otherwise, as the page has them."""
TOGETHER = {"redis", "links", "clocks", "peers"}
"""Small loads, and minutes of waiting: they run side by side."""
VOLUME = "volume"
IN_ALL = 200_000
"""Messages acked in a full run, at least: the volume run, which is the last, goes on until they are."""
QUICK_ACKED, QUICK_FAULTS = 20_000, 30
"""What the CI's subset comes to, at least."""
