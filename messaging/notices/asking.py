"""Whether a message may concern anybody: looked at while it is posted, by what posting has read anyway."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from messaging.models import Message
from messaging.notices.tasks import deliver
from rooms.models import Room

if TYPE_CHECKING:
    from messaging.services.statements import Place


def enqueue(messages: Iterable[Message], places: "Mapping[tuple[int, int], Place]") -> None:
    """Have it found out whom to tell of `messages`, which are being posted in this transaction from `places` (by room and author).

    One row for all that may concern anybody; no statement for a plain message in a room where nobody hears all.
    """
    wanted = [one.pk for one in messages if _may_concern_anybody(one, places[one.room_id, one.author_id])]
    if wanted:
        deliver.enqueue(wanted)


def _may_concern_anybody(message: Message, place: "Place") -> bool:
    return (
        place.is_heard
        or message.thread_root_id is not None
        or message.mentions["all"]
        or any(user != message.author_id for user in message.mentions["users"])
        or (place.kind == Room.Kind.DIRECT and place.members_count > 1)
    )
