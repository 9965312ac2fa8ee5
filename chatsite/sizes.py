"""What each size of Chatsite can do, as it is said when it starts. The figures are those of `bin/bench` (docs/performance.md), rounded down."""

MEASURED = {
    "sqlite": "about 1,300 messages and 150 room pages a second on two cores",
    "postgresql": "about 1,200 messages and 200 room pages a second by two workers that share two cores with PostgreSQL",
}
MORE = {
    "sqlite": "For more, give it PostgreSQL and Redis (DATABASE_URL, REDIS_URL) and --workers.",
    "postgresql": "For more, give it more cores and --workers.",
}


def size_of(database: str, workers: int) -> str:
    """What this size, of `database` (`sqlite` or `postgresql`) and `workers` processes, was measured to do, and what to do for more."""
    processes = "one process" if workers == 1 else f"{workers} workers"
    name = "SQLite" if database == "sqlite" else "PostgreSQL"
    return f"{processes.capitalize()} on {name}; measured: {MEASURED[database]}. {MORE[database]}"
