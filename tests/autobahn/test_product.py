"""The same cases against Chatsite as `bin/run` serves it, past handshake, sign-in and commands."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.autobahn.cases import CASES, Case
from tests.autobahn.line import CLOSE, PONG, TEXT, WAIT, Line, closing, frame
from tests.faults.hostile.place import Place, settle
from tests.server import Server

pytestmark = [pytest.mark.once, pytest.mark.thorough]

LIMITS_OFF = dict.fromkeys(("COMMANDS_PER_SECOND", "COMMANDS_BURST", "SOCKETS_PER_PERSON"), "10000")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    server = Server(tmp_path_factory.mktemp("autobahn") / "data", {"REGISTRATION": "open"} | LIMITS_OFF)
    try:
        server.start()
        yield asyncio.run(settle([server], 1))
    finally:
        server.kill9()
    assert not server.traces() and "Traceback" not in server.said()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_case(place: Place, case: Case) -> None:
    async with await Line.dial(place.base) as line:
        assert await line.upgrade(place.people[0].token) == 101
        await line.heard("hello")
        line.frames.clear()
        sent = await line.write(*case.writes)
        if not case.is_over:
            assert sent
            await until_heard(line, case.answers)
            assert [one for one in map(show, line.frames) if one] == case.answers
            await line.send(CLOSE, closing(1000))
        ending = await line.ending()
        assert (ending.code, await line.is_cut()) == (case.close, True)


async def until_heard(line: Line, answers: list[tuple]) -> None:
    async with asyncio.timeout(WAIT):
        while len([one for one in map(show, line.frames) if one]) < len(answers):
            await line.next()


def show(heard: tuple[int, bytes]) -> tuple | None:
    """A frame as the cases have it."""
    opcode, content = heard
    if opcode == PONG:
        return ("pong", content)
    if opcode != TEXT:
        return None
    said = json.loads(content)
    return {"pong": ("answer", said["msg_id"]), "error": ("error",)}.get(said["cmd_type"])


def test_frames_are_made_right() -> None:
    assert frame(TEXT, b"Hello")[:2] == b"\x81\x85" and frame(TEXT, b"Hello", masked=False) == b"\x81\x05Hello"
