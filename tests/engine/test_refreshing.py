"""What a process reads anew of a person, where news of them are lost, heard twice, or come while it reads."""

import pytest

from chatsite.realtime.commit import commit, run
from messaging import services as messages
from rooms import services
from tests.engine.conftest import say


@pytest.fixture(autouse=True)
def no_sweep(settings):
    """It would find all of this, two seconds later."""
    settings.SWEEP_SECONDS = 60.0


def marked(user, room):
    """The events of a mark that was moved to the room's end, which nobody heard of yet."""
    return run(messages.mark_read, user, room.pk, 100).events


async def test_news_heard_twice_do_not_hide_those_that_were_lost(connect, engine, place, alice, bob, room):
    garden = commit(services.create_room, alice, place, name="Garden")
    commit(services.join_room, bob, garden)
    for one in (room, garden):
        say(alice, one)
    his = await connect(bob)
    marked(bob, room)  # lost
    for event in marked(bob, garden) * 2:
        engine().hear(event)
    stated = await his.event("rooms.changed", user_seq=his.hello["user_seq"] + 2)
    assert {one["id"]: one["unread"] for one in stated["rooms"]}[room.pk] == 0


async def test_what_the_sweep_asked_for_is_read_though_the_news_are_known(connect, engine, alice, bob, room):
    say(alice, room)
    his = await connect(bob)
    known = marked(bob, room)
    for event in known:
        engine().hear(event)
    await his.event("rooms.changed", user_seq=his.hello["user_seq"] + 1)
    say(alice, room)
    marked(bob, room)  # lost
    for event in known:
        engine().hear(event)
    engine().people.refresh(bob.pk)
    await his.event("rooms.changed", user_seq=his.hello["user_seq"] + 2)


async def test_news_that_come_while_a_refresh_ends_are_told(connect, engine, monkeypatch, alice, bob, room):
    say(alice, room)
    his = await connect(bob)
    first, forget = marked(bob, room), engine().forget_silent_feeds

    def end():
        """The last that a refresh does: what is heard right behind it comes before its task is known to be done."""
        forget()
        monkeypatch.undo()
        say(alice, room)
        for event in marked(bob, room):
            engine().loop.call_soon(engine().hear, event)

    monkeypatch.setattr(engine(), "forget_silent_feeds", end)
    for event in first:
        engine().hear(event)
    await his.event("rooms.changed", user_seq=his.hello["user_seq"] + 2)


async def test_a_room_that_an_answer_stated_is_taken_back_though_all_news_of_it_are_lost(
    connect, engine, alice, bob, cellar, place
):
    his = await connect(bob)
    attic = commit(services.create_room, alice, place, name="Attic", kind="private")
    run(services.add_member, alice, attic, bob)  # lost
    assert attic.pk in {one["id"] for one in (await his.ask("rooms"))["rooms"]}
    run(services.remove_member, alice, attic, bob)  # lost, too
    engine().people.refresh(bob.pk)
    told = await his.event("rooms.changed")
    assert told["gone"] == [attic.pk] and attic.pk not in {one["id"] for one in told["rooms"]}
