"""What is said: messages, and what hangs on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.querysets import AttachmentQuerySet, MessageQuerySet, ReportQuerySet
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
    attachments = models.JSONField(
        default=list,
        db_default=[],
        help_text="[{id, name, size, content_type, width, height, thumbnail}], as the rows of `Attachment` say.",
    )
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
            models.Index(fields=["room", "pinned_at"], condition=Q(pinned_at__isnull=False), name="message_pinned"),
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


class Attachment(models.Model):
    """A file that somebody uploaded: theirs alone until a message of theirs claims it, and gone after a day if none does."""

    uploader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachment_rows")
    name = models.CharField(max_length=255, help_text="As its uploader called it, cleaned; never a path.")
    size = models.BigIntegerField(help_text="Bytes.")
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    file = models.CharField(max_length=100, help_text="Where the storage has it, under a random name.")
    thumbnail = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["created_at"], condition=Q(message=None), name="attachment_unclaimed")]

    def __str__(self):
        return self.name


class ThreadFollower(models.Model):
    """Somebody who follows a thread, or followed it once, and how far they have read in it."""

    root = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_following = models.BooleanField(default=True)
    read_seq = models.BigIntegerField(default=0, help_text="The seq of the last reply that they have read.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "user"], name="thread_follower_once")]


class SavedMessage(models.Model):
    """A message that somebody keeps for later."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="saved_once")]


class Draft(models.Model):
    """What somebody has begun to write in a room, or in a thread of it (`root`), on all their devices."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    root = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    body = models.TextField()
    reply_to = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.BigIntegerField(help_text="The `user_seq` of its latest change.")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "room"], condition=Q(root=None), name="draft_once_per_room"),
            models.UniqueConstraint(fields=["user", "root"], name="draft_once_per_thread"),
        ]


class Notification(models.Model):
    """Somebody was told of a message. Made by a task, once for each message and person."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("mention")
        DIRECT = "direct", _("direct message")
        REPLY = "reply", _("reply")
        MESSAGE = "message", _("message")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="When a digest was made of it, or was found to need none.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "room"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(
                fields=["created_at"], condition=Q(read_at=None, mailed_at=None), name="notification_unmailed"
            ),
        ]


class Report(models.Model):
    """Somebody asks the moderators to look at a message."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    handled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="report_once")]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="open"), name="report_open")]

    def __str__(self):
        return f"{self.message_id}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
