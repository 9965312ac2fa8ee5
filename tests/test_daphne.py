"""On an ASGI server that is not ours nobody offers a line for ready-made frames: each goes by `send`, and people talk all the same."""

import asyncio
import itertools
import json
import subprocess
import sys
import urllib.request
import uuid

import pytest
import websockets

from tests.services import ROOT, free_port, wait_until

pytestmark = [pytest.mark.thorough, pytest.mark.once]

MAKE = """
import json
from accounts import tokens
from accounts.models import User
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Workspace, WorkspaceMembership
place = Workspace.objects.create(name="House")
people = [User.objects.create_user(name, password="x") for name in ("alice", "bob")]
for one in people:
    WorkspaceMembership.objects.create(workspace=place, user=one, role="member")
room = commit(services.create_room, people[0], place, name="Kitchen")
commit(services.join_room, people[1], room)
print(json.dumps({"room": room.pk, "tokens": [tokens.issue(one)["access"] for one in people]}))
"""


@pytest.fixture
def daphne(running_server):
    """A Chatsite that Daphne serves: its port, a room, and the tokens of Alice and Bob, who are in it."""
    server = running_server()
    server.stop()
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE],
        env=server.env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    port = free_port()
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "chatsite.asgi:application"]
    with server.log.open("ab") as log:
        process = subprocess.Popen(command, env=server.env, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port), 60, "Daphne serves")
        yield port, json.loads(made.stdout.splitlines()[-1])
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


async def hear(socket, cmd_type: str) -> dict:
    async with asyncio.timeout(10):
        while True:
            frame = json.loads(await socket.recv())
            if frame["cmd_type"] == cmd_type:
                return frame["payload"]


async def test_two_people_talk_on_daphne(daphne):
    port, made = daphne

    def connect(token, encoding):
        head = {"Authorization": f"Bearer {token}"}
        return websockets.connect(f"ws://127.0.0.1:{port}/ws/", subprotocols=[encoding], additional_headers=head)

    alice, bob = made["tokens"]
    async with connect(alice, "chat.v1.json") as hers, connect(bob, "chat.v1.html") as his, connect(bob, "chat.v1.proto") as phone:  # fmt: skip
        for socket in (hers, his):
            await hear(socket, "hello")
        assert isinstance(await phone.recv(), bytes)
        for n in range(20):
            said = {"room": made["room"], "body": f"{n}"}
            frame = {"msg_id": str(uuid.uuid4()), "cmd_type": "message.send", "payload": said}
            await hers.send(json.dumps(frame))
        heard = [await hear(his, "changes") for _ in range(20)]
        assert [one["messages"][0]["seq"] for one in heard] == list(
            range(heard[0]["messages"][0]["seq"], heard[0]["messages"][0]["seq"] + 20)
        )
        assert all(one["to"] == two["from"] for one, two in itertools.pairwise(heard))
        assert [(await hear(hers, "ack"))["room"] for _ in range(20)] == [made["room"]] * 20
