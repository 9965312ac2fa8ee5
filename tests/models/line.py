"""A client's connection in the test's own process: the real application behind the engine tests' socket, and a device that hears all of it."""

import asyncio
from collections.abc import Callable

import msgspec
from channels.testing import WebsocketCommunicator

from chatsite.asgi import application
from tests.engine.conftest import WAIT, Refused, Socket
from tests.models.device import Device


class Line:
    """One device of `who`, connected or not. `watch(line, frame)` sees each frame right before the device hears it."""

    def __init__(self, who: str, device: Device, encoding: str, watch: Callable[["Line", dict], None]):
        self.who, self.device, self.encoding, self.watch = who, device, encoding, watch
        self.socket: Socket | None = None
        self._taken = 0

    @property
    def is_open(self) -> bool:
        return self.socket is not None

    async def connect(self, token: str) -> None:
        """Connect and hear `hello`."""
        headers = [(b"authorization", b"Bearer " + token.encode())]
        communicator = WebsocketCommunicator(application, "/ws/", headers=headers, subprotocols=[self.encoding])
        accepted, _subprotocol = await communicator.connect(timeout=WAIT)
        assert accepted
        self.socket, self._taken = Socket(communicator), 0
        await self.until(lambda: self._taken, "hello")

    async def disconnect(self) -> None:
        if self.socket:
            await self.socket.leave()
            self.socket = None
            self.device.disconnect()

    async def ask(self, cmd_type: str, *, msg_id: str = "", **payload) -> dict:
        """Send a command as the device, and return its ack's payload once the device heard it. Raises Refused for an error."""
        return await self.answer(self.device.ask(cmd_type, msg_id=msg_id, **payload))

    async def answer(self, msg_id: str) -> dict:
        """The answer to what the device wanted to ask by this `msg_id`."""
        socket = self.socket
        socket.answers.pop(msg_id, None)
        await self.until(lambda: msg_id not in self.device.asked, f"the answer to {msg_id}")
        answer = socket.answers[msg_id]
        if answer["cmd_type"] == "error":
            raise Refused(answer["payload"])
        return answer["payload"]

    async def until(self, found: Callable[[], object], what: str) -> None:
        """Hear what comes and ask what the device wants until `found()`. Fails after WAIT seconds; raises Closed where the socket closes."""
        while True:
            await self.socket.until(lambda: self._take() and found(), f"{what} at {self.who}")
            await self._hear_all()
            if found():
                return

    async def _hear_all(self) -> None:
        """What left together with the last frame that was awaited."""
        while not self.socket.communicator.output_queue.empty():  # noqa: ASYNC110 - the queue tells nobody
            await asyncio.sleep(0)
        async with self.socket.heard:  # the socket has put down what it took
            self._take()

    def _take(self) -> bool:
        while self._taken < len(self.socket.frames):
            frame = self.socket.frames[self._taken]
            self._taken += 1
            self.watch(self, frame)
            self.device.hear(frame)
        for msg_id, cmd_type, payload in self.device.wants:
            text = msgspec.json.encode({"msg_id": msg_id, "cmd_type": cmd_type, "payload": payload}).decode()
            self.socket.communicator.input_queue.put_nowait({"type": "websocket.receive", "text": text})
        self.device.wants.clear()
        return True
