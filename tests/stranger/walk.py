"""A walk along the protocol's page, against a running server: `python -m tests.stranger.walk URL NAME:PASSWORD NAME:PASSWORD`

Both exist and are members (no guests) of one workspace. The first difference from the page ends it with a sentence.
"""

import asyncio
import inspect
import sys

from tests.stranger.arriving import Arriving
from tests.stranger.returning import Returning
from tests.stranger.talking import Talking


class Walk(Arriving, Talking, Returning):
    """The page as steps: every method of these three is one, in its order."""


STEPS = [step for part in Walk.__bases__ for step in vars(part).values() if inspect.iscoroutinefunction(step)]


async def walk(base, alice, bob, say=lambda line: None):
    """Raises AssertionError at the first difference. `alice` and `bob` are (name, password)."""
    state = Walk(base.rstrip("/"), alice, bob)
    try:
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            try:
                async with asyncio.timeout(60):
                    await step(state)
                    await state.hear_all()
            except Exception as fault:
                found = fault if isinstance(fault, AssertionError) else repr(fault)
                raise AssertionError(f"{name}: {found}") from fault
            say(f"ok  {name}")
    finally:
        for client in state.clients:
            if client.ws:
                await client.ws.close()


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    alice, bob = (tuple(account.split(":", 1)) for account in sys.argv[2:])
    try:
        asyncio.run(walk(sys.argv[1], alice, bob, say=lambda line: print(line, flush=True)))
    except AssertionError as difference:
        sys.exit(f"FAIL  {difference}")


if __name__ == "__main__":
    main()
