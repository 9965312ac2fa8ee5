"""What goes round among the people of a run, whoever may know it: words to search for, addresses of files to try."""

from collections import deque
from dataclasses import dataclass

REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Saying:
    """A message with a word in it that is in no other."""

    word: str
    room: int
    message: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was sent with a message: where it is, and the hash of what is in it."""

    attachment: int
    url: str
    hash: str
    room: int = 0
    message: int = 0


class Grapevine:
    """The newest of both; the oldest are forgotten."""

    def __init__(self) -> None:
        self.sayings: deque[Saying] = deque(maxlen=REMEMBERED)
        self.files: deque[Kept] = deque(maxlen=REMEMBERED)
