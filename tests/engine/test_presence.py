"""Who is here: a snapshot, then digests, of those with whom one shares a room; counts for large ones; nothing for who is slow."""

import asyncio

import pytest

from accounts.models import User
from accounts.services import change_notifying
from chatsite.realtime import crowds, presence, statuses
from chatsite.realtime.commit import commit, run
from chatsite.realtime.events import Presence
from rooms import services
from tests.cast import person
from tests.engine.conftest import Refused
from tests.engine.test_slow_readers import slow


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What lasts seconds lasts parts of one."""
    monkeypatch.setattr(presence, "DIGEST_SECONDS", 0.05)
    monkeypatch.setattr(statuses, "GRACE_SECONDS", 0.3)


async def shown(socket, user, status):
    """Wait until the socket was told last that `user` is `status`."""
    key = str(user.pk)

    def last():
        told = [one["users"][key] for one in socket.events("presence") if key in one.get("users", {})]
        return bool(told) and told[-1] == status

    await socket.until(last, f"{user.username} being {status}")


async def test_hello_is_followed_by_a_snapshot_and_changes_by_digests(connect, room, alice, bob):
    hers = await connect(alice)
    await shown(hers, alice, "online")
    first = hers.events("presence")[0]
    assert first["whole"] and first["users"] == {str(alice.pk): "online"}
    his = await connect(bob)
    await shown(hers, bob, "online")
    assert "whole" not in hers.events("presence")[-1] and hers.events("presence")[-1]["users"] == {
        str(bob.pk): "online"
    }
    await shown(his, alice, "online")
    await his.leave()
    await shown(hers, bob, "offline")


async def test_only_those_who_share_a_room_are_told(connect, room, place, alice, bob, mo):
    hers, his = await connect(alice), await connect(mo)
    await his.until(lambda: his.events("presence"), "a snapshot")
    await connect(bob)
    await shown(hers, bob, "online")
    assert all(not one.get("users") for one in his.events("presence"))
    commit(services.add_member, alice, room, mo)
    await shown(his, bob, "online")
    await shown(hers, mo, "online")


async def test_who_left_a_room_hears_no_more_of_its_people(connect, room, alice, bob):
    his = await connect(bob)
    hers = await connect(alice)
    await shown(his, alice, "online")
    commit(services.leave_room, bob, room)
    await his.event("room.left")
    before = len(his.events("presence"))
    await hers.ask("presence", status="away")
    await shown(hers, alice, "away")
    assert not any(str(alice.pk) in one.get("users", {}) for one in his.events("presence")[before:])


async def test_one_of_several_devices_is_enough_to_be_online(connect, room, alice, bob):
    hers = await connect(alice)
    first, second = await connect(bob), await connect(bob)
    assert await first.ask("presence", status="away") == {}
    await first.leave()
    await shown(hers, bob, "online")
    await second.ask("presence", status="away")
    await shown(hers, bob, "away")
    await second.ask("presence", status="online")
    await shown(hers, bob, "online")


async def test_do_not_disturb_is_the_persons_on_all_devices_and_is_kept(connect, room, alice, bob):
    hers, first, second = await connect(alice), await connect(bob), await connect(bob)
    await first.ask("presence", status="dnd")
    await shown(hers, bob, "dnd")
    changed = await second.event("me.changed")
    assert changed["kinds"] == ["settings"] and changed["user_seq"] == second.hello["user_seq"] + 1
    bob = User.objects.get(pk=bob.pk)
    assert bob.do_not_disturb
    await first.leave()
    await second.leave()
    await shown(hers, bob, "offline")
    third = await connect(bob)
    await shown(hers, bob, "dnd")
    await third.ask("presence", status="online")
    await shown(hers, bob, "online")


async def test_do_not_disturb_set_elsewhere_is_shown(connect, room, alice, bob):
    hers, _his = await connect(alice), await connect(bob)
    await shown(hers, bob, "online")
    commit(change_notifying, bob, do_not_disturb=True)
    await shown(hers, bob, "dnd")


async def test_do_not_disturb_whose_news_were_lost_is_found_by_the_sweep(connect, engine, settings, room, alice, bob):
    settings.SWEEP_SECONDS = 0.1
    hers, _his = await connect(alice), await connect(bob)
    await shown(hers, bob, "online")
    run(change_notifying, bob, do_not_disturb=True)  # nobody hears of it
    await shown(hers, bob, "dnd")


async def test_what_was_read_before_counts_for_nothing(connect, engine, room, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    before = his.hello["user_seq"]
    await his.ask("presence", status="dnd")
    await shown(hers, bob, "dnd")
    engine().presence.disturb(bob.pk, before, do_not_disturb=False)  # a reading that was under way
    await asyncio.sleep(0.2)
    told = [one["users"][str(bob.pk)] for one in hers.events("presence") if str(bob.pk) in one.get("users", {})]
    assert told[-1] == "dnd"


@pytest.mark.parametrize("payload", [{}, {"status": "offline"}, {"status": 1}, {"status": "away", "more": 1}])
async def test_another_status_is_refused(connect, room, alice, payload):
    hers = await connect(alice)
    with pytest.raises(Refused) as refused:
        await hers.ask("presence", **payload)
    assert refused.value.code == "invalid"


async def test_a_reconnect_does_not_flicker(connect, room, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    await shown(hers, bob, "online")
    await his.leave()
    await asyncio.sleep(0.1)
    await connect(bob)
    await asyncio.sleep(0.6)
    told = [one["users"][str(bob.pk)] for one in hers.events("presence") if str(bob.pk) in one.get("users", {})]
    assert set(told) == {"online"}


async def test_large_rooms_are_told_as_numbers(connect, monkeypatch, room, place, alice, bob, mo):
    monkeypatch.setattr(crowds, "NAMED_UP_TO", 2)
    commit(services.add_member, alice, room, mo)
    hers = await connect(alice)

    def counted(number):
        return lambda: any(one.get("counts", {}).get(str(room.pk)) == number for one in hers.events("presence"))

    await hers.until(counted(1), "one who is here")
    his, again = await connect(bob), await connect(bob)
    await hers.until(counted(2), "two who are here")
    assert not any(one.get("users") for one in hers.events("presence"))
    await his.leave()
    await again.leave()
    before = len(hers.events("presence"))
    await hers.until(lambda: len(hers.events("presence")) > before, "another number")
    assert hers.events("presence")[-1]["counts"] == {str(room.pk): 1}


async def test_a_room_that_grows_too_large_changes_to_numbers(connect, monkeypatch, room, place, alice, bob, mo):
    monkeypatch.setattr(crowds, "NAMED_UP_TO", 2)
    hers = await connect(alice)
    await connect(bob)
    await shown(hers, bob, "online")
    commit(services.add_member, alice, room, mo)
    await hers.until(
        lambda: hers.events("presence")[-1].get("counts", {}).get(str(room.pk)) == 2, "a number instead of names"
    )


async def test_a_slow_socket_is_told_nothing_until_it_has_read_and_then_everything(connect, room, alice, bob, mo):
    reader = await slow(bob)
    await asyncio.sleep(0.2)
    reader.fall_behind()
    waiting = len(reader.connection._waiting)
    hers = await connect(alice)
    await shown(hers, bob, "online")
    await asyncio.sleep(0.2)
    assert len(reader.connection._waiting) == waiting
    reader.reading.set()
    await reader.until(lambda: any(str(alice.pk) in one["users"] and one["whole"] for one in reader.of("presence")))


async def test_other_processes_are_heard_and_forgotten(connect, engine, room, alice, bob):
    hers = await connect(alice)
    engine().hear(Presence(process="other", users={bob.pk: "away"}, whole=True))
    await shown(hers, bob, "away")
    engine().hear(Presence(process="other", users={bob.pk: "online"}))
    await shown(hers, bob, "online")
    engine().hear(Presence(process="other", users={}, whole=True))
    await shown(hers, bob, "offline")


async def test_nobody_is_told_of_strangers_at_other_processes(connect, engine, room, alice, charlie):
    hers = await connect(alice)
    await shown(hers, alice, "online")
    engine().hear(Presence(process="other", users={charlie.pk: "online"}))
    await asyncio.sleep(0.3)
    assert not any(str(charlie.pk) in one.get("users", {}) for one in hers.events("presence"))


async def test_a_burst_is_one_digest(connect, monkeypatch, room, place, alice):
    people = [person(f"p{n}", place) for n in range(8)]
    for one in people:
        commit(services.add_member, alice, room, one)
    hers = await connect(alice)
    await shown(hers, alice, "online")
    monkeypatch.setattr(presence, "DIGEST_SECONDS", 1.0)
    await asyncio.sleep(0.1)
    before = len(hers.events("presence"))
    for one in people:
        await connect(one)
    for one in people:
        await shown(hers, one, "online")
    assert len(hers.events("presence")) - before <= 4
