"""Who you are: people, where they are signed in, their tries at it, and what moderators did."""

import functools
import hashlib
import secrets
import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.agents import device_name
from accounts.names import validate_display_name, validate_username
from accounts.zones import validate_time_zone


class Notify(models.TextChoices):
    """Of what somebody wants to be notified in a room."""

    ALL = "all", _("everything")
    MENTIONS = "mentions", _("mentions")
    NOTHING = "nothing", _("nothing")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a bot."""

    username = models.CharField(_("username"), max_length=32, validators=[validate_username])
    display_name = models.CharField(_("display name"), max_length=80, blank=True, validators=[validate_display_name])
    email = models.EmailField(_("e-mail"), blank=True)
    avatar = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Name of the picture's file; empty for initials."
    )
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    do_not_disturb = models.BooleanField(
        _("do not disturb"),
        default=False,
        db_default=False,
        help_text="Chosen by the person, and kept until they choose otherwise.",
    )
    notify = models.CharField(
        _("notify me of"), max_length=10, choices=Notify, default=Notify.MENTIONS, db_default="mentions"
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, help_text="In the person's own time zone.")
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    mail_missed = models.BooleanField(_("mail me what I missed"), default=True, db_default=True)
    is_bot = models.BooleanField(_("bot"), default=False)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Raised when the name or the picture changes."
    )
    user_seq = models.BigIntegerField(default=1, editable=False, help_text="The version of what is personal.")

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="username_once", violation_error_message=_("This username is taken.")
            )
        ]

    def __str__(self) -> str:
        return self.shown_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """The one spelling that is kept: `Alice` and `alice` are one person."""
        return unicodedata.normalize("NFKC", username).lower()

    @property
    def shown_name(self) -> str:
        """The display name, else the username."""
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.shown_name

    def get_short_name(self) -> str:
        return self.shown_name


class Block(models.Model):
    """Somebody who wants to hear nothing from another: no direct messages, no notifications, their messages folded."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.user_id} blocks {self.blocked_id}"


def new_sid() -> str:
    return secrets.token_urlsafe(16)


def hash_of(session_key: str) -> str:
    """How a session key stands in `Session.key_hash`: who reads the table cannot come in with it."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def is_over(now: datetime, expires_at: datetime, last_seen_at: datetime, stamp: str, password: str) -> bool:
    """Whether a session with this row is past its life, unused for too long, or of another password (its hash) than its person has now."""
    return expires_at <= now or last_seen_at + settings.SESSION_IDLE <= now or not _is_of(password, stamp)


@functools.lru_cache(20_000)
def _is_of(password: str, stamp: str) -> bool:
    # Asked for each socket at each sweep; both change when a password does.
    return constant_time_compare(stamp, User(password=password).get_session_auth_hash())


class Session(models.Model):
    """A device on which somebody is signed in: the row decides, not the session store.

    It is read together with its user at each request: by `sid` from a token, by `key_hash` from a cookie.
    Whatever ends a session deletes this row first.
    """

    sid = models.CharField(max_length=32, primary_key=True, default=new_sid)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    key_hash = models.CharField(
        max_length=64, unique=True, null=True, help_text="SHA-256 of the session key; null for tokens."
    )
    refresh_jti = models.CharField(max_length=32, null=True, help_text="The one refresh token that is valid now.")
    previous_jti = models.CharField(max_length=32, null=True)
    rotated_at = models.DateTimeField(null=True)
    stamp = models.CharField(
        max_length=128,
        blank=True,
        help_text="user.get_session_auth_hash(): a differing one ends the session; empty once its person is deactivated.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    user_agent = models.CharField(max_length=256, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-last_seen_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"

    def is_over(self, now: datetime) -> bool:
        """Past its life, unused for too long, or of another password than its person has now."""
        return is_over(now, self.expires_at, self.last_seen_at, self.stamp, self.user.password)

    @property
    def is_program(self) -> bool:
        """Does it come with tokens instead of a cookie?"""
        return self.key_hash is None

    @property
    def device_name(self) -> str:
        """The browser and system, as far as they can be told."""
        return device_name(self.user_agent)


class Tries(models.Model):
    """Failed tries at signing in under one key (an account, an address, a device) until a moment."""

    key = models.CharField(max_length=96, primary_key=True)
    n = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.key}: {self.n}"


class UsedTicket(models.Model):
    """A socket ticket that was used: the primary key makes the second use fail, in any process."""

    jti = models.CharField(max_length=32, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti


class AuditQuerySet(models.QuerySet):
    """Reads and adds; a sweeping change is refused like one of a single row."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("The audit log is only added to.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit log is only added to.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("The audit log is only added to.")


class AuditEntry(models.Model):
    """What somebody did to another's account, room or message. Rows are only ever added."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=64)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_type} {self.target_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The audit log is only added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit log is only added to.")
