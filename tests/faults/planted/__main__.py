"""`python -m tests.faults.planted BUG [arguments of chatsite.serve]`."""

import sys
from collections.abc import Callable
from pathlib import Path

from chatsite import serve


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(f"Usage: {__doc__}")
    serving_with(sys.argv.pop(1))
    serve.main()


def serving_with(bug: str) -> None:
    """Whatever prepares the process for serving plants `bug` as its last act: apps and database are ready by then."""
    from chatsite import prepare

    honest: Callable[[Path], str | None] = prepare.prepare

    def prepared(data: Path) -> str | None:
        path = honest(data)
        # Imported late: they patch modules that need Django to be set up.
        from tests.faults.planted import BUGS, bugs

        assert bugs
        BUGS[bug].plant()
        return path

    prepare.prepare = prepared


if __name__ == "__main__":
    main()
