"""What sockets hear in either encoding, as JSON has it."""

from typing import Any

import msgspec

from chatsite.realtime import proto
from tests.reliability import proto as client


def read(output: dict[str, Any]) -> dict[str, Any]:
    """The frame that the application sent."""
    if output.get("bytes") is not None:
        return dict(zip(("msg_id", "cmd_type", "payload"), client.decode(output["bytes"]), strict=True))
    return msgspec.json.decode(output["text"])


def write(encoding: str, msg_id: str, cmd_type: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A client's frame, as ASGI has it."""
    if encoding == "chat.v1.proto":
        return {"type": "websocket.receive", "bytes": client.encode(msg_id, cmd_type, payload)}
    frame = {"msg_id": msg_id, "cmd_type": cmd_type, "payload": payload}
    return {"type": "websocket.receive", "text": msgspec.json.encode(frame).decode()}


def require_both(frames: list[dict[str, Any]]) -> None:
    """Whatever a socket was told in JSON must come through Protocol Buffers unharmed: no test is needed for a payload of its own."""
    for frame in frames:
        told = frame["msg_id"], frame["cmd_type"], frame["payload"]
        assert client.decode(proto.encode(*told)) == told
