"""A socket that does not read: bounded memory, then served from the database, or closed with 4413."""

import asyncio
import itertools
import uuid

import msgspec

from accounts import tokens
from accounts.models import Session
from chatsite.realtime.commit import commit
from chatsite.realtime.connection import MAX_WAITING, Connection
from chatsite.realtime.envelope import encode
from chatsite.realtime.hub import hub
from chatsite.realtime.line import AsgiLine
from chatsite.realtime.outgoing import Answer, Frame
from messaging.dispatcher import READS, Dispatcher
from rooms import services
from rooms.services import epoch
from rooms.snapshot import rooms_of
from tests.engine.conftest import say


class Reader:
    """Takes frames only while `reading` is set."""

    def __init__(self, user):
        self.reading, self.frames, self.closed = asyncio.Event(), [], None
        self.connection = Connection(
            user_id=user.pk,
            sid=Session.objects.get(user=user).sid,
            encoding="chat.v1.json",
            language="en",
            line=AsgiLine(self.take),
            joiner=hub().joiner,
            close=self.close,
        )

    async def take(self, event):
        await self.reading.wait()
        self.frames.append(msgspec.json.decode(event["text"]))

    async def close(self, code, _reason):
        self.closed = code

    async def until(self, condition):
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - asks several things, none of which tells
                await asyncio.sleep(0.01)

    def of(self, cmd_type):
        return [frame["payload"] for frame in self.frames if frame["cmd_type"] == cmd_type]

    def fall_behind(self):
        """Give it more than may wait. What a quiet socket is sent first is the server's at once."""
        for words in ("", "x" * MAX_WAITING):
            self.connection.push(Frame("", "filler", {"words": words}))
        assert self.connection.behind


async def slow(user) -> Reader:
    tokens.issue(user)  # the sweep closes a socket without a session
    reader = Reader(user)
    hub().expect(reader.connection)
    hub().join(reader.connection, rooms_of(user.pk), epoch())
    return reader


async def test_a_slow_socket_is_bounded_and_caught_up_from_the_database(connect, room, alice, bob):
    reader = await slow(bob)
    for n in range(60):
        last = say(alice, room, f"{n} " + "x" * 9000)
        await asyncio.sleep(0)
    connection = reader.connection
    assert connection.behind and connection.waiting_bytes < MAX_WAITING + 30_000
    reader.reading.set()
    await reader.until(lambda: any(one.get("to") == last.event_seq for one in reader.of("changes")))
    changes = reader.of("changes")
    assert all(one["to"] == two["from"] for one, two in itertools.pairwise(changes))
    assert {m["body"].split()[0] for one in changes for m in one["messages"]} == {str(n) for n in range(60)}
    told = [frame for frame in reader.frames if frame["cmd_type"] != "presence"]
    stated = next(n for n, frame in enumerate(told) if frame["cmd_type"] == "rooms.changed")
    assert told[stated + 1]["payload"]["to"] == last.event_seq, "all rooms are stated, then what is missing, at once"
    await reader.until(lambda: not connection.behind)
    hub().leave(connection)


async def test_a_socket_that_never_reads_is_closed(connect, room, alice, bob, settings):
    settings.SLOW_READER_SECONDS = 0.05
    reader = await slow(bob)
    for n in range(40):
        say(alice, room, f"{n} " + "x" * 9000)
    await reader.until(lambda: reader.closed)
    assert reader.closed == 4413
    hub().leave(reader.connection)


async def test_leaving_is_told_to_a_slow_socket_too(connect, room, alice, bob):
    reader = await slow(bob)
    for n in range(40):
        say(alice, room, f"{n} " + "x" * 9000)
    commit(services.remove_member, alice, room, bob)
    say(alice, room, "secret")
    reader.reading.set()
    await reader.until(lambda: reader.of("room.left"))
    await asyncio.sleep(0.1)
    assert "secret" not in str(reader.frames)
    hub().leave(reader.connection)


async def test_an_answer_waits_no_longer_than_there_is_somebody_to_read_it(connect, bob):
    """Or a socket that is gone is never noticed: the frame that says so waits behind the one that is being answered."""
    gone = asyncio.Event()

    async def send(_event):
        await gone.wait()
        raise ConnectionResetError

    async def close(_code, _reason):
        raise ConnectionResetError

    tokens.issue(bob)
    sid = Session.objects.get(user=bob).sid
    connection = Connection(
        user_id=bob.pk, sid=sid, encoding="chat.v1.json", language="en", line=AsgiLine(send), joiner=hub().joiner, close=close
    )  # fmt: skip
    one, two, three = (Frame(name, "ack", {}) for name in ("one", "two", "three"))
    answers = [asyncio.create_task(connection.answer(one, two)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert [answer.done() for answer in answers] == [True, False, False], (
        "the server has the first, and no room for more"
    )
    gone.set()
    async with asyncio.timeout(5):
        await asyncio.gather(*answers)
        await connection.answer(three)


async def test_a_socket_that_does_not_read_makes_us_hold_two_answers(connect, room, alice, bob, settings):
    settings.COMMAND_DEADLINE = 1.5
    rooms = [room, *(commit(services.create_room, bob, room.workspace, name=f"Room {n}") for n in range(5))]
    reader = await slow(bob)
    dispatcher = Dispatcher(reader.connection, Session.objects.get(user=bob))
    for n, one in enumerate(rooms):
        await dispatcher.handle(encode(str(n), "history", {"room": one.pk}).decode())
    await asyncio.sleep(2.0)
    assert sum(isinstance(one, Answer) for one in reader.connection._waiting) <= READS
    reader.reading.set()
    await reader.until(
        lambda: len(reader.of("ack")) == len(rooms)
    )  # none was given up: it was not the database that was late
    dispatcher.stop()
    hub().leave(reader.connection)


async def test_what_a_socket_sends_that_does_not_read_is_news_to_others_at_once(connect, room, alice, bob, settings):
    settings.SWEEP_SECONDS = 60.0
    hers, reader = await connect(alice), await slow(bob)
    dispatcher = Dispatcher(reader.connection, Session.objects.get(user=bob))
    say = {"room": room.pk, "body": "I do not listen"}
    await dispatcher.handle(encode(str(uuid.uuid4()), "message.send", say).decode())
    await hers.until(lambda: "I do not listen" in str(hers.events("changes")), "the message")
    assert not reader.frames
    dispatcher.stop()
    hub().leave(reader.connection)
