"""Group commit: what waits together goes together, and nobody suffers from another's post."""

import asyncio
import itertools
import threading
import time
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from chatsite.realtime import bus
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.gathering import Gatherer, Locked
from messaging.models import Message
from messaging.posts import post_together
from rooms import services
from rooms.models import RoomLog
from tests.engine.conftest import Refused, apart


class Service:
    """Notes the batches that it was called with; none is done before `go`."""

    def __init__(self):
        self.batches, self.go, self.began = [], threading.Event(), threading.Event()
        self.locked, self.soon_free, self.broken = set(), set(), set()

    def __call__(self, items, *, wait):
        self.batches.append((list(items), wait))
        self.began.set()
        assert self.go.wait(5)
        if self.broken & set(items):
            raise IntegrityError
        locked, self.soon_free = self.locked | self.soon_free, self.soon_free - set(items)
        return [Locked() if item in locked and not wait else f"did {item}" for item in items]


@pytest.fixture
def service(transactional_db):
    return Service()


@pytest.fixture
def gather(service):
    """Gives items to a gatherer, whose rooms are their first letters, and their outcomes in a list."""
    gatherer = Gatherer(service, row=lambda item: ord(item[0]), prepare=lambda item: item.encode("ascii"))
    landed, all_there = {}, threading.Condition()

    def then(item):
        def keep(outcome):
            with all_there:
                landed[item] = outcome
                all_there.notify()

        return keep

    def give(*items):
        return [gatherer.add(item, then(item)) for item in items]

    def outcomes(count):
        with all_there:
            assert all_there.wait_for(lambda: len(landed) == count, 5), landed
        return landed

    give.outcomes, give.gatherer = outcomes, gatherer
    return give


def test_the_first_goes_alone_and_what_waits_goes_together(service, gather):
    gather("a1")
    service.began.wait(5)
    gather("a2", "b1", "a3", "c1")
    service.go.set()
    assert gather.outcomes(5) == {item: f"did {item}" for item in ("a1", "a2", "b1", "a3", "c1")}
    assert service.batches[0] == (["a1"], False)
    later = [items for items, _wait in service.batches[1:]]
    assert sorted(itertools.chain(*later)) == ["a2", "a3", "b1", "c1"]
    assert len(later) < 4 and ["a2", "a3"] in [[item for item in items if item[0] == "a"] for items in later]


def test_what_nobody_waits_for_any_more_never_begins(service, gather):
    gather("a1")
    service.began.wait(5)
    given_up, _other = gather("a2", "a3")
    given_up.is_given_up = True
    service.go.set()
    gather.outcomes(2)
    assert all("a2" not in items for items, _wait in service.batches)


def test_what_waited_too_long_is_refused_before_it_begins(service, gather, settings):
    """Else all that waits would be answered a moment too late, and nothing at all in time."""
    settings.COMMAND_DEADLINE = 0.2
    gather("a1")
    service.began.wait(5)
    gather("a2")
    time.sleep(0.15)
    gather("a3")
    service.go.set()
    landed = gather.outcomes(3)
    assert isinstance(landed["a2"], Unavailable) and landed["a3"] == "did a3"
    assert all("a2" not in items for items, _wait in service.batches)


def test_who_breaks_a_batch_is_found_one_by_one(service, gather):
    service.broken = {"a2"}
    gather("a1")
    service.began.wait(5)
    gather("a2", "a3", "a4")
    service.go.set()
    landed = gather.outcomes(4)
    assert isinstance(landed.pop("a2"), IntegrityError)
    assert landed == {item: f"did {item}" for item in ("a1", "a3", "a4")}


def test_what_cannot_be_made_ready_is_refused_alone(service, gather):
    gather("a1")
    service.began.wait(5)
    gather("aé", "a3")
    service.go.set()
    landed = gather.outcomes(3)
    assert isinstance(landed["aé"], UnicodeEncodeError) and landed["a3"] == "did a3"


def test_a_locked_room_waits_and_the_others_do_not(service, gather):
    service.locked = {"b1", "b2"}
    gather("a1")
    service.began.wait(5)
    gather("b1", "c1", "b2")
    service.go.set()
    assert gather.outcomes(4) == {item: f"did {item}" for item in ("a1", "b1", "b2", "c1")}
    assert {item for items, wait in service.batches if wait for item in items} == {"b1", "b2"}
    assert all("c1" not in items for items, wait in service.batches if wait)


def test_a_room_that_is_soon_free_again_goes_with_the_next_and_in_order(service, gather):
    service.soon_free = {"b1", "b2"}
    gather("a1")
    service.began.wait(5)
    gather("b1", "c1", "b2")
    service.go.set()
    gather.outcomes(4)
    assert not any(wait for _items, wait in service.batches)
    assert service.batches[-1] == (["b1", "b2"], False)


