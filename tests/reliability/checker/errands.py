"""The records of what people do beside talking, as `shapes` has those of talking."""

from msgspec import Struct

from tests.reliability.checker.shapes import Record, Stated


class Watched(Record, tag="watched"):
    conn: int
    room: Stated


class Unwatched(Record, tag="unwatched"):
    conn: int
    room: int


class Notice(Struct, gc=False):
    """What somebody was notified of."""

    id: int
    kind: str
    room: int
    message: int
    seq: int


class Notified(Record, tag="notification"):
    conn: int
    id: int
    kind: str
    room: int
    message: int
    seq: int


class Notices(Record, tag="notifications"):
    """The list, at the end."""

    begun: float
    items: list[Notice]


class Upload(Record, tag="upload"):
    attachment: int
    hash: str


class File(Record, tag="file"):
    begun: float
    room: int
    message: int
    attachment: int
    status: int
    hash: str = ""


class Found(Struct, gc=False):
    id: int
    room: int
    seq: int


class Search(Record, tag="search"):
    """For a word that is in one message only."""

    begun: float
    word: str
    room: int
    message: int
    found: list[Found]


class Draft(Record, tag="draft"):
    begun: float
    room: int
    hash: str
    knew: int | None
    version: int | None
    status: int


class Begun(Struct, gc=False):
    room: int
    hash: str
    version: int


class Drafts(Record, tag="drafts"):
    begun: float
    drafts: list[Begun]


class Did(Record, tag="did"):
    what: str
    method: str
    begun: float
    status: int
    message: int
    room: int
