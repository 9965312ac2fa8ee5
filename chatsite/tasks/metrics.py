"""What is counted of the tasks, for Prometheus, beside what the engine counts."""

from prometheus_client import Counter, Gauge

from chatsite.realtime.metrics import registry

waiting = Gauge("chatsite_tasks_waiting", "Tasks that are due.", registry=registry, multiprocess_mode="mostrecent")
oldest = Gauge(
    "chatsite_tasks_oldest_seconds",
    "For how long the first of the tasks that are due has been.",
    registry=registry,
    multiprocess_mode="mostrecent",
)
failed = Gauge("chatsite_tasks_failed", "Tasks that were given up.", registry=registry, multiprocess_mode="mostrecent")
done = Counter("chatsite_tasks_done", "Tasks done.", registry=registry)
retries = Counter("chatsite_task_retries", "Attempts that failed, and come again.", registry=registry)
failures = Counter("chatsite_task_failures", "Tasks given up after their last attempt.", registry=registry)
