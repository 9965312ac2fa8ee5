"""Watching: a room that one may read is followed without being a member, and no longer than one may."""

import asyncio
import itertools
import uuid

import pytest

from chatsite.realtime import watching
from chatsite.realtime.commit import commit, run
from chatsite.realtime.events import Receipt, Typing
from messaging import services as messages
from rooms import services
from rooms.models import Role, WorkspaceMembership
from tests.engine.conftest import Refused, say


@pytest.fixture
def web(place, alice):
    """A room of Alice's that is open to the web."""
    made = commit(services.create_room, alice, place, name="Market")
    return commit(services.change_room, alice, made, open_to_web=True)


async def refused(socket, room, cmd_type="watch") -> str:
    with pytest.raises(Refused) as refusal:
        await socket.ask(cmd_type, room=room.pk)
    return refusal.value.code


async def test_the_ack_states_the_room_and_what_follows_is_heard(connect, room, alice, mo):
    say(alice, room, "before")
    his = await connect(mo)
    stated = (await his.ask("watch", room=room.pk))["room"]
    room.log.refresh_from_db()
    assert stated["head"] == room.log.head and stated["name"] == "Kitchen" and "users" not in stated
    assert (stated["role"], stated["joined_seq"], stated["joined_event_seq"], stated["unread"]) == (None, None, None, 0)
    posted = say(alice, room, "behind")
    (change,) = await his.reaches(room, posted.event_seq)
    assert (change["from"], change["messages"][0]["body"]) == (stated["head"], "behind")
    assert room.pk not in [one["id"] for one in (await his.ask("rooms"))["rooms"]]
    assert (await his.ask("history", room=room.pk))["messages"][-1]["body"] == "behind"
    (entry,) = (await his.ask("sync", epoch=his.hello["epoch"], rooms=[{"room": room.pk, "after": stated["head"]}]))[
        "rooms"
    ]
    assert [one["body"] for one in entry["messages"]] == ["behind"]


async def test_watching_twice_and_as_a_member_changes_nothing(connect, room, alice, bob, mo):
    hers, his = await connect(bob), await connect(mo)
    stated = (await hers.ask("watch", room=room.pk))["room"]
    assert stated["role"] == "member"
    await his.ask("watch", room=room.pk)
    await his.ask("watch", room=room.pk)
    posted = say(alice, room)
    for socket in (hers, his):
        assert len(await socket.reaches(room, posted.event_seq)) == 1
    await hers.ask("unwatch", room=room.pk)
    assert not hers.events("room.left")


async def test_only_what_one_may_read_can_be_watched(connect, place, room, cellar, web, alice, mo, gus, charlie):
    joined = commit(services.create_room, alice, place, name="Diary", history="joined")
    his = await connect(mo)
    assert await refused(his, cellar) == "not_found" and await refused(his, joined) == "forbidden"
    guest, stranger = await connect(gus), await connect(charlie)
    for socket in (guest, stranger):
        assert await refused(socket, room) == "not_found" and await refused(socket, room, "unwatch") == "not_found"
        await socket.ask("watch", room=web.pk)
    with pytest.raises(Refused) as malformed:
        await his.ask("watch", room=0)
    assert malformed.value.code == "invalid"


async def test_unwatch_says_goodbye_and_nothing_comes_later(connect, room, alice, mo):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    assert (await his.ask("unwatch", room=room.pk))["room"]["id"] == room.pk
    left = await his.event("room.left")
    assert (left["room"], left["reason"]) == (room.pk, "unwatched")
    say(alice, room)
    await his.ask("ping")
    await asyncio.sleep(0.1)
    assert not his.events("changes", room)
    await his.ask("unwatch", room=room.pk)
    assert len(his.events("room.left")) == 1


async def test_who_watches_gets_neither_receipts_nor_typing_nor_presence(connect, engine, room, alice, mo):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    engine().hear(Receipt(room=room.pk, user=alice.pk, last_read_seq=1))
    engine().hear(Typing(room=room.pk, user=alice.pk, active=True))
    await connect(alice)
    await asyncio.sleep(1.3)
    await his.ask("ping")
    assert not his.events("read") and not his.events("typing")
    assert not any(one.get("users") or one.get("counts") for one in his.events("presence"))


@pytest.mark.parametrize("change", [{"kind": "private"}, {"history": "joined"}, {"open_to_web": False}])
async def test_a_room_that_closes_sends_watchers_off_before_anything_later(connect, web, alice, charlie, change):
    his = await connect(charlie)
    await his.ask("watch", room=web.pk)
    posted = say(alice, web, "open")
    await his.reaches(web, posted.event_seq)
    commit(services.change_room, alice, web, **change)
    say(alice, web, "secret")
    left = await his.event("room.left", room=web.pk)
    assert left["reason"] == "closed"
    say(alice, web, "secret")
    await asyncio.sleep(0.1)
    assert "secret" not in str(his.frames) and "changed" not in str(his.events("changes")[1:])
    assert await refused(his, web) == "not_found"


