"""Socket commands without a socket."""

from collections.abc import Callable

from messaging.commands import Act


def service_of(act: Act) -> Callable[..., dict]:
    """What the command does as one call, which returns the ack's payload: a post too, which over a socket goes together with others."""
    if act.gatherer is None:
        return act.run

    def alone(*asked: object) -> dict:
        (outcome,) = act.gatherer._service([act.run(*asked)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome.wire()

    return alone
