"""What changes do to what a client holds: the algorithm at the end of section 6 of the protocol's page."""

import asyncio
import json

import pytest

from tests.reliability import frames
from tests.reliability.client_tests.conftest import ME, OTHER, ROOM, Script, changes, row, stated, until
from tests.reliability.room import Room

pytestmark = pytest.mark.once


def held(client) -> dict[int, int]:
    """The room as the client has it: `event_seq` by `seq`."""
    return {seq: kept.event_seq for seq, kept in client.book.rooms[ROOM].rows.items()}


async def test_a_gap_is_asked_for_and_what_lay_beyond_it_is_not_lost(server, connect) -> None:
    client = await connect()
    missing = changes(0, row(1), row(2)) | {"head": 3, "more": False}
    server.answers["sync"] = lambda asked: {"epoch": "one", "rooms": [missing]}
    await server.say("changes", changes(2, row(3)))
    await until(lambda: held(client) == {1: 1, 2: 2, 3: 3})
    assert server.times("sync")[-1][0] == {"epoch": "one", "rooms": [{"room": ROOM, "after": 0}]}
    assert client.book.rooms[ROOM].cursor == 3


async def test_an_answer_that_ends_below_what_is_held_is_asked_for_again(server, connect) -> None:
    client = await connect()
    parts = [changes(0, row(1)) | {"more": True}, changes(1, row(2)) | {"more": False}]
    server.answers["sync"] = lambda asked: {"epoch": "one", "rooms": [parts.pop(0)]}
    await server.say("changes", changes(2, row(3)))
    await until(lambda: held(client) == {1: 1, 2: 2, 3: 3})
    assert [asked["rooms"][0]["after"] for asked, _msg_id in server.times("sync")[-2:]] == [0, 1]


async def test_only_a_later_state_replaces_a_row_and_what_is_known_is_dropped(server, connect) -> None:
    client = await connect()
    await server.say("changes", changes(0, row(1)))
    await server.say("changes", changes(1, row(1, event_seq=2, body="mended")))
    await server.say("changes", changes(0, row(1)))
    await server.say("changes", changes(2, row(1), row(2, event_seq=3)))
    await until(lambda: held(client) == {1: 2, 2: 3})


async def test_rows_that_come_while_history_is_unanswered_find_their_place_behind_it(server, connect) -> None:
    server.says = [server.hello(stated(4))]
    server.rows = [row(3), row(4)]
    server.answers["history"] = lambda asked: None  # it is answered below, once changes went before
    starting = asyncio.create_task(connect())
    await until(lambda: server.times("history"))
    await server.say("changes", changes(4, row(5)))
    await server.say("changes", changes(5, row(1, event_seq=6, deleted_at="now")))
    msg_id = server.times("history")[0][1]
    await server.sockets[-1].send(frames.encode(msg_id, "ack", server.page(server.rows, has_before=True)))
    client = await starting
    assert held(client) == {3: 3, 4: 4, 5: 5}
    assert client.book.rooms[ROOM].low == 3


async def test_reset_drops_the_rows_and_asks_for_history_and_the_counts(server, connect) -> None:
    client = await connect()
    await server.say("changes", changes(0, row(1)))
    await until(lambda: held(client) == {1: 1})
    server.rows = [row(5)]
    await server.say("changes", {"room": ROOM, "reset": True, "head": 9})
    await until(lambda: held(client) == {5: 5})
    await until(lambda: server.times("rooms"))
    assert client.book.rooms[ROOM].cursor == 9


async def test_another_joining_is_a_room_not_held(server, connect) -> None:
    client = await connect()
    await server.say("changes", changes(0, row(1)))
    server.rows = [row(6)]
    again = stated(6, joined_event_seq=6, joined_seq=6)
    await server.say("rooms.changed", {"user_seq": 2, "rooms": [again], "gone": []})
    await until(lambda: held(client) == {6: 6})


