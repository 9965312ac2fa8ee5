"""Measures what the frames of a real conversation weigh in JSON and in Protocol Buffers, and what making them costs.

    .venv/bin/python benchmarks/encodings.py --corpus ../shared/corpus/chat-100k.jsonl.gz

Every message is put into the frames in which it would travel: the command that sends it, its ack, the `changes` that everybody hears, and the
pages of `history` that hold it. Each frame is weighed as it is, without what people wrote (`body` and `html`), and compressed: by itself, and in
one stream of them, as permessage-deflate does it without and with its context kept.
"""

import argparse
import gzip
import itertools
import json
import sys
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf import json_format

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chatsite.realtime import envelope, proto  # noqa: E402
from messaging.importing.naming import room_slug, usernames, with_usernames  # noqa: E402
from messaging.markdown import render  # noqa: E402
from tests.reliability import proto as client  # noqa: E402

PAGE = 50
"""Messages of a `history`, unless told."""
TIMED = 2_000
"""Frames whose making is timed, in each of ROUNDS."""
ROUNDS = 7

type Frame = tuple[str, str, dict]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--messages", type=int, default=100_000)
    return parser.parse_args()


# --- The conversation ----------------------------------------------------------------------------------------------


def messages(path: Path, count: int) -> Iterator[dict[str, Any]]:
    """Each message as it is when it has just been posted. Every second person has a picture."""
    authors: dict[str, dict[str, Any]] = {}
    rooms: dict[str, int] = {}
    topics: dict[tuple[str, str], int] = {}
    seqs: dict[str, int] = {}

    def author_of(name: str) -> dict[str, Any]:
        if name not in authors:
            picture = f"/avatars/{uuid.uuid5(uuid.NAMESPACE_URL, name).hex}.webp" if len(authors) % 2 else ""
            authors[name] = {
                "id": len(authors) + 1,
                "username": next(usernames(name)),
                "display_name": name,
                "avatar_url": picture,
                "is_bot": False,
            }
        return authors[name]

    with gzip.open(path, "rt") as lines:
        for number, line in enumerate(itertools.islice(lines, count), 1):
            said = json.loads(line)
            slug, topic = room_slug(said["room"]), (said["room"], said["topic"])
            seqs[slug] = seqs.get(slug, 0) + 1
            root = topics.setdefault(topic, number)
            body, named = with_usernames(said["body"], lambda name: author_of(name)["username"])
            people = {authors[name]["username"]: authors[name]["id"] for name in named}
            at = datetime.fromtimestamp(said["sent_at"] + number % 1000 / 1000, UTC)
            yield {
                "id": number,
                "room": rooms.setdefault(slug, len(rooms) + 1),
                "seq": seqs[slug],
                "event_seq": 2 * seqs[slug],
                "kind": "message",
                "author": author_of(said["author"]),
                "body": body,
                "html": render(body).finish(people, all=False),
                "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "edited_at": None,
                "deleted_at": None,
                "reply_to": None,
                "thread": {"root": root, "replies": 0, **({"title": said["topic"][:120]} if root == number else {})},
                "mentions": {"users": sorted(people.values()), "all": False},
                "reactions": [],
                "attachments": [],
                "previews": [],
                "pinned_at": None,
                "msg_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(number))),
            }


def changes(message: dict) -> Frame:
    """What everybody in the room hears."""
    end = message["event_seq"]
    cause = {"kind": "created", "user": message["author"]["id"]}
    payload = {"room": message["room"], "from": end - 1, "to": end, "messages": [message], "cause": cause}
    return "", "changes", payload


def ack(message: dict) -> Frame:
    """What its author is answered."""
    told = {name: message[name] for name in ("id", "room", "seq", "event_seq", "created_at")}
    return message["msg_id"], "ack", told | {"duplicate": False}


def page(found: list[dict]) -> Frame:
    """An answer to `history`."""
    payload = {
        "epoch": str(uuid.UUID(int=1)),
        "head": found[-1]["event_seq"],
        "messages": found,
        "has_before": True,
        "has_after": False,
    }
    return str(uuid.UUID(int=2)), "history", payload


