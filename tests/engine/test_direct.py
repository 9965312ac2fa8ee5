"""Direct rooms on sockets: there with the first message, gone when hidden, back with the next."""

import pytest

from accounts import services as accounts
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Room
from tests.engine.conftest import Refused, say


@pytest.fixture
def pair(place, alice, bob) -> Room:
    """Alice's conversation with Bob, in which nothing was said yet."""
    return commit(services.open_direct, alice, [bob.pk])[0]


def stated(socket) -> list[int]:
    return [room["id"] for room in socket.hello["rooms"]]


async def test_the_first_message_brings_the_room_and_the_second_is_heard(connect, pair, alice, bob, charlie):
    hers, his, other = await connect(alice), await connect(bob), await connect(charlie)
    assert (stated(hers), stated(his)) == ([pair.pk], [])
    first = await hers.say(pair, "hello")
    told = await his.event("rooms.changed")
    (room,) = told["rooms"]
    assert (room["id"], room["head"], room["unread"], told["gone"]) == (pair.pk, first["event_seq"], 1, [])
    assert [user["id"] for user in room["users"]] == sorted([alice.pk, bob.pk])
    assert (await his.ask("history", room=pair.pk))["messages"][0]["body"] == "hello"
    await hers.say(pair, "again")
    await his.reaches(pair, 2)
    assert [one["to"] for one in his.events("changes", pair)] == [2]
    assert not hers.events("rooms.changed")
    await other.ask("ping")
    assert not other.events("changes") and not other.events("rooms.changed")


async def test_before_its_first_message_it_is_not_there_for_the_others(connect, pair, alice, bob):
    his = await connect(bob)
    for command, payload in (
        ("message.send", {"body": "hello"}),
        ("history", {}),
        ("read", {"seq": 1}),
        ("unread", {"seq": 1}),
    ):
        with pytest.raises(Refused) as refused:
            await his.ask(command, room=pair.pk, **payload)
        assert refused.value.code == "not_found"
    (entry,) = (await his.ask("sync", epoch=his.hello["epoch"], rooms=[{"room": pair.pk, "after": 0}]))["rooms"]
    assert entry["error"]["code"] == "not_found"


async def test_opening_is_told_to_ones_other_devices(connect, place, alice, bob):
    hers = await connect(alice)
    room = commit(services.open_direct, alice, [bob.pk])[0]
    told = await hers.event("rooms.changed")
    assert [one["id"] for one in told["rooms"]] == [room.pk]
    assert told["rooms"][0]["unread"] == 0
    await hers.say(room, "first")
    assert [one["to"] for one in await hers.reaches(room, 1)] == [1]


async def test_hiding_ends_it_on_all_ones_sockets_until_the_next_message(connect, pair, alice, bob):
    say(alice, pair, "one")
    first, second, hers = await connect(bob), await connect(bob), await connect(alice)
    commit(services.hide_room, bob, pair)
    for socket in (first, second):
        left = await socket.event("room.left")
        assert left == {"room": pair.pk, "event_seq": 1, "reason": "hidden"}
        told = await socket.event("rooms.changed", gone=[pair.pk])
        assert told["rooms"] == []
    assert not hers.events("room.left")
    late = await connect(bob)
    assert stated(late) == []
    await hers.say(pair, "two")
    for socket in (first, second, late):
        back = await socket.until(
            lambda socket=socket: next((one for one in socket.events("rooms.changed") if one["rooms"]), None),
            "the room",
        )
        assert [(one["id"], one["head"], one["unread"]) for one in back["rooms"]] == [(pair.pk, 2, 2)]
    await hers.say(pair, "three")
    for socket in (first, second, late):
        await socket.reaches(pair, 3)
        assert [one["to"] for one in socket.events("changes", pair)] == [3]


async def test_what_changes_meanwhile_is_not_heard(connect, pair, alice, bob):
    from messaging.services import add_reaction, edit_message

    posted = say(alice, pair, "one")
    his = await connect(bob)
    commit(services.hide_room, bob, pair)
    await his.event("room.left")
    commit(edit_message, alice, posted.id, body="two", edited_at=None)
    commit(add_reaction, alice, posted.id, emoji="👍")
    await his.ask("ping")
    assert not his.events("changes", pair)
    say(alice, pair, "three")
    told = await his.until(
        lambda: next((one for one in his.events("rooms.changed") if one["rooms"]), None), "the room again"
    )
    assert told["rooms"][0]["head"] == 4


async def test_opening_it_again_brings_it_back_without_a_message(connect, pair, alice, bob):
    say(alice, pair, "one")
    his = await connect(bob)
    for _twice in range(2):
        heard = len(his.frames)
        commit(services.hide_room, bob, pair)
        commit(services.open_direct, bob, [alice.pk])
        await his.until(
            lambda heard=heard: any(
                frame["cmd_type"] == "rooms.changed" and frame["payload"]["rooms"] for frame in his.frames[heard:]
            ),
            "the room again",
        )
    await his.say(pair, "two")
    assert (await his.reaches(pair, 2))[-1]["to"] == 2


async def test_refusals_are_sentences(connect, pair, alice, bob):
    hers = await connect(alice)
    commit(accounts.block, bob, alice)
    with pytest.raises(Refused) as refused:
        await hers.say(pair)
    assert (refused.value.code, "no direct messages" in refused.value.error["message"]) == ("forbidden", True)
    commit(accounts.unblock, bob, alice.pk)
    assert (await hers.say(pair))["seq"] == 1


async def test_blocking_is_told_to_ones_own_devices_alone(connect, place, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    commit(accounts.block, bob, alice)
    assert (await his.event("me.changed"))["kinds"] == ["settings"]
    await hers.ask("ping")
    assert not hers.events("me.changed")


async def test_a_new_name_is_stated_with_the_next_statement(connect, pair, alice, bob):
    say(alice, pair)
    his = await connect(bob)
    commit(accounts.change_profile, alice, display_name="Alice Liddell")
    assert (await his.event("user.changed"))["user"]["display_name"] == "Alice Liddell"
    (room,) = (await his.ask("rooms"))["rooms"]
    assert {user["display_name"] for user in room["users"]} == {"Alice Liddell", "bob"}
