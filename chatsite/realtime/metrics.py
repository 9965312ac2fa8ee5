"""What the engine counts, for Prometheus. Labels come from closed lists alone: no names, no people, no rooms.

Each process answers for itself, unless PROMETHEUS_MULTIPROC_DIR names an empty folder that all of them share.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import multiprocess as shared

registry = CollectorRegistry()

connections = Gauge(
    "chatsite_connections", "Sockets that are open now.", registry=registry, multiprocess_mode="livesum"
)
people = Gauge(
    "chatsite_people", "People with a socket, of each process.", registry=registry, multiprocess_mode="livesum"
)
messages = Counter("chatsite_messages", "Messages posted, over every door.", registry=registry)
deliveries = Counter("chatsite_deliveries", "Frames written to sockets.", registry=registry)
ack_seconds = Histogram(
    "chatsite_ack_seconds",
    "From a command's arrival to its ack.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
    registry=registry,
)
repairs = Counter("chatsite_repairs", "Ranges that a hub read from the database.", ["cause"], registry=registry)
sweep_lag = Gauge(
    "chatsite_sweep_lag_seconds",
    "How late the last sweep began.",
    registry=registry,
    multiprocess_mode="livemax",
)
slow_requests = Counter("chatsite_slow_requests", "HTTP requests that did not come in time.", registry=registry)
errors = Counter("chatsite_errors", "Refusals and failures, over every door.", ["code"], registry=registry)
publish_failures = Counter("chatsite_publish_failures", "Doorbells that could not be rung.", registry=registry)
channel_layer_up = Gauge(
    "chatsite_channel_layer_up",
    "1 while the channel layer answers.",
    registry=registry,
    multiprocess_mode="livemin",
)
channel_layer_up.set(1)
draining = Gauge("chatsite_draining", "1 while the process drains.", registry=registry, multiprocess_mode="livemax")
goaways = Counter("chatsite_goaways", "Sockets that were told to go, and when to come again.", registry=registry)


def exposition() -> bytes:
    """All of it, in Prometheus' text format."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        everybody = CollectorRegistry()
        shared.MultiProcessCollector(everybody)
        return generate_latest(everybody)
    return generate_latest(registry)
