"""What is said: messages, and what hangs on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.querysets import MessageQuerySet
from rooms.models import Room

User = settings.AUTH_USER_MODEL


def no_mentions() -> dict:
    return {"users": [], "all": False}


class Message(models.Model):
    """A message of a room, or a tombstone of one. Everything that its `event_seq` covers lies in this row, so that one number has one content."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        SYSTEM = "system", _("system message")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    seq = models.BigIntegerField(help_text="Its number in the room, from 1, without gaps.")
    event_seq = models.BigIntegerField(help_text="The number of its latest change.")
    created_event_seq = models.BigIntegerField(help_text="The number of its creation, which every ack of it repeats.")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MESSAGE)
    system = models.JSONField(null=True, help_text="{event, user?, by?, old?, new?} of a system message.")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="messages")
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    mentions = models.JSONField(default=no_mentions)
    reactions = models.JSONField(default=list, help_text="[{emoji, count, users}], at most 100 users each.")
    previews = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    reply_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reply_to_seq = models.BigIntegerField(null=True)
    thread_root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="thread",
        help_text="The root of a reply; null for a root.",
    )
    replies = models.PositiveIntegerField(default=0)
    thread_title = models.CharField(max_length=120, blank=True)
    posted = models.BigIntegerField(help_text="How many ordinary messages the room has up to this one.")
    msg_id = models.CharField(
        max_length=36, null=True, help_text="The author's own id of the sending: once per author, for ever."
    )
    sent_mac = models.BinaryField(max_length=32, null=True, help_text="Keyed hash of what was first sent.")
    sent_mac_key = models.CharField(max_length=8, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_seq_once"),
            models.UniqueConstraint(
                fields=["author", "msg_id"], condition=Q(msg_id__isnull=False), name="msg_id_once_per_author"
            ),
        ]
        indexes = [
            models.Index(fields=["room", "event_seq"], name="message_changes"),
            models.Index(fields=["thread_root", "seq"], condition=Q(thread_root__isnull=False), name="message_thread"),
        ]

    def __str__(self):
        return f"{self.room_id}/{self.seq}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def is_system(self) -> bool:
        return self.kind == self.Kind.SYSTEM


class Reaction(models.Model):
    """One person's emoji under a message. `Message.reactions` sums these up."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reaction_rows")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "emoji", "user"], name="reaction_once")]


class Mention(models.Model):
    """Somebody named in a living message, or all (where `user` is null): what `mentions` counts."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once"),
            models.UniqueConstraint(fields=["message"], condition=Q(user=None), name="mention_all_once"),
        ]
        indexes = [models.Index(fields=["room", "user", "seq"], name="mention_count")]