async def test_a_late_word_of_an_earlier_leaving_is_ignored(server, connect) -> None:
    server.says = [server.hello(stated(6, joined_event_seq=6))]
    client = await connect()
    await server.say("room.left", {"room": ROOM, "event_seq": 4, "reason": "left"})
    await server.say("changes", changes(6, row(7)))
    await until(lambda: 7 in held(client))
    await server.say("room.left", {"room": ROOM, "event_seq": 8, "reason": "removed"})
    await until(lambda: not client.book.rooms)


async def test_heads_show_a_gap_that_nothing_else_showed(server, connect) -> None:
    client = await connect()
    server.answers["sync"] = lambda asked: {"epoch": "one", "rooms": [changes(0, row(1)) | {"more": False}]}
    await server.say("heads", {"user_seq": 1, "rooms": {str(ROOM): 1}})
    await until(lambda: held(client) == {1: 1})


async def test_a_version_that_skips_one_means_to_ask_and_a_lower_one_nothing(server, connect) -> None:
    client = await connect()
    before = client.book.rooms[ROOM]
    await server.say("me.changed", {"user_seq": 2, "kinds": ["drafts"]})
    await server.say("rooms.changed", {"user_seq": 1, "rooms": [], "gone": [ROOM]})
    await server.say("me.changed", {"user_seq": 4, "kinds": ["drafts"]})
    await until(lambda: server.times("rooms"))
    assert client.book.rooms[ROOM] is before
    assert len(server.times("rooms")) == 1


async def test_counts_go_on_from_the_last_statement(server, connect) -> None:
    client = await connect()
    me = {"users": [ME], "all": False}
    await server.say("changes", changes(0, row(1, author=ME)))
    await server.say("changes", changes(1, row(2, mentions=me)))
    await server.say("changes", changes(2, row(3, author=ME, mentions={"users": [], "all": True})))
    await server.say("changes", changes(3, row(4, kind="system", system={"event": "joined"})))
    await server.say("changes", changes(4, row(5)))
    await until(lambda: 5 in held(client))
    assert client.book.rooms[ROOM].counts() == {"last_read_seq": 1, "unread": 2, "mentions": 1}
    await server.say("changes", changes(5, row(2, event_seq=6, deleted_at="now")))
    await until(lambda: client.book.rooms[ROOM].cursor == 6)
    assert client.book.rooms[ROOM].counts() == {"last_read_seq": 1, "unread": 2, "mentions": 0}
    assert not server.times("rooms")


async def test_what_may_change_a_stated_count_of_mentions_is_asked_about(server, connect) -> None:
    server.rows = [row(1, mentions={"users": [ME, OTHER], "all": False})]
    server.says = [server.hello(stated(1, last_read_seq=0, unread=1, mentions=1))]
    client = await connect()
    server.says = [server.hello(stated(2, last_read_seq=0, last_seq=1, unread=1, mentions=0))]
    await server.say("changes", changes(1, row(1, event_seq=2, deleted_at="now")))
    await until(lambda: client.book.rooms[ROOM].counts()["mentions"] == 0)
    assert len(server.times("rooms")) == 1


def test_the_order_of_members_makes_no_other_state() -> None:
    one = row(1, mentions={"users": [3], "all": False})
    other = dict(reversed(one.items())) | {"mentions": {"all": False, "users": [3]}}
    first, second = (state_of(kept) for kept in (one, other))
    assert first == second != state_of(one | {"body": "else"})


def state_of(one: dict) -> str:
    """As an answer to `history` brings it."""
    return frames.page(frames.as_json(Script.page([one]))).rows[0].state


def test_a_change_that_overtakes_an_older_page_is_not_lost_to_it() -> None:
    def page_of(*rows: dict, has_before: bool) -> frames.Page:
        return frames.page(json.dumps(Script.page(list(rows), has_before=has_before)).encode())

    room = Room(stated(9), ME)
    room.load(page_of(row(5), has_before=True))
    room.is_scrolling = True
    for changed in page_of(row(3, event_seq=9), has_before=False).rows:
        room.place(changed)
    assert 3 not in room.rows
    room.extend(page_of(row(3), row(4), has_before=False))
    assert {seq: kept.event_seq for seq, kept in room.rows.items()} == {3: 9, 4: 4, 5: 5}
