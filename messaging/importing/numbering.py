"""The numbers of imported messages: those that the same messages would have got one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from messaging.importing.places import Root, Topic
from messaging.markdown import Rendered
from messaging.models import Message
from rooms.models import RoomLog


@dataclass(slots=True)
class Draft:
    """A message of the file on its way: all of it but its numbers. `named` are those whom it mentions, username to id."""

    room: int
    title: str
    author: int
    msg_id: str
    at: datetime
    body: str
    named: Mapping[str, int]
    rendered: Rendered | None = None

    @property
    def topic(self) -> Topic:
        return self.room, self.title


class Numbering:
    """Turns drafts into messages under the locks of their rooms, and advances the logs; writes nothing.

    A reply takes its own number, then its thread's root takes one, as in `messaging.services.posting`.
    """

    def __init__(self, logs: Mapping[int, RoomLog], roots: Mapping[Topic, Root]) -> None:
        self.logs, self.stored = logs, roots
        self.messages: list[Message] = []
        self.new_roots: dict[Topic, Message] = {}
        self.grown: dict[int, tuple[int, int]] = {}
        self._answers: list[tuple[Message, Message]] = []

    def add(self, draft: Draft, readers: Iterable[int]) -> None:
        """Number one draft; mentions of people who are not among `readers` stay text."""
        log = self.logs[draft.room]
        log.last_seq += 1
        log.head += 1
        log.posted += 1
        message = _message(draft, log, set(readers))
        if draft.title:
            self._place(message, draft, log)
        self.messages.append(message)

    def _place(self, message: Message, draft: Draft, log: RoomLog) -> None:
        if root := self.new_roots.get(draft.topic):
            log.head += 1
            root.replies += 1
            root.event_seq = log.head
            message.reply_to_seq = root.seq
            self._answers.append((message, root))
        elif stored := self.stored.get(draft.topic):
            log.head += 1
            count, _before = self.grown.get(stored.id, (0, 0))
            self.grown[stored.id] = count + 1, log.head
            message.reply_to_id = message.thread_root_id = stored.id
            message.reply_to_seq = stored.seq
        else:
            message.thread_title = draft.title
            self.new_roots[draft.topic] = message

    def first(self) -> list[Message]:
        """The messages that can be written at once."""
        answers = {id(message) for message, _root in self._answers}
        return [message for message in self.messages if id(message) not in answers]

    def then(self) -> list[Message]:
        """Those whose roots are among the first, which have ids by now."""
        for message, root in self._answers:
            message.reply_to_id = message.thread_root_id = root.pk
        return [message for message, _root in self._answers]


def _message(draft: Draft, log: RoomLog, readers: set[int]) -> Message:
    assert draft.rendered is not None  # noqa: S101 - for the type checker; every draft goes through the renderers
    told = {name: pk for name, pk in draft.named.items() if pk in readers and name.casefold() in draft.rendered.names}
    return Message(
        room_id=draft.room,
        seq=log.last_seq,
        event_seq=log.head,
        created_event_seq=log.head,
        posted=log.posted,
        author_id=draft.author,
        body=draft.body,
        html=draft.rendered.finish({name.casefold(): pk for name, pk in told.items()}, all=False),
        mentions={"users": sorted(told.values()), "all": False},
        created_at=draft.at,
        msg_id=draft.msg_id,
    )
