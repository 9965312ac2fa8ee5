"""An import from its first line to its last: look through the file, make the people, then batch after batch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path

from django.db import connection

from accounts.models import User
from accounts.names import clean_line
from messaging.importing import statements
from messaging.importing.naming import MessageIds, with_usernames
from messaging.importing.numbering import Draft
from messaging.importing.patience import committed
from messaging.importing.people import People
from messaging.importing.places import Places, Threads, thread_title
from messaging.importing.reading import BadLine, Line, read
from messaging.importing.rendering import Renderers
from messaging.importing.writing import settle, write_batch
from rooms.models import Workspace

BATCH = {"sqlite": 500, "postgresql": 1000}
"""Messages of a transaction. On SQLite whoever writes waits for the whole of it; on PostgreSQL every question costs a way there and back."""


@dataclass(slots=True)
class Survey:
    """What is in a file. As large as there are people and rooms, however many messages."""

    lines: int = 0
    messages: int = 0
    bad: int = 0
    authors: set[str] = field(default_factory=set)
    rooms: set[str] = field(default_factory=set)


@dataclass(slots=True, frozen=True)
class Step:
    """What one batch came to: messages read, and how many of them are new."""

    read: int
    new: int


def survey(path: Path, tell: Callable[[int, BadLine], None]) -> Survey:
    """Look through the whole file before anything is written, and `tell` of each bad line. Raises Damaged and OSError."""
    found = Survey()
    for number, line in read(path):
        found.lines += 1
        if isinstance(line, BadLine):
            found.bad += 1
            tell(number, line)
        else:
            found.messages += 1
            found.authors.add(line.author)
            found.rooms.add(line.slug)
    return found


class Import:
    """One run over one file, which may be the second or the tenth: what is there already is passed over."""

    def __init__(self, path: Path, found: Survey, *, actor: User, workspace: Workspace, processes: int) -> None:
        self.path, self.found, self.processes, self.workspace = path, found, processes, workspace
        self.people = People(actor, workspace)
        self.places = Places(actor, workspace)
        self.threads = Threads()

    def run(self) -> Iterator[Step]:
        """Import, a step for each batch once it is committed. Raises PermissionDenied for a room that nothing may be written into."""
        self.places.find(self.found.rooms)
        self.people.make(self.found.authors)
        with Renderers(self.processes) as renderers:
            for batch, rendered in renderers.drawn(self._batches(), lambda batch: [one.body for one in batch.drafts]):
                for draft, drawn in zip(batch.drafts, rendered, strict=True):
                    draft.rendered = drawn
                yield Step(batch.read, self._write(batch.drafts))
        committed(settle, self.places.ids())

    def _write(self, drafts: list[Draft]) -> int:
        if not drafts:
            return 0
        self.threads.load(draft.room for draft in drafts)
        new, roots = committed(write_batch, self.workspace, self.threads, drafts)
        self.threads.remember(roots)
        return new

    def _batches(self) -> Iterator["_Batch"]:
        ids = MessageIds()
        for lines in batched(_messages(self.path, self.found.lines), BATCH[connection.vendor]):
            sent = [(self.people[line.author].id, ids.of(line)) for line in lines]
            before = statements.known(sent)
            new = [(line, *key) for line, key in zip(lines, sent, strict=True) if key not in before]
            yield _Batch(len(lines), [self._draft(line, author, msg_id) for line, author, msg_id in new])

    def _draft(self, line: Line, author: int, msg_id: str) -> Draft:
        body, names = with_usernames(line.text, self.people.username_of)
        people = [self.people[name] for name in names]
        return Draft(
            room=self.places.room(line.slug, clean_line(line.room)),
            title=thread_title(line.title),
            author=author,
            msg_id=msg_id,
            at=line.at,
            body=body,
            named={person.username: person.id for person in people},
        )


@dataclass(slots=True, frozen=True)
class _Batch:
    read: int
    drafts: list[Draft]


def _messages(path: Path, lines: int) -> Iterable[Line]:
    """The messages of the first `lines` lines: what a program appended since the survey comes with the next run."""
    for (_number, line), _left in zip(read(path), range(lines), strict=False):
        if not isinstance(line, BadLine):
            yield line
