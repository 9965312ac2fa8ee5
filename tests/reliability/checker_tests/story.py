"""A small world that writes the log that its clients would: right until a test spoils it."""

import json
from pathlib import Path
from typing import Any

from tests.reliability.checker import Rules, Violation, check
from tests.reliability.checker_tests.world import ALICE, BOB, CAROL, KINDS, OPEN, PRIVATE, USERS, YOUNG, World, digest


class Story(World):
    """Alice owns all rooms; Bob and Carol are in the first, Bob in all. `files` and `dump` are what a test may spoil."""

    def __init__(self) -> None:
        super().__init__()
        self.t, self.typed = 100.0, 0
        self.files: dict[str, list[dict[str, Any]]] = {"admin": []}
        self.note("admin", "who", seed=7, command="bin/reliability --seed 7", started=0)
        self.conns: dict[str, int] = {}
        self.live: set[str] = set()
        self.dump: dict[str, Any] = {}
        for name, user in USERS.items():
            self.note(name, "who", client=name, user=user, base="http://x")
        for room in self.rooms.values():
            self.system(room, ALICE, "room_created", None)
            self.enter(room, ALICE)
        for user, room in ((BOB, OPEN), (CAROL, OPEN), (BOB, PRIVATE), (BOB, YOUNG)):
            self.add(user, room)
        for name in USERS:
            self.connect(name)

    # --- records ---

    def note(self, file: str, op: str, **fields: Any) -> dict[str, Any]:
        self.t = round(self.t + 0.01, 3)
        record = {"t": self.t, "op": op} | fields
        self.files.setdefault(file, []).append(record)
        return record

    def last(self, name: str, op: str, nth: int = 1, **fields: Any) -> dict[str, Any]:
        """The last record of a file with this `op` and these fields, or the `nth` before the end."""
        found = [one for one in self.files[name] if one["op"] == op and fields.items() <= one.items()]
        return found[-nth]

    def wait(self, seconds: float) -> None:
        self.t += seconds

    # --- people ---

    def deliver(self, room: int, row: dict[str, Any]) -> None:
        """The newest change, to all sockets of members."""
        here = self.rooms[room]
        for name in sorted(self.live):
            if USERS[name] in here.members and here.head > here.members[USERS[name]][1]:
                rows = [self.told(row)] if row["seq"] >= here.first(USERS[name]) else []
                numbers = {"room": room, "from": here.head - 1, "to": here.head}
                self.note(name, "changes", conn=self.conns[name], **numbers, rows=rows, via="live")

    def overhear(self, name: str, room: int) -> dict[str, Any]:
        """The newest change, to one socket, whoever may hear it."""
        here = self.rooms[room]
        row = self.told(max(here.rows.values(), key=lambda row: row["event_seq"]))
        numbers = {"room": room, "from": here.head - 1, "to": here.head}
        return self.note(name, "changes", conn=self.conns[name], **numbers, rows=[row], via="live")

    def connect(self, name: str) -> None:
        self.conns[name] = self.conns.get(name, -1) + 1
        self.live.add(name)
        self.note(name, "connect", conn=self.conns[name], base="http://x")
        mine = [room for room in self.rooms.values() if USERS[name] in room.members]
        rooms = [self.stated(room, USERS[name]) for room in mine]
        self.note(name, "hello", conn=self.conns[name], epoch=self.epoch, user_seq=1, rooms=rooms)
        for room in mine:
            self.history(name, room.id)

    def disconnect(self, name: str, code: int | None = None) -> None:
        self.live.discard(name)
        self.note(name, "closed", conn=self.conns[name], code=code, reason="")

    def history(self, name: str, room: int) -> dict[str, Any]:
        here = self.rooms[room]
        first = here.first(USERS[name]) if USERS[name] in here.members else 1
        rows = [self.told(row) for seq, row in here.rows.items() if seq >= first]
        told = {"room": room, "head": here.head, "epoch": self.epoch, "rows": rows}
        return self.note(name, "history", conn=self.conns[name], base="http://x", **told, via="socket")

    def sync(self, name: str, room: int, after: int) -> dict[str, Any]:
        here, conn = self.rooms[room], self.conns[name]
        self.note(name, "ask", conn=conn, cmd="sync", msg_id="s", after={str(room): after})
        rows = [self.told(row) for row in here.rows.values() if row["event_seq"] > after]
        rows.sort(key=lambda row: row["event_seq"])
        return self.note(
            name, "changes", conn=conn, room=room, **{"from": after, "to": here.head}, rows=rows, via="sync"
        )

    def intend(self, name: str, room: int, body: str | None = None) -> dict[str, Any]:
        """Something typed; without a body, "ok" as so often."""
        self.typed += 1
        token = f"{name}:{self.typed}" if body else None
        text = f"{token} {body}" if body else "ok"
        return self.note(name, "intend", room=room, msg_id=f"m{self.typed}", hash=digest(text), token=token)

    def ask(self, name: str, sent: dict[str, Any], **fields: Any) -> dict[str, Any]:
        asked = {key: sent[key] for key in ("room", "msg_id", "hash")} | fields
        return self.note(name, "ask", conn=self.conns[name], cmd="message.send", **asked)

    def commit(self, name: str, sent: dict[str, Any], **fields: Any) -> dict[str, Any]:
        room = self.rooms[sent["room"]]
        return self.row(room, USERS[name], "", hash=sent["hash"], msg_id=sent["msg_id"], **fields)

    def ack(self, name: str, sent: dict[str, Any], row: dict[str, Any], **fields: Any) -> dict[str, Any]:
        told = {"msg_id": sent["msg_id"], "room": sent["room"], "duplicate": False}
        told |= {key: row[key] for key in ("id", "seq", "event_seq")} | fields
        return self.note(name, "ack", conn=self.conns[name], cmd="message.send", **told)

    def say(self, name: str, room: int, body: str | None = None, **fields: Any) -> dict[str, Any]:
        """Typed, asked, committed, acked, delivered; the row."""
        sent = self.intend(name, room, body)
        self.ask(name, sent)
        row = self.commit(name, sent, **fields)
        self.ack(name, sent, row)
        self.deliver(room, row)
        return row

    def edit(self, name: str, room: int, row: dict[str, Any], body: str) -> None:
        self.typed += 1
        told = {"conn": self.conns[name], "cmd": "message.edit", "msg_id": f"m{self.typed}", "message": row["id"]}
        self.note(name, "ask", **told, hash=digest(body))
        self.change(room, row, hash=digest(body), edited=True)
        self.note(name, "ack", **told, event_seq=row["event_seq"])
        self.deliver(room, row)

    def delete(self, name: str, room: int, row: dict[str, Any]) -> None:
        self.typed += 1
        told = {"conn": self.conns[name], "cmd": "message.delete", "msg_id": f"m{self.typed}", "message": row["id"]}
        self.note(name, "ask", **told)
        self.change(room, row, hash=digest(""), deleted=True, mentions=[])
        self.note(name, "ack", **told, event_seq=row["event_seq"])
        self.deliver(room, row)

    def read(self, name: str, room: int, seq: int, cmd: str = "read") -> dict[str, Any]:
        here, user = self.rooms[room], USERS[name]
        self.note(name, "ask", conn=self.conns[name], cmd=cmd, msg_id="r", room=room)
        here.marks[user] = seq
        told = here.counts(user) | {"last_seq": here.last_seq, "user_seq": 1}
        return self.note(name, "ack", conn=self.conns[name], cmd=cmd, msg_id="r", room=room, **told)

    # --- members ---

    def add(self, user: int, room: int) -> dict[str, Any]:
        here, begun = self.rooms[room], self.t
        row = self.system(here, ALICE, "added", user)
        self.enter(here, user)
        added = self.note("admin", "add", room=room, user=user, begun=begun, acked=self.t + 0.01)
        for name in sorted(self.live):
            if USERS[name] == user:
                told = {"user_seq": 1, "rooms": [self.stated(here, user)], "gone": []}
                self.note(name, "rooms", conn=self.conns[name], **told, via="changed")
                self.history(name, room)
        self.deliver(room, row)
        return added

    def remove(self, user: int, room: int, *, heard: bool = True) -> dict[str, Any]:
        """The sockets are told, unless not `heard`."""
        here, begun = self.rooms[room], self.t
        row = self.system(here, ALICE, "removed", user)
        del here.members[user], here.marks[user]
        removal = self.note("admin", "remove", room=room, user=user, begun=begun, acked=self.t + 0.01, how="removed")
        for name in sorted(self.live) if heard else ():
            if USERS[name] == user:
                left = {"room": room, "event_seq": row["event_seq"], "reason": "removed"}
                self.note(name, "left", conn=self.conns[name], **left)
        self.deliver(room, row)
        return removal

    # --- the end ---

    def held(self, name: str) -> dict[str, Any]:
        user = USERS[name]
        rooms = []
        for room in self.rooms.values():
            if user in room.members:
                rows = {seq: self.told(row) for seq, row in room.rows.items() if seq >= room.first(user)}
                lines = {str(seq): f"{row['event_seq']}:{row['state']}" for seq, row in rows.items()}
                kept = {"id": room.id, "cursor": room.head, "low": room.first(user), "rows": lines}
                rooms.append(kept | room.counts(user))
        return {"connected": name in self.live, "epoch": self.epoch, "user_seq": 1, "rooms": rooms}

    def end(self) -> "Story":
        self.note("admin", "quiet")
        for name in USERS:
            self.note(name, "final", **self.held(name))
            if name in self.live:
                self.disconnect(name, 1000)
            self.note(name, "fresh", **self.held(name))
        self.dump = {"epoch": self.epoch, "rooms": {}, "messages": [], "members": []}
        for room in self.rooms.values():
            kind, history = KINDS[room.id]
            log = {"last_seq": room.last_seq, "head": room.head, "kind": kind, "history": history}
            self.dump["rooms"][str(room.id)] = log
            self.dump["messages"] += [{"room": room.id} | row for row in room.rows.values()]
            self.dump["members"] += [
                {
                    "room": room.id,
                    "user": user,
                    "joined_seq": seq,
                    "joined_event_seq": number,
                    "last_read_seq": room.marks[user],
                }
                for user, (seq, number) in room.members.items()
            ]
        return self

    def write(self, folder: Path) -> None:
        for name, records in self.files.items():
            lines = [json.dumps(record) for record in records]
            (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
        (folder / "dump.json").write_text(json.dumps(self.dump))

    def check(self, folder: Path, rules: Rules = Rules()) -> list[Violation]:  # noqa: B008 (it is frozen)
        self.write(folder)
        return check(folder, rules)


def invariants(violations: list[Violation]) -> list[str]:
    """Which were broken."""
    return sorted({violation.invariant for violation in violations})


def final(story: Story, name: str, room: int) -> dict[str, Any]:
    """A room as a client holds it in the end."""
    return next(one for one in story.last(name, "final")["rooms"] if one["id"] == room)


def fresh(story: Story, name: str, room: int) -> dict[str, Any]:
    """A room as the same person finds it afresh."""
    return next(one for one in story.last(name, "fresh")["rooms"] if one["id"] == room)
