"""The query vocabulary of messages: always through the viewer."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rooms.models import Membership, Room, Workspace


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Messages that `user` may read now.

        A member's: all, or from their joining on where the room's history says so. A public room's with shared history: of
        everyone who sees the room.
        """
        mine = Membership.objects.of(user).filter(room=OuterRef("room"))
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


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Files of messages that `user` may read now, and those of their own that no message has claimed."""
        from messaging.models import Message

        read = Exists(Message.objects.visible_to(user).filter(pk=OuterRef("message")))
        return self.filter(read | Q(message=None, uploader=user.pk) if user.is_authenticated else read)


class ReportQuerySet(models.QuerySet):
    def waiting(self):
        """Open reports, the oldest first."""
        return self.filter(state="open").order_by("created_at", "pk")

    def visible_to(self, user):
        """Reports that `user` decides on the pages: of messages that they may read anyway, in rooms that they moderate, and not of their own."""
        from messaging.models import Message

        # Row by row: SQLite would make a list of all messages that they see of an IN.
        readable = Message.objects.visible_to(user).filter(pk=OuterRef("message"))
        moderated = Room.objects.moderated_by(user).filter(pk=OuterRef("message__room"))
        return self.filter(Exists(readable), Exists(moderated)).exclude(message__author=user)

    def in_admin_of(self, user):
        """Reports that `user` decides in the admin: a superuser all, others those of their workspaces' rooms, private ones too.

        A report is the one way by which somebody reads there what they could not read in the room.
        """
        if not user.is_staff:
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.filter(message__room__workspace__in=Workspace.objects.moderated_by(user)).exclude(
            message__author=user
        )
