"""The workload of `tests.reliability` on servers that nothing happens to: the checker finds nothing, and the same seed means the same."""

import asyncio
import time
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest

from tests.faults.figures import spread
from tests.faults.house import LIMITS_OFF, PASSWORD
from tests.faults.planted import program
from tests.faults.planted.scene import BOB, on_stage
from tests.reliability.checker import check, explain
from tests.reliability.plan import Load, beginning, directs, membership, schedule
from tests.reliability.record import client_logs, read
from tests.reliability.target import PublicTarget
from tests.reliability.workload import Workload
from tests.server import Server

SECONDS = 20
COMMANDS = {
    "message.send", "message.edit", "message.delete", "message.pin", "reaction.add", "read", "history", "rooms", "presence",
}  # fmt: skip
ERRANDS = {
    "upload", "file", "search", "draft", "did", "tell", "open", "hide", "watched", "notification", "notifications", "drafts",
}  # fmt: skip
ALL_OFTEN = {"files": 0.1, "directs": 3.0, "watches": 1.0, "pins": 1.0, "signs": 2.0}
"""Of what is rare in a run, so much that in 20 s it happens."""

COUNT_TASKS = """
from chatsite.tasks.models import PendingTask
print(PendingTask.objects.filter(every=None, failed_at=None).count())
"""


def set_up(server: Server) -> None:
    server.manage("set_up", "--workspace", "House", "--owner", "olga", "--email", "olga@example.org", stdin=PASSWORD)


class Product(PublicTarget):
    """Servers of Chatsite, of which one may be asked what it has left to do: on a slow machine a task may be at its second attempt."""

    def __init__(self, servers: list[Server]) -> None:
        super().__init__([server.url for server in servers])
        self.server = servers[0]

    async def at_rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not int(await asyncio.to_thread(self.server.manage, "shell", "--no-imports", "-c", COUNT_TASKS)):
                return


async def run(servers: list[Server], folder: Path, load: Load, seed: int = 1) -> Workload:
    """A run without faults, whose logs the checker has no complaint about."""
    await asyncio.to_thread(set_up, servers[0])
    workload = Workload(Product(servers), folder, seed, load)
    await workload.settle()
    await workload.start()
    await asyncio.sleep(SECONDS)
    await workload.stop()
    await workload.close()
    figures = workload.figures
    acks, deliveries = [took for _at, took in workload.ack_times], [took for _at, took in workload.deliveries]
    print(
        f"{len(servers)} processes, seed {seed}, {workload.acked} acked: acks {spread(acks)}; deliveries {spread(deliveries)};"
        f" errors {dict(Counter(code for _at, code, _took in workload.errors))}; away {spread(figures.away)}"
    )
    violations = check(folder)
    assert not violations, explain(violations, folder)
    return workload


def told(folder: Path) -> Counter[str]:
    """How often each kind of record, and each command's ack, stands in the logs."""
    found: Counter[str] = Counter()
    for path in [*client_logs(folder), folder / "admin.jsonl"]:
        for record in read(path):
            found[record["op"]] += 1
            found[f"{record['op']} {record.get('cmd')}"] += 1
    return found


def everything_happened(folder: Path, workload: Workload) -> None:
    """A run that proves nothing because nothing happened would pass otherwise."""
    found = told(folder)
    assert workload.acked > SECONDS * workload.load.rate / 3
    assert not [cmd for cmd in COMMANDS if not found[f"ack {cmd}"]]
    wanted = ("read_back", "reuse", "remove", "add", "revoke", "left", "rooms", "room", "final", "fresh")
    assert not [op for op in (*wanted, *ERRANDS) if not found[op]]
    codes = Counter(code for _at, code, _seconds in workload.errors)
    assert codes["conflict"] >= found["reuse"]
    assert workload.figures.away, "who signed out came back"


@pytest.mark.faults
@pytest.mark.once
@pytest.mark.timeout(180)
async def test_a_load_on_one_process_with_sqlite_leaves_nothing_to_complain_about(running_server, tmp_path) -> None:
    workload = await run([running_server(env=LIMITS_OFF)], tmp_path / "logs", Load(logouts=0.3, **ALL_OFTEN))
    everything_happened(tmp_path / "logs", workload)


