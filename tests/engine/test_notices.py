"""What a person's sockets hear of their notifications."""

from accounts import services as accounts
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Notified
from rooms import services
from tests.background import run_tasks
from tests.engine.conftest import apart, say


async def done() -> None:
    """Until what waits is done."""
    await apart(run_tasks)


async def test_a_mention_is_heard_by_its_person_on_each_device_and_by_nobody_else(connect, room, alice, bob):
    phone, desk, hers = await connect(bob), await connect(bob), await connect(alice)
    sent = await hers.say(room, "secret words, @bob")
    await done()
    for socket in (phone, desk):
        heard = await socket.event("notification", room=room.pk)
        assert heard.keys() == {"id", "kind", "room", "message"}
        assert heard["kind"] == "mention" and heard["message"] == {"id": sent["id"], "seq": sent["seq"]}
        changed = await socket.event("me.changed", kinds=["notifications"])
        assert changed["user_seq"] == desk.hello["user_seq"] + 1
    await hers.ask("ping")
    assert hers.events("notification") == hers.events("me.changed") == []


async def test_on_do_not_disturb_it_is_told_and_does_not_pop_up(connect, room, alice, bob):
    await apart(commit, accounts.change_notifying, bob, do_not_disturb=True)
    socket, hers = await connect(bob), await connect(alice)
    await hers.say(room, "@bob")
    await done()
    await socket.event("me.changed", kinds=["notifications"])
    await socket.ask("ping")
    assert socket.events("notification") == []


async def test_reading_tells_the_other_devices_that_the_notifications_are_others(connect, room, alice, bob):
    phone, desk, hers = await connect(bob), await connect(bob), await connect(alice)
    sent = await hers.say(room, "@bob")
    await done()
    await desk.event("notification", room=room.pk)
    answer = await phone.ask("read", room=room.pk, seq=sent["seq"])
    told = await desk.event("rooms.changed", user_seq=answer["user_seq"])
    assert told["rooms"][0]["unread"] == 0
    # A version that no news explained in time names more kinds than this one.
    assert "notifications" in (await desk.event("me.changed", user_seq=answer["user_seq"]))["kinds"]
    await phone.ask("ping")
    told = [one["user_seq"] for one in phone.events("me.changed") if "notifications" in one["kinds"]]
    assert told == [answer["user_seq"] - 1], "the ack told the rest"


async def test_a_deletion_is_told_to_whom_it_no_longer_calls(connect, room, alice, bob):
    socket, hers = await connect(bob), await connect(alice)
    sent = await hers.say(room, "@bob")
    await done()
    await socket.event("notification", room=room.pk)
    await hers.ask("message.delete", message=sent["id"])
    await socket.event("me.changed", user_seq=socket.hello["user_seq"] + 2)


async def test_who_was_removed_hears_of_nothing_that_waited(connect, cellar, alice, bob):
    socket, hers = await connect(bob), await connect(alice)
    await hers.say(cellar, "@bob")
    await apart(commit, services.remove_member, alice, cellar, bob)
    await socket.event("room.left", room=cellar.pk)
    await done()
    await socket.ask("ping")
    assert socket.events("notification") == []


def test_a_post_that_concerns_somebody_takes_one_statement_more(place, alice, bob, room):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.engine.test_cost import asked

    with CaptureQueriesContext(connection) as plain:
        say(alice, room, "hello")
    commit(services.set_notify, bob, room, notify="all")
    with CaptureQueriesContext(connection) as heard:
        say(alice, room, "hello")
    assert len(asked(heard)) == len(asked(plain)) + 1


async def test_one_that_was_overtaken_by_the_removal_is_not_heard(connect, cellar, engine, alice, bob):
    """What is let out late by another thread or process finds the room lost."""
    socket = await connect(bob)
    told = {"id": 1, "kind": "mention", "room": cellar.pk, "message": {"id": 1, "seq": 1}}
    late = Notified(user=bob.pk, notification=told, as_member=True)
    engine().hear(late)
    await socket.event("notification", id=1)
    await apart(commit, services.remove_member, alice, cellar, bob)
    await socket.event("room.left", room=cellar.pk)
    engine().hear(late)
    await socket.ask("ping")
    assert len(socket.events("notification")) == 1
