"""State plus events equals fresh state: after each kind of change a client that only heard holds what a fresh one loads."""

import random

import pytest

from chatsite.realtime.commit import commit
from messaging import services as messages
from rooms import services
from tests.engine.conftest import Socket, say

PERSONAL = ("role", "joined_seq", "joined_event_seq", "notify")


class Held:
    """What a client holds of one room by the protocol's algorithm, from `hello` and one `history` on."""

    def __init__(self, stated: dict):
        self.room = {
            name: value for name, value in stated.items() if name not in ("unread", "mentions", "last_read_seq")
        }
        self.cursor = stated["head"]
        self.messages: dict[int, dict] = {}

    def load(self, rows: list[dict]) -> None:
        for row in rows:
            if row["event_seq"] > self.messages.get(row["seq"], {"event_seq": 0})["event_seq"]:
                self.messages[row["seq"]] = row

    def hear(self, frame: dict) -> None:
        payload = frame["payload"]
        if frame["cmd_type"] == "changes" and payload["room"] == self.room["id"]:
            assert payload["from"] == self.cursor
            self.cursor = payload["to"]
            self.load(payload["messages"])
        elif frame["cmd_type"] == "room.changed" and payload["room"]["id"] == self.room["id"]:
            self.room |= payload["room"]


async def held(socket: Socket, room, encoding: str) -> Held:
    mine = Held(next(one for one in socket.hello["rooms"] if one["id"] == room.pk))
    mine.load((await socket.ask("history", room=room.pk, limit=100))["messages"])
    return mine


def changes(room, alice, bob, mo):
    """One act of every kind, each through its service."""
    first = say(alice, room, "hello @bob and **all**")
    yield first.event_seq
    yield commit(messages.edit_message, alice, first.id, body="edited @mo", edited_at=None).event_seq
    yield commit(messages.add_reaction, bob, first.id, emoji="👍")
    yield commit(messages.add_reaction, alice, first.id, emoji="👍")
    yield commit(messages.remove_reaction, bob, first.id, emoji="👍")
    reply = say(bob, room, "a reply", reply_to=first.id)
    yield reply.event_seq + 1
    yield commit(messages.delete_message, alice, first.id)
    yield say(bob, room, "again", reply_to=reply.id).event_seq + 1
    for change in ({"name": "Pantry"}, {"topic": "Jam"}, {"slow_mode_seconds": 5}, {"threads": "threaded"}):
        commit(services.change_room, alice, room, **change)
        yield None
    commit(services.add_member, alice, room, mo)
    yield None
    commit(services.change_member_role, alice, room, mo, role="moderator")
    yield None
    commit(services.remove_member, alice, room, mo)
    yield None
    commit(services.archive_room, alice, room)
    yield None
    commit(services.unarchive_room, alice, room)
    yield None


@pytest.mark.parametrize("encoding", ["chat.v1.json", "chat.v1.html"])
async def test_who_only_heard_holds_what_a_fresh_one_loads(connect, room, alice, bob, mo, encoding, settings):
    settings.READS_BURST = settings.COMMANDS_BURST = 1000
    his = await connect(bob, encoding)
    mine = await held(his, room, encoding)
    heard = len(his.frames)
    for _change in changes(room, alice, bob, mo):
        fresh = await connect(bob, encoding)
        loaded = await held(fresh, room, encoding)
        await his.reaches(room, loaded.cursor)
        await his.ask("ping")  # behind it everything that was on its way has come
        for frame in his.frames[heard:]:
            mine.hear(frame)
        heard = len(his.frames)
        await fresh.leave()
        assert mine.messages == loaded.messages
        numbers = ("head", "last_seq")
        assert {k: v for k, v in mine.room.items() if k not in numbers} == {
            k: v for k, v in loaded.room.items() if k not in numbers
        }


async def test_sync_from_any_cursor_leads_to_the_same_state(connect, room, alice, bob, mo, settings):
    settings.READS_BURST = 1000
    fresh = await connect(bob)
    states = {}
    for _change in changes(room, alice, bob, mo):
        answer = await fresh.ask("history", room=room.pk, limit=100)
        states[answer["head"]] = {row["seq"]: row for row in answer["messages"]}
    last = max(states)
    for after in random.Random(7).sample(sorted(states), 8):
        (answer,) = (await fresh.ask("sync", epoch=fresh.hello["epoch"], rooms=[{"room": room.pk, "after": after}]))[
            "rooms"
        ]
        assert (answer["from"], answer["to"], answer["more"]) == (after, last, False)
        assert states[after] | {row["seq"]: row for row in answer["messages"]} == states[last]
