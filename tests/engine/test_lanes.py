"""Lanes: the order of what concerns one room, and that looking for a room holds up nobody's clock."""

import asyncio

from chatsite.realtime.lanes import Lanes


class Done(list):
    """What was done, in order, with its lane."""

    def job(self, name: str):
        async def do(lane: int) -> None:
            await asyncio.sleep(0)
            self.append((name, lane))

        return do


async def test_what_comes_behind_a_search_is_taken_at_once_and_done_in_order():
    lanes, done, found = Lanes(), Done(), asyncio.Event()

    async def find() -> int:
        await found.wait()
        return 7

    async with asyncio.timeout(1):
        await lanes.add(7, done.job("first"))
        await lanes.add(find, done.job("searched"))
        await lanes.add(7, done.job("behind"))
    await asyncio.sleep(0.01)
    assert done == [("first", 7)]
    found.set()
    await lanes.finish(1)
    assert done == [("first", 7), ("searched", 7), ("behind", 7)]


async def test_what_has_no_lane_is_not_done():
    lanes, done = Lanes(), Done()

    async def find() -> None:
        return None

    await lanes.add(find, done.job("searched"))
    await lanes.add(3, done.job("behind"))
    await lanes.finish(1)
    assert done == [("behind", 3)]


async def test_what_stops_begins_nothing_more():
    lanes, done = Lanes(), Done()

    async def find() -> int:
        await asyncio.sleep(10)
        return 1

    await lanes.add(find, done.job("searched"))
    await lanes.add(3, done.job("behind"))
    lanes.stop()
    await lanes.finish(1)
    assert done == []
