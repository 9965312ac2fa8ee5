"""The query vocabulary of messages: always through the viewer."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rooms.models import Membership, Room


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Messages that `user` may read now.

        A member's: all, or from their joining on where the room's history says so. A public room's with shared history: of
        everyone who sees the room.
        """
        mine = Membership.objects.filter(room=OuterRef("room"), user=user)
        readable = Room.objects.visible_to(user).filter(pk=OuterRef("room"), history=Room.History.SHARED)
        return self.filter(
            Exists(readable)
            | Q(Exists(mine.filter(joined_seq__lte=OuterRef("seq"))), room__history=Room.History.JOINED)
        )

    def changed_between(self, after, head):
        """Messages whose latest change is numbered above `after` and up to `head`, in that order."""
        return self.filter(event_seq__gt=after, event_seq__lte=head).order_by("event_seq")

    def wire(self):
        """With the author of each row, in the same SELECT: one number has one content."""
        return self.select_related("author")
