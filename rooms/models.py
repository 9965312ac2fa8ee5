"""Where you may be: the installation, its workspaces, their rooms, and who is in them."""

import secrets
import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Notify
from accounts.names import validate_display_name
from rooms import querysets

User = settings.AUTH_USER_MODEL

SLOW_MODE_UP_TO = 6 * 3600
"""The longest wait between two messages of one person, in seconds."""


class Installation(models.Model):
    """The one row of this installation: the incarnation of its log, and whether it was set up."""

    epoch = models.UUIDField(default=uuid.uuid4)
    set_up_at = models.DateTimeField(null=True)
    set_up_key = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the one-time key in the set-up link."
    )

    def __str__(self) -> str:
        return str(self.epoch)

    @property
    def is_set_up(self) -> bool:
        return self.set_up_at is not None


class Role(models.TextChoices):
    GUEST = "guest", _("guest")
    MEMBER = "member", _("member")
    MODERATOR = "moderator", _("moderator")
    ADMIN = "admin", _("admin")
    OWNER = "owner", _("owner")


class RoomRole(models.TextChoices):
    MEMBER = "member", _("member")
    MODERATOR = "moderator", _("moderator")


class Workspace(models.Model):
    """A community: people with roles, and rooms."""

    name = models.CharField(_("name"), max_length=80, validators=[validate_display_name])
    created_at = models.DateTimeField(default=timezone.now)

    objects = querysets.WorkspaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")

    def __str__(self) -> str:
        return self.name


class WorkspaceMembership(models.Model):
    """Somebody's place in a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="workspace_memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = querysets.WorkspaceMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("workspace member")
        verbose_name_plural = _("workspace members")
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="workspace_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"


class Room(models.Model):
    """A conversation. What changes with every message is in its `RoomLog`."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    class History(models.TextChoices):
        SHARED = "shared", _("all of it")
        JOINED = "joined", _("from their joining on")

    class Threads(models.TextChoices):
        FLAT = "flat", _("replies quote")
        THREADED = "threaded", _("replies gather in threads")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, null=True, related_name="rooms")
    slug = models.CharField(max_length=80, null=True, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True, validators=[validate_display_name])
    topic = models.CharField(_("topic"), max_length=250, blank=True, validators=[validate_display_name])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PUBLIC)
    history = models.CharField(_("who joins sees"), max_length=10, choices=History, default=History.SHARED)
    threads = models.CharField(_("replies"), max_length=10, choices=Threads, default=Threads.FLAT)
    open_to_web = models.BooleanField(_("open to the web"), default=False)
    slow_mode_seconds = models.PositiveIntegerField(
        _("slow mode, seconds"), default=0, validators=[MaxValueValidator(SLOW_MODE_UP_TO)]
    )
    archived_at = models.DateTimeField(null=True, editable=False)
    members_count = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    direct_key = models.CharField(
        max_length=64, null=True, unique=True, editable=False, help_text="SHA-256 of the ids of a direct room's people."
    )

    members = models.ManyToManyField(User, through="Membership", related_name="rooms")

    objects = querysets.RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.UniqueConstraint(fields=["workspace", "slug"], name="room_slug_once")]

    def __str__(self) -> str:
        """The name, where everybody of the workspace may know it: the admin shows this to who has no business in a private room."""
        return self.name if self.kind == self.Kind.PUBLIC else f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class RoomLog(models.Model):
    """The numbers of a room: one narrow row, locked by everything that changes the room."""

    room = models.OneToOneField(Room, on_delete=models.CASCADE, primary_key=True, related_name="log")
    last_seq = models.BigIntegerField(default=0, help_text="The number of the latest message.")
    head = models.BigIntegerField(default=0, help_text="The number of the latest change.")
    posted = models.BigIntegerField(default=0, help_text="How many ordinary messages there are.")


class Membership(models.Model):
    """Somebody's place in a room, with their read mark."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=RoomRole, default=RoomRole.MEMBER)
    joined_seq = models.BigIntegerField(help_text="The seq of the message of this joining.")
    joined_event_seq = models.BigIntegerField()
    joined_at = models.DateTimeField(default=timezone.now)
    notify = models.CharField(
        max_length=10,
        null=True,
        choices=Notify,
    )
    hears_all = models.BooleanField(
        default=False, db_default=False, help_text="Their level here is `all`, by this place or by their settings."
    )
    is_hidden = models.BooleanField(
        default=False, db_default=False, help_text="Of a direct room: not shown to this person until its next message."
    )
    posted_at = models.DateTimeField(null=True, help_text="When they last posted here, kept in slow mode only.")
    last_read_seq = models.BigIntegerField()
    read_posted = models.BigIntegerField(help_text="`posted` of the room at the read mark.")
    own_after = models.BigIntegerField(default=0, help_text="My own ordinary messages after the mark.")
    receipt_seq = models.BigIntegerField(help_text="The highest mark ever reached, which others may see.")

    objects = querysets.MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="room_member_once")]
        indexes = [models.Index(fields=["room"], condition=Q(hears_all=True), name="member_hears_all")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"

    @property
    def is_moderator(self) -> bool:
        return self.role == RoomRole.MODERATOR


class Ban(models.Model):
    """Somebody who may not come back, to a room or (where `room` is null) to a workspace, for a time or for good."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="bans")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="bans")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bans")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    objects = querysets.BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="room_ban_once"),
            models.UniqueConstraint(fields=["workspace", "user"], condition=Q(room=None), name="workspace_ban_once"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.user_id} from {'workspace' if self.room_id is None else 'room'} {self.room_id or self.workspace_id}"
        )

    @property
    def is_over(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


def new_code() -> str:
    return secrets.token_urlsafe(16)


class Invitation(models.Model):
    """A link that lets its holder into a workspace, and into one room of it where `room` is set."""

    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="invitations")
    role = models.CharField(
        max_length=10, choices=[(Role.GUEST, _("guest")), (Role.MEMBER, _("member"))], default=Role.MEMBER
    )
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    max_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_usable(self) -> bool:
        """Whether it still opens a door; `accept_invitation` decides anew, in the database."""
        used_up = self.max_uses is not None and self.uses >= self.max_uses
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not used_up and not expired
