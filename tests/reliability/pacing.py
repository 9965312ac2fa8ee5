"""Waiting for many things at once."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

AT_ONCE = 8
"""Requests at a time, while nothing is measured."""


async def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Waits until `is_so`, at most `seconds`; whether it is."""
    end = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < end:  # noqa: ASYNC110 (the state of many, of whom none has to tell)
        await asyncio.sleep(0.02)
    return found


async def few_at_once(works: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """The results of all, AT_ONCE at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(work: Coroutine[Any, Any, Any]) -> Any:
        async with gate:
            return await work

    return await asyncio.gather(*(one(work) for work in works))
