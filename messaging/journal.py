"""The rooms' journal: joining, renaming and the like are written into the room's log as system messages."""

from accounts.models import User
from chatsite.realtime.bus import publish
from chatsite.realtime.events import Change
from messaging import clock, wire
from messaging.mentions import mentions_after_marks
from messaging.models import Draft, Message
from rooms.models import Room, RoomLog
from rooms.ports import SystemEntry
from rooms.wire import shared as shared_members

LOSES_THE_ROOM = {"left", "removed", "banned"}


class MessageJournal:
    """The `rooms.ports.Journal` of this installation."""

    def write(
        self,
        room: Room,
        log: RoomLog,
        *,
        actor: User,
        event: str,
        user: User | None = None,
        old=None,
        new=None,
        shared: bool = False,
        reason: str = "",
    ) -> SystemEntry:
        """Write one system message; `log` is locked by the caller, and is saved with its new numbers."""
        log.last_seq += 1
        log.head += 1
        log.save(update_fields=["last_seq", "head"])
        concerned = user or actor
        system = {
            "event": event,
            "user": concerned.pk if user or event in LOSES_THE_ROOM else None,
            "old": old,
            "new": new,
        }
        if user and actor.pk != user.pk:
            system["by"] = actor.pk
        message = Message.objects.create(
            room=room,
            seq=log.last_seq,
            event_seq=log.head,
            created_event_seq=log.head,
            kind=Message.Kind.SYSTEM,
            system={name: value for name, value in system.items() if value is not None},
            author=actor,
            created_at=clock.now(),
            posted=log.posted,
        )
        if event in LOSES_THE_ROOM:
            Draft.objects.filter(user=concerned, room=room).delete()
        publish(
            Change(
                room=room.pk,
                event_seq=log.head,
                message=wire.message(message),
                cause={"kind": "system", "user": actor.pk},
                people={actor.pk: actor.shown_name, concerned.pk: concerned.shown_name},
                shared=shared_members(room, log) if shared else None,
                removed=concerned.pk if event in LOSES_THE_ROOM else None,
                reason=reason or (event if event in LOSES_THE_ROOM else ""),
            )
        )
        return SystemEntry(seq=log.last_seq, event_seq=log.head)


class MentionCounts:
    """The `rooms.ports.Counts` of this installation."""

    def mentions(self, user_id: int, marks: dict[int, tuple[int, int]]) -> dict[int, int]:
        return mentions_after_marks(user_id, marks)