async def test_closed_to_the_web_it_stays_open_to_the_workspace(connect, web, alice, mo):
    his = await connect(mo)
    await his.ask("watch", room=web.pk)
    commit(services.change_room, alice, web, open_to_web=False)
    posted = say(alice, web, "still here")
    assert "still here" in str(await his.reaches(web, posted.event_seq))
    assert not his.events("room.left")
    (first, *_rest) = his.events("room.changed")
    assert first["room"]["open_to_web"] is False


@pytest.mark.parametrize("act", ["ban", "workspace ban", "removed", "guest"])
async def test_who_loses_the_right_is_sent_off(connect, room, alice, mo, act):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    place = room.workspace
    match act:
        case "ban":
            commit(services.ban_from_room, alice, room, mo)
        case "workspace ban":
            commit(services.ban_from_workspace, alice, place, mo)
        case "removed":
            commit(services.remove_from_workspace, alice, place, mo)
        case "guest":
            commit(services.change_role, alice, place, mo, role="guest")
    say(alice, room, "secret")
    left = await his.event("room.left", room=room.pk)
    assert left["reason"] == "closed"
    await his.ask("ping")
    assert "secret" not in str(his.frames)


async def test_a_ban_keeps_out_of_an_open_room_while_signed_in(connect, web, alice, bob):
    his = await connect(bob)
    await his.ask("watch", room=web.pk)
    commit(services.ban_from_room, alice, web, bob)
    await his.event("room.left", room=web.pk, reason="closed")
    assert await refused(his, web) == "not_found"


async def test_a_loss_whose_news_were_lost_is_found_by_the_sweep(connect, settings, room, alice, mo):
    settings.SWEEP_SECONDS = 0.1
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    run(services.ban_from_room, alice, room, mo)  # nobody hears of it
    await his.event("room.left", room=room.pk, reason="closed")


async def test_a_repair_asks_who_may_still_watch(connect, engine, settings, web, alice, charlie):
    settings.SWEEP_SECONDS = 60.0
    his = await connect(charlie)
    await his.ask("watch", room=web.pk)
    run(services.change_room, alice, web, open_to_web=False)  # nobody hears of it
    run(messages.post_message, alice, web.pk, body="secret", msg_id=str(uuid.uuid4()))
    say(alice, web, "a gap is seen by it")
    await his.event("room.left", room=web.pk, reason="closed")
    assert "secret" not in str(his.frames) and "a gap" not in str(his.frames)


async def test_who_may_still_watch_misses_nothing_while_it_is_asked(connect, engine, room, alice, mo):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    for n in range(5):
        engine().watching.doubt_person(mo.pk)
        last = say(alice, room, f"{n}")
        await asyncio.sleep(0)
    changes = await his.reaches(room, last.event_seq)
    assert [m["body"] for one in changes for m in one["messages"]] == [str(n) for n in range(5)]
    assert all(one["to"] == two["from"] for one, two in itertools.pairwise(changes))


async def test_joining_what_one_watches_states_it_anew(connect, room, alice, mo):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    membership = commit(services.join_room, mo, room)
    stated = await his.event("rooms.changed")
    (mine,) = stated["rooms"]
    assert (mine["id"], mine["role"], mine["joined_event_seq"]) == (room.pk, "member", membership.joined_event_seq)
    posted = say(alice, room, "welcome")
    assert "welcome" in str(await his.reaches(room, posted.event_seq))
    commit(services.remove_member, alice, room, mo)
    await his.event("room.left", room=room.pk, reason="removed")


async def test_no_more_than_so_many_rooms_are_watched(connect, monkeypatch, place, alice, mo):
    monkeypatch.setattr(watching, "MOST", 2)
    rooms = [commit(services.create_room, alice, place, name=f"Room {n}") for n in range(3)]
    his = await connect(mo)
    for one in rooms[:2]:
        await his.ask("watch", room=one.pk)
    assert await refused(his, rooms[2]) == "invalid"
    await his.ask("watch", room=rooms[0].pk)
    await his.ask("unwatch", room=rooms[0].pk)
    await his.ask("watch", room=rooms[2].pk)


async def test_at_its_end_a_socket_watches_no_more(connect, engine, room, mo):
    his = await connect(mo)
    await his.ask("watch", room=room.pk)
    assert room.pk in engine().feeds
    await his.leave()
    async with asyncio.timeout(5):
        while room.pk in engine().feeds:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


async def test_a_workspace_admitted_person_may_watch_at_once(connect, room, alice, charlie):
    his = await connect(charlie)
    assert await refused(his, room) == "not_found"
    WorkspaceMembership.objects.create(workspace=room.workspace, user=charlie, role=Role.MEMBER)
    await his.ask("watch", room=room.pk)
