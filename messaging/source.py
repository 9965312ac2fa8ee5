"""What the engine asks of the layers above it."""

from django.db.models import Exists, OuterRef
from django.template.loader import get_template
from django.utils import translation

from accounts import sessions
from accounts.models import User
from chatsite.realtime.source import Repair, Snapshot, Sweep
from messaging import wire
from messaging.models import Message
from messaging.resume import MAX_BEHIND
from rooms.models import Membership, Room, RoomLog
from rooms.services import epoch
from rooms.snapshot import people_in, rooms_of
from rooms.wire import shared


class DatabaseSource:
    """The `chatsite.realtime.source.Source` of this installation."""

    def rooms_of(self, user: int) -> Snapshot:
        return rooms_of(user)

    def changes(self, room: int, after: int, users: list[int]) -> Repair:
        """Heads first, then rows, then rights."""
        log = RoomLog.objects.select_related("room").get(room=room)
        too_far = log.head - after > MAX_BEHIND
        rows = [] if too_far else Message.objects.wire().filter(room=room).changed_between(after, log.head)
        messages = wire.messages(rows)
        people = wire.named_in(messages)
        members = {
            user: (joined_event_seq, joined_seq)
            for user, joined_event_seq, joined_seq in Membership.objects.filter(
                room=room, user__in=users, is_hidden=False
            ).values_list("user", "joined_event_seq", "joined_seq")
        }
        found = Room.objects.get(pk=room)
        stated = shared(found, log, people_in([found]).get(room, ()))
        others = [user for user in users if user not in members]
        readers = self.readers(room, others) if others else set()
        if (found.kind, found.history) == (Room.Kind.PUBLIC, Room.History.SHARED):
            readers |= members.keys()
        return Repair(log.head, messages, members, stated, readers, people, too_far)

    def readers(self, room: int, users: list[int]) -> set[int]:
        readable = Room.objects.filter(pk=room).readable_by(OuterRef(OuterRef("pk")))
        return set(User.objects.filter(Exists(readable), pk__in=users).values_list("pk", flat=True))

    def members(self, rooms: list[int], up_to: int) -> dict[int, set[int]]:
        small = Room.objects.filter(pk__in=rooms, members_count__lte=up_to).values_list("pk", flat=True)
        found: dict[int, set[int]] = {room: set() for room in small}
        for room, user in Membership.objects.filter(room__in=found).values_list("room", "user"):
            found[room].add(user)
        return found

    def sweep(self, rooms: list[int], users: list[int], sids: list[str]) -> Sweep:
        return Sweep(
            epoch=str(epoch()),
            heads=dict(RoomLog.objects.filter(room__in=rooms).values_list("room", "head")),
            user_seqs=dict(User.objects.filter(pk__in=users).values_list("pk", "user_seq")),
            ended=sessions.ended(sids),
        )

    def draw(self, message: dict, people: dict[int, str], language: str) -> str:
        with translation.override(language or None):
            # A plain str: what a template renders is a subclass, which the encoder refuses.
            return "".join([_template().render({"message": message, "people": people})])


def _template():
    return get_template("messaging/message.html")
