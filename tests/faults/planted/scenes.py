"""What happens on stage: each scene is made for the bugs that it shows, and violates nothing where there is none."""

import asyncio
import contextlib
import dataclasses
import itertools
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.faults import redis_killed
from tests.faults.planted.scene import ALICE, BOB, CLEO, DAN, LATE, OPEN, PRIVATE, Scene

NOTIFIED_WITHIN = 6.0
"""Seconds in which every notification has come, also one that a bug delays."""


@dataclass(frozen=True)
class Script:
    """A scene, the `bugs` that it shows, and what its stage must have."""

    play: Callable[[Scene], Awaitable[None]]
    bugs: tuple[str, ...]
    processes: int = 1
    crash: str = ""
    is_traced: bool = False
    """Whether the server meets something there that it has no answer for: its log holds a trace."""


SCRIPTS: dict[str, Script] = {}


def shows(*bugs: str, **more) -> Callable:
    def register(play: Callable[[Scene], Awaitable[None]]) -> Callable[[Scene], Awaitable[None]]:
        SCRIPTS[play.__name__] = Script(play, bugs, **more)
        return play

    return register


# --- one process ---


@shows("ack_before_commit")
async def killed_once_somebody_has_an_ack(scene: Scene) -> None:
    """The process is killed within milliseconds of an ack."""
    for _time in range(2):
        said = scene.say(BOB)
        await scene.acked(said)
        await scene.kill(scene.house.servers[0])
        await scene.all_level()


@shows("no_dedupe", "retry_with_a_new_msg_id", crash="after_commit:3")
async def crash_between_commit_and_ack(scene: Scene) -> None:
    """The third message is committed, and nobody is told: its sender tries again."""
    said = [scene.say(who) for who in (ALICE, BOB, CLEO)]
    await scene.crash(scene.house.servers[0])
    await scene.acked(*said)


@shows("number_outside_the_transaction", crash="before_commit:3")
async def crash_before_a_commit(scene: Scene) -> None:
    """The third message is written and not committed: its sender tries again."""
    said = [scene.say(who) for who in (ALICE, BOB, CLEO)]
    await scene.crash(scene.house.servers[0])
    await scene.acked(*said)


@shows("dedupe_by_content")
async def somebody_says_ok_twice(scene: Scene) -> None:
    """The same words, twice on purpose."""
    await scene.acked(*(scene.say(BOB, body="ok") for _time in range(2)))


@shows("sequence_instead_of_lock", "doorbell_trusted")
async def two_talk_at_once(scene: Scene) -> None:
    """Two people write into one room as fast as they are answered."""
    await scene.acked(*(scene.say(who) for _time in range(20) for who in (BOB, CLEO)))


@shows("publish_before_commit", is_traced=True)
async def the_commit_fails(scene: Scene) -> None:
    """A message is written and its commit fails, as at a broken disk; then somebody else's takes its number."""
    with uncommittable(scene.house.sqlite, "unlucky"):
        unlucky = scene.say(BOB, body="unlucky")
        await scene.until(lambda: scene.errors, "somebody's commit has failed")
        await scene.acked(scene.say(CLEO))
    await scene.acked(unlucky)


@contextlib.contextmanager
def uncommittable(database: Path, body: str):
    """Meanwhile no message with that body can be committed: a foreign key that is looked at then, and only then, is broken."""
    with contextlib.closing(sqlite3.connect(database, autocommit=True)) as connection:
        connection.execute(
            f"CREATE TRIGGER fault AFTER INSERT ON messaging_message WHEN NEW.body = '{body}' BEGIN "
            "INSERT INTO messaging_mention (message_id, room_id, seq, author_id) VALUES (NEW.id, NEW.room_id, NEW.seq, -1); END"
        )
        yield
        connection.execute("DROP TRIGGER fault")


@shows("membership_checked_at_connect")
async def somebody_is_removed_while_others_talk(scene: Scene) -> None:
    """What is said behind a removal is not for who was removed."""
    await scene.acked(scene.say(ALICE, PRIVATE))
    await scene.take_out(BOB, PRIVATE)
    await scene.acked(*(scene.say(CLEO, PRIVATE) for _time in range(5)))


@shows("edit_shown_by_its_own_number", "catch_up_without_interval")
async def an_old_message_is_edited(scene: Scene) -> None:
    """Who joined later must not see what was said before, though it changes now: not live, and not when they catch up."""
    await scene.take_out(BOB, LATE)
    before = [scene.say(ALICE, LATE) for _time in range(2)]
    await scene.acked(*before)
    await scene.bring(BOB, LATE)
    await scene.acked(scene.say(CLEO, LATE))
    await scene.heard(BOB, LATE, await scene.edit(ALICE, before[0]))
    async with scene.away(BOB):
        await scene.edit(ALICE, before[1])
    await scene.all_level()


@shows("rights_read_before_rows")
async def somebody_is_removed_while_they_catch_up(scene: Scene) -> None:
    """Between the question and its answer somebody loses the room, and something is said there."""
    for who in (BOB, CLEO, DAN):
        async with scene.away(who):
            await scene.acked(scene.say(ALICE, PRIVATE))
        client = scene.client(who)
        await scene.until(lambda client=client: client.is_connected, "they are back")
        await asyncio.sleep(0.2)  # their question is there by then, and half of what answers it read
        await scene.take_out(who, PRIVATE)
        await scene.acked(scene.say(ALICE, PRIVATE))
        await asyncio.sleep(1.5)  # the answer is there by then