@pytest.mark.faults
@pytest.mark.once
@pytest.mark.timeout(180)
async def test_a_load_on_two_processes_with_postgresql_and_redis_leaves_nothing_to_complain_about(
    start_pair, tmp_path
) -> None:
    workload = await run(start_pair(), tmp_path / "logs", Load(rate=60, logouts=0.3, **ALL_OFTEN))
    everything_happened(tmp_path / "logs", workload)


@pytest.mark.faults
@pytest.mark.once
@pytest.mark.timeout(180)
async def test_who_is_told_to_be_slower_is_slower_and_nothing_is_lost(running_server, tmp_path) -> None:
    """With the limits as they are meant, a crowd that types too fast is refused, waits, and delivers in the end."""
    server = running_server(env={"REGISTRATION": "open", "SENDS_PER_SECOND": "1", "SENDS_BURST": "2"})
    load = Load(people=8, rooms=3, members=6, rate=12, churn=0.3, second_devices=100)
    workload = await run([server], tmp_path / "logs", load)
    assert "rate_limited" in {code for _at, code, _seconds in workload.errors}


@pytest.mark.faults
@pytest.mark.once
async def test_the_socket_of_an_earlier_sign_in_goes_on_when_a_later_one_ends(tmp_path) -> None:
    """Where a renewal's answer is lost, somebody signs in anew: their sign-out is that of the new session, and is not laid to the old one's socket."""
    async with on_stage(tmp_path, program("")) as scene:
        client = scene.client(BOB)
        number = client.connection.number
        await client.session.sign_in()
        await scene.churn.sign_out(client)
        await scene.acked(scene.say(BOB))
        assert client.connection.number == number
    violations = check(tmp_path)
    assert not violations, explain(violations, tmp_path)


async def test_an_invitation_opens_the_door_where_registration_needs_one(running_server) -> None:
    server = running_server(env=LIMITS_OFF | {"REGISTRATION": "invite"})
    await asyncio.to_thread(set_up, server)
    target = PublicTarget([server.url], "olga", PASSWORD)
    first, second = [await target.make_user(name) for name in ("alice", "p1")]
    assert first.user != second.user
    assert (await second.session(target.bases).call("GET", "users/me/"))["id"] == second.user


def test_the_same_seed_is_the_same_schedule_and_another_is_another() -> None:
    load = Load()
    assert beginning(5, load, 2000) == beginning(5, load, 2000) != beginning(6, load, 2000)
    assert membership(5, load) == membership(5, load) != membership(6, load)


def test_the_schedule_keeps_its_rates_its_order_and_its_hands_off_the_witness() -> None:
    load = Load()
    minutes = list(takewhile(lambda intention: intention.at < 600, schedule(3, load)))
    assert [one.at for one in minutes] == sorted(one.at for one in minutes)
    counts = Counter(one.act for one in minutes)
    assert counts["send"] == pytest.approx(600 * load.rate, rel=0.05)
    churn = [one for one in minutes if one.act in ("join", "leave", "add", "remove", "ban")]
    assert len(churn) == pytest.approx(600 * load.churn, rel=0.2)
    assert 0 not in {one.who for one in churn}
    assert 0 not in {one.who for one in minutes if one.act == "sign_out"}


def test_what_came_later_changes_nothing_of_the_rest() -> None:
    """Each kind of act has a stream of its own."""

    def talk(load: Load) -> list:
        return [one for one in beginning(4, load, 3000) if one.act in ("send", "edit", "leave")][:500]

    quiet = dict.fromkeys(
        ("directs", "searches", "fetches", "drafts", "follows", "saves", "pins", "signs", "watches"), 0
    )
    assert talk(Load()) == talk(Load(**quiet))


def test_direct_rooms_are_of_few_and_the_same_for_the_same_seed() -> None:
    found = directs(5, Load())
    assert found == directs(5, Load()) != directs(6, Load())
    assert {len(people) for people in found} == {1, 2, 3}
    assert len({frozenset(people) for people in found}) == len(found)


def test_everybody_is_somewhere_and_the_witness_everywhere() -> None:
    rooms = membership(9, Load())
    assert all(people[0] == 0 and len(people) == 10 for people in rooms)
    assert {who for people in rooms for who in people} == set(range(40))
