"""What is said in the demo: lines of a play, room by room, each with the time at which it was said."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `at` is `4d 09:02` (so many days ago, at this time) or `35m` (so many minutes ago); `to` and `key` tie replies to what they answer.

    `likes` is `👍 mei tomas, 🎉 jun`; `files` are names of `making.FILES`.
    """

    at: str
    who: str
    body: str
    key: str = ""
    to: str = ""
    title: str = ""
    likes: str = ""
    files: tuple[str, ...] = ()
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A room with its people (`*`: everybody but the guest) and its talk; `unread` is how many last messages the host has not read."""

    name: str
    topic: str
    lines: list[Line]
    kind: str = "public"
    threads: str = "flat"
    people: str = "*"
    unread: int = 0
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """A direct conversation of the host with these people."""

    people: str
    lines: list[Line] = field(default_factory=list)
    unread: int = 0
