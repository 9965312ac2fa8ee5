"""What the parts of the checker are to the loop that reads the logs."""

from collections.abc import Callable

from tests.reliability.checker.evidence import Client


class Reader:
    """Is handed the records that it asks for, one client after the other, and says in the end what it finds."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        """For each kind of record a function of its place and itself."""
        return {}

    def finish(self) -> None:
        """All logs are read."""