@shows("socket_outlives_its_session")
async def somebody_signs_out_while_others_talk(scene: Scene) -> None:
    """What is said behind it is not for that socket. (Then they sign in again.)"""
    signing_out = asyncio.create_task(scene.churn.sign_out(scene.client(BOB)))
    for _time in range(30):
        await scene.acked(scene.say(ALICE))
        await asyncio.sleep(0.1)
    await signing_out


@shows("epoch_not_noticed")
async def an_older_state_is_restored(scene: Scene) -> None:
    """The last messages are gone, the epoch is another, and everybody has to drop what they hold."""
    [server], database = scene.house.servers, scene.house.sqlite
    backup = scene.folder / "backup.sqlite3"
    await scene.acked(*(scene.say(who) for who in (ALICE, BOB, CLEO)))
    dumped_at = time.monotonic()
    await asyncio.to_thread(copy_database, database, backup)
    await scene.acked(*(scene.say(who) for who in (ALICE, BOB, CLEO)))
    await asyncio.to_thread(copy_database, backup, database)
    epoch = (await asyncio.to_thread(server.manage, "new_epoch")).strip()
    scene.note("epoch", epoch=epoch, dumped_at=dumped_at)
    with contextlib.suppress(AssertionError):  # where nobody notices there is nothing to wait for
        await scene.until(lambda: {client.book.epoch for client in scene.clients} == {epoch}, "all know of it", 6)
    await scene.all_level()
    await scene.acked(scene.say(DAN))


def copy_database(source: Path, target: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)


# --- what one finds by other ways than the room ---


@shows("search_outlives_access")
async def somebody_searches_a_room_that_they_lost(scene: Scene) -> None:
    """A word that was said there is found by members, before and behind somebody's removal by nobody else."""
    await scene.acked(scene.say(ALICE, PRIVATE))
    await scene.take_out(BOB, PRIVATE)
    for who in (BOB, CLEO):
        await scene.people[who].errands.search_for(scene.client(who), scene.saying())


@shows("file_outlives_access", "thumbnail_outlives_access")
async def somebody_fetches_a_file_of_a_room_that_they_lost(scene: Scene) -> None:
    """They know where the picture and its thumbnail are."""
    kept, thumbnail = await scene.say_with_picture(ALICE, PRIVATE)
    small = dataclasses.replace(kept, url=thumbnail)
    for _time in range(2):
        for who, one in itertools.product((BOB, CLEO), (kept, small)):
            await scene.people[who].errands.get(scene.client(who), one)
        await scene.take_out(BOB, PRIVATE)


@shows("notification_outlives_access")
async def somebody_lost_the_room_of_a_notification(scene: Scene) -> None:
    """They were named there, and know of it; then they lose the room, and look at their list."""
    await scene.acked(scene.say(ALICE, PRIVATE, body=f"@{scene.people[BOB].name}, do you read this?"))
    await scene.notified(BOB)
    await scene.take_out(BOB, PRIVATE)


@shows("recipients_known_at_posting")
async def somebody_loses_a_room_before_they_are_notified(scene: Scene) -> None:
    """They are named, and removed before anybody comes to tell them."""
    said = scene.say(ALICE, PRIVATE, body=f"@{scene.people[BOB].name}, goodbye")
    await scene.acked(said)
    await scene.take_out(BOB, PRIVATE)
    await asyncio.sleep(NOTIFIED_WITHIN)


@shows("draft_lost_between_devices")
async def somebody_writes_on_two_devices(scene: Scene) -> None:
    """The second goes on with what the first began; then the first, which was not told, writes again."""
    room, client, errands = scene.room(OPEN).id, scene.client(BOB), scene.people[BOB].errands
    first = await errands.write_draft(client, room, "from the first device", None)
    await errands.write_draft(client, room, "from the second", first)
    await errands.write_draft(client, room, "from the first again", first)


# --- two processes: Bob and Dan are at the first, Alice and Cleo at the second ---


@shows("no_sweep", processes=2, crash="after_ack:3")
async def crash_before_the_doorbell(scene: Scene) -> None:
    """The last message of a room is acked, and its doorbell is never rung: who is at the other process has nothing to wonder about."""
    said = [scene.say(CLEO) for _time in range(3)]
    await scene.crash(scene.house.servers[1])
    await scene.acked(*said)


@shows("pubsub_loss_ignored", processes=2)
async def redis_is_away_for_the_last_message(scene: Scene) -> None:
    """The last message of a room is posted while Redis is down; then it is back, and nobody comes or goes."""
    with scene.fault("redis"):
        async with redis_killed(scene.house):
            await scene.acked(scene.say(CLEO))
    elsewhere = scene.client(BOB).book.rooms[scene.room(PRIVATE).id]
    for _time in range(30):  # until doorbells are heard again
        said = scene.say(CLEO, PRIVATE)
        await scene.acked(said)
        await asyncio.sleep(0.5)
        if elsewhere.cursor >= said.ack["event_seq"]:
            return
    raise AssertionError("Redis is back, and doorbells are not heard")
