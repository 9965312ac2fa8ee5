"""Order, gaps, repair and sweep: what one process's sockets hear of a room."""

import asyncio
import uuid

from chatsite.realtime import bus
from chatsite.realtime.commit import commit, run
from chatsite.realtime.events import NewEpoch
from chatsite.realtime.hub import hub
from messaging import services as messages
from messaging.models import Message
from rooms import services
from rooms.models import RoomLog
from tests.engine.conftest import say


def joins(changes: list[dict], begin: int) -> bool:
    """Whether the ranges follow one another from `begin` without gap or overlap."""
    for change in changes:
        if change["from"] != begin:
            return False
        begin = change["to"]
    return True


async def test_a_message_reaches_everybody_in_the_room(connect, room, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    head = next(one["head"] for one in his.hello["rooms"] if one["id"] == room.pk)
    ack = await hers.say(room, "hello *there*")
    (change,) = await his.reaches(room, ack["event_seq"])
    assert (change["from"], change["to"]) == (head, head + 1)
    assert change["messages"][0]["html"] == '<p dir="auto">hello <em>there</em></p>\n'
    assert change["cause"] == {"kind": "created", "user": alice.pk}
    assert (await hers.reaches(room, ack["event_seq"]))[0]["messages"][0]["msg_id"] == change["messages"][0]["msg_id"]


async def test_an_outsider_hears_nothing(connect, room, alice, charlie):
    hers, outside = await connect(alice), await connect(charlie)
    await hers.say(room)
    await outside.ask("ping")
    assert outside.hello["rooms"] == [] and outside.events("changes") == []


async def test_doorbells_out_of_order_are_delivered_in_order(connect, room, alice, bob):
    his = await connect(bob)
    posted = [
        run(messages.post_message, alice, room.pk, body=str(n), msg_id=f"00000000-0000-4000-8000-00000000000{n}")
        for n in range(4)
    ]
    for committed in (posted[2], posted[0], posted[3], posted[1], posted[1]):
        bus.let_out(committed.events)
    changes = await his.reaches(room, posted[3].value.event_seq)
    assert joins(changes, posted[0].value.event_seq - 1)
    assert [one["body"] for change in changes for one in change["messages"]] == ["0", "1", "2", "3"]


async def test_a_lost_doorbell_is_repaired_from_the_database(connect, room, alice, bob):
    his = await connect(bob)
    run(messages.post_message, alice, room.pk, body="unheard", msg_id="00000000-0000-4000-8000-000000000001")
    heard = say(alice, room, "heard")
    changes = await his.reaches(room, heard.event_seq)
    assert [one["body"] for change in changes for one in change["messages"]] == ["unheard", "heard"]
    assert joins(changes, heard.event_seq - 2)


async def test_the_sweep_finds_what_no_doorbell_rang_for(connect, room, alice, bob):
    his = await connect(bob)
    unheard = run(messages.post_message, alice, room.pk, body="unheard", msg_id="00000000-0000-4000-8000-000000000001")
    await hub().sweeper.sweep()
    (change,) = await his.reaches(room, unheard.value.event_seq)
    assert change["messages"][0]["body"] == "unheard" and "cause" not in change


async def test_what_is_rolled_back_is_not_heard(connect, room, alice, bob):
    his = await connect(bob)

    def fails():
        messages.post_message(alice, room.pk, body="never", msg_id="00000000-0000-4000-8000-000000000001")
        raise ValueError

    try:
        commit(fails)
    except ValueError:
        pass
    after = say(alice, room, "said")
    (change,) = await his.reaches(room, after.event_seq)
    assert change["messages"][0]["body"] == "said"
    assert not Message.objects.filter(body="never").exists()


async def test_a_room_far_ahead_is_reset(connect, room, alice, bob):
    his = await connect(bob)
    RoomLog.objects.filter(room=room).update(head=5000)
    await hub().sweeper.sweep()
    (change,) = await his.reaches(room, 5000)
    assert change == {"room": room.pk, "reset": True, "head": 5000}


async def test_posting_side_by_side_keeps_one_order(connect, room, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    acks = await asyncio.gather(*(socket.say(room, f"{n}") for n in range(8) for socket in (hers, his)))
    head = max(ack["event_seq"] for ack in acks)
    first, second = await hers.reaches(room, head), await his.reaches(room, head)
    assert sorted(ack["seq"] for ack in acks) == list(range(3, 19))
    assert [c["messages"][0]["id"] for c in first] == [c["messages"][0]["id"] for c in second]


async def test_joining_starts_the_room_at_its_head(connect, room, alice, mo):
    before = say(alice, room, "before")
    his = await connect(mo)
    commit(services.join_room, mo, room)
    stated = (await his.event("rooms.changed"))["rooms"][0]
    assert stated["id"] == room.pk and stated["head"] == before.event_seq + 1 and stated["unread"] == 0
    after = say(alice, room, "after")
    changes = await his.reaches(room, after.event_seq)
    assert [one["body"] for change in changes for one in change["messages"]] == ["after"]


async def test_a_joining_whose_doorbell_was_lost_is_not_hidden_by_ones_own_ack(connect, room, alice, bob):
    other = commit(services.create_room, alice, room.workspace, name="Attic")
    said = say(alice, room, "something to read")
    his = await connect(bob)
    run(services.add_member, alice, other, bob)
    await his.ask("read", room=room.pk, seq=said.seq)  # its `user_seq` is beyond that of the joining
    await hub().sweeper.sweep()
    assert other.pk in {one["id"] for one in (await his.event("rooms.changed"))["rooms"]}
    assert await his.reaches(other, say(alice, other, "welcome").event_seq)


async def test_a_removed_member_hears_of_it_last(connect, room, alice, bob):
    his = await connect(bob)
    commit(services.remove_member, alice, room, bob)
    left = await his.event("room.left")
    assert left == {"room": room.pk, "event_seq": RoomLog.objects.get(room=room).head, "reason": "removed"}
    say(alice, room, "secret")
    await hub().sweeper.sweep()
    await his.ask("ping")
    at = next(n for n, frame in enumerate(his.frames) if frame["cmd_type"] == "room.left")
    assert "secret" not in str(his.frames)
    assert not [f for f in his.frames[at + 1 :] if f["payload"].get("room") == room.pk]
    assert (await his.event("rooms.changed", gone=[room.pk]))["rooms"] == []


async def test_a_removal_whose_doorbell_was_lost_is_found(connect, room, alice, bob):
    his = await connect(bob)
    run(services.remove_member, alice, room, bob)
    removal = RoomLog.objects.get(room=room).head
    run(messages.post_message, alice, room.pk, body="secret", msg_id="00000000-0000-4000-8000-000000000001")
    await hub().sweeper.sweep()
    assert (await his.event("room.left"))["event_seq"] == removal
    assert "secret" not in str(his.frames)


async def test_edits_of_what_one_may_not_see_come_empty(connect, cellar, alice, bob, mo):
    early = say(alice, cellar, "before mo")
    commit(services.add_member, alice, cellar, mo)
    his = await connect(mo)
    edited = commit(messages.edit_message, alice, early.id, body="still secret", edited_at=None)
    (change,) = await his.reaches(cellar, edited.event_seq)
    assert change["messages"] == [] and "cause" not in change
    reacted = commit(messages.add_reaction, alice, early.id, emoji="👍")
    await his.reaches(cellar, reacted)
    assert "secret" not in str(his.frames) and "before mo" not in str(his.frames)


async def test_a_changed_room_is_stated_right_behind_its_change(connect, room, alice, bob):
    his = await connect(bob)
    commit(services.change_room, alice, room, topic="Soup")
    await his.event("room.changed")
    kinds = [frame["cmd_type"] for frame in his.frames if not frame["msg_id"]]
    assert kinds[kinds.index("room.changed") - 1] == "changes"
    assert his.events("room.changed")[0]["room"]["topic"] == "Soup"
    assert "unread" not in his.events("room.changed")[0]["room"]


async def test_a_new_epoch_closes_every_socket(connect, room, bob):
    his = await connect(bob)
    commit(services.new_epoch)
    assert (await his.closing()).code == 1012


async def test_word_of_an_epoch_that_is_over_closes_nothing(connect, room, alice):
    """A doorbell may come behind the next one's: the database says which is the older."""
    commit(services.new_epoch)
    hers = await connect(alice)
    hub().hear(NewEpoch(epoch=str(uuid.uuid4())))
    await hub().sweeper.sweep()
    await hers.say(room, "still here")
    assert hers.closed is None