def command(message: dict) -> Frame:
    """What its author's client sends."""
    return message["msg_id"], "message.send", {"room": message["room"], "body": message["body"]}


# --- The scales ----------------------------------------------------------------------------------------------------


class Scales:
    """Bytes of one kind of frame, in both encodings."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes = {how: [0, 0] for how in ("as they are", "without body and html", "deflated singly", "deflated")}
        self._streams = [zlib.compressobj(6, wbits=-15), zlib.compressobj(6, wbits=-15)]

    def weigh(self, whole: tuple[bytes, bytes], bare: tuple[bytes, bytes]) -> None:
        self.frames += 1
        for which in (0, 1):
            stream, data = self._streams[which], whole[which]
            self.bytes["as they are"][which] += len(data)
            self.bytes["without body and html"][which] += len(bare[which])
            self.bytes["deflated singly"][which] += len(zlib.compress(data, 6, -15))
            self.bytes["deflated"][which] += len(stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH))


def both(frame: Frame) -> tuple[bytes, bytes]:
    """The frame in JSON and in Protocol Buffers."""
    msg_id, cmd_type, payload = frame
    if cmd_type == "message.send":
        return envelope.encode(*frame), client.encode(*frame)
    return envelope.encode(*frame), proto.encode(msg_id, "ack" if cmd_type == "history" else cmd_type, payload)


def weigh(found: Iterator[dict]) -> dict[str, Scales]:
    """All kinds of frames of these messages."""
    kinds: dict[str, Callable[[list[dict]], Iterator[Frame]]] = {
        "`message.send`": lambda batch: map(command, batch),
        "its `ack`": lambda batch: map(ack, batch),
        "`changes`": lambda batch: map(changes, batch),
        f"`history` of {PAGE}": lambda batch: iter([page(batch)]),
    }
    scales = {name: Scales() for name in kinds}
    for batch in itertools.batched(found, PAGE):
        bare = [message | {"body": "", "html": ""} for message in batch]
        for name, frames_of in kinds.items():
            for frame, bare_frame in zip(frames_of([*batch]), frames_of(bare), strict=True):
                scales[name].weigh(both(frame), both(bare_frame))
    return scales


# --- The clock -----------------------------------------------------------------------------------------------------


def microseconds(make: Callable[[Any], Any], things: list) -> float:
    """CPU time of one making, in the best of ROUNDS."""
    best = float("inf")
    for _round in range(ROUNDS):
        began = time.process_time()
        for thing in things:
            make(thing)
        best = min(best, time.process_time() - began)
    return best / len(things) * 1e6


def parse_dict(frame: Frame) -> bytes:
    """As protobuf's own way from dicts would make it, of what is converted already."""
    _number, kind, convert = proto._sent()["changes"]
    return json_format.ParseDict(convert(frame[2]), kind()).SerializeToString()


def main() -> None:
    asked = arguments()
    scales = weigh(messages(asked.corpus, asked.messages))
    print("| frame | number | | JSON, bytes each | Protocol Buffers | of JSON |\n| --- | --- | --- | --- | --- | --- |")
    for name, found in scales.items():
        for how, (in_json, in_proto) in found.bytes.items():
            each = f"{in_json / found.frames:,.1f} | {in_proto / found.frames:,.1f} | {in_proto / in_json:.1%}"
            print(f"| {name} | {found.frames:,} | {how} | {each} |")
    some = [*messages(asked.corpus, TIMED)]
    live, sends = [*map(changes, some)], [*map(command, some)]
    timed: dict[str, tuple[Callable[[Any], Any], list]] = {
        "`changes`, JSON": (lambda frame: envelope.encode(*frame), live),
        "`changes`, Protocol Buffers": (lambda frame: proto.encode(*frame), live),
        "`changes`, by `json_format.ParseDict`": (parse_dict, live),
        "`message.send` read, JSON": (envelope.decode, [both(frame)[0].decode() for frame in sends]),
        "`message.send` read, Protocol Buffers": (proto.decode, [both(frame)[1] for frame in sends]),
    }
    print("\n| | microseconds |\n| --- | --- |")
    for name, (make, things) in timed.items():
        print(f"| {name} | {microseconds(make, things):.1f} |")


if __name__ == "__main__":
    main()