def test_locks_that_stay_are_waited_for_by_half_of_the_threads_at_most(service, gather, settings):
    if not connection.features.has_select_for_update:
        return  # SQLite has one writer and no such locks: nothing waits beside it
    settings.DATABASE_THREADS = 4
    service.locked = {f"{letter}1" for letter in "bcdef"}
    let_go, waiting = threading.Semaphore(0), threading.Semaphore(0)

    def slow(items, *, wait):
        if wait:
            waiting.release()
            assert let_go.acquire(timeout=5)
        return Service.__call__(service, items, wait=wait)

    gather.gatherer._service = slow
    service.go.set()
    gather(*sorted(service.locked))
    for _two in range(2):
        assert waiting.acquire(timeout=5)
    before = len(service.batches)
    gather("a1")
    gather.outcomes(1)  # the other threads go on
    assert not waiting.acquire(timeout=0.2)
    assert len(service.batches) - before <= 2  # and do not ask for the same locks again and again
    for _room in range(5):
        let_go.release()
    assert gather.outcomes(6)["f1"] == "did f1"


def test_a_synchronous_door_waits_for_its_own_outcome(service, gather):
    service.go.set()
    assert gather.gatherer.wait_for("a1") == "did a1"


def test_a_synchronous_door_does_not_wait_for_ever(service, gather, settings):
    settings.COMMAND_DEADLINE = 0.1
    with pytest.raises(Unavailable):
        gather.gatherer.wait_for("a1")
    service.go.set()


# --- posts ---


async def test_posts_of_many_at_once_are_acked_each_and_told_in_order(connect, room, cellar, alice, bob):
    hers, his = await connect(alice), await connect(bob)
    acks = await asyncio.gather(
        *(socket.say(where, f"{n}") for n in range(10) for socket in (hers, his) for where in (room, cellar))
    )
    for where in (room, cellar):
        log = await apart(RoomLog.objects.get, room=where)
        mine = sorted(ack["seq"] for ack in acks if ack["room"] == where.pk)
        assert mine == list(range(log.last_seq - 19, log.last_seq + 1))
        for socket in (hers, his):
            told = await socket.reaches(where, log.head)
            assert all(one["to"] == two["from"] for one, two in itertools.pairwise(told))


async def test_an_ack_comes_before_the_event_of_its_own_message(connect, room, alice):
    hers = await connect(alice)
    ack = await hers.say(room, "hello")
    await hers.reaches(room, ack["event_seq"])
    kinds = [frame["cmd_type"] for frame in hers.frames if frame["cmd_type"] in ("ack", "changes")]
    assert kinds == ["ack", "changes"]


async def test_a_refused_post_is_refused_alone_and_in_the_words_of_its_author(connect, room, alice, bob, mo):
    mo.language = "zh-hans"
    await apart(mo.save, update_fields=["language"])
    hers, his = await connect(alice), await connect(mo)
    with pytest.raises(Refused) as refused:
        await asyncio.gather(hers.say(room, "hello"), his.say(room, "hello"))
    assert refused.value.code == "forbidden" and "加入" in str(refused.value)
    await hers.until(lambda: hers.events("changes", room), "her message")


async def test_a_page_goes_the_same_way(connect, room, alice, bob, mo):
    his = await connect(bob)
    posted = await apart(post_together, alice, room.pk, body="from a page", msg_id=str(uuid.uuid4()))
    await his.reaches(room, posted.event_seq)
    with pytest.raises(PermissionDenied):
        await apart(post_together, mo, room.pk, body="x", msg_id=str(uuid.uuid4()))


def test_without_a_hub_it_commits_at_once(room, alice):
    assert not bus.is_carried()
    posted = post_together(alice, room.pk, body="from a command", msg_id=str(uuid.uuid4()))
    assert Message.objects.get(pk=posted.id).body == "from a command"


async def test_somebody_elses_lock_holds_up_its_room_alone(connect, room, alice, bob):
    other = await apart(commit, services.create_room, alice, room.workspace, name="Hall")
    hers = await connect(alice)
    held, over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            RoomLog.objects.select_for_update(no_key=True).get(room=room)
            held.set()
            over.wait(5)

    holding = asyncio.create_task(apart(hold))
    await asyncio.to_thread(held.wait, 5)
    locked = asyncio.create_task(hers.say(room, "waits"))
    elsewhere = asyncio.create_task(hers.say(other, "goes on"))
    if connection.features.has_select_for_update:  # SQLite locks no rows, but everything
        await elsewhere
        assert not locked.done()
    over.set()
    await elsewhere
    await holding
    assert (await locked)["seq"] == (await apart(RoomLog.objects.get, room=room)).last_seq
