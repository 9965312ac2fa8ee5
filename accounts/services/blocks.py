"""Blocking a person: no direct messages, no notifications from them, their messages folded. They are not told."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import broadcasts
from accounts.models import Block, User
from accounts.services.personal import touch


def block(actor: User, user: User) -> tuple[Block, bool]:
    """Want to hear nothing from `user`; the second value is whether that is new. Raises ValidationError for oneself."""
    if user.pk == actor.pk:
        raise ValidationError({"user": _("Nobody blocks themselves.")})
    row, new = Block.objects.get_or_create(user=actor, blocked=user)
    if new:
        broadcasts.settings_changed(actor.pk, touch(actor.pk))
    return row, new


def unblock(actor: User, user_id: int) -> None:
    """Hear from them again. Raises Block.DoesNotExist for whom one does not block."""
    gone, _per_model = Block.objects.filter(user=actor, blocked__pk=user_id).delete()
    if not gone:
        raise Block.DoesNotExist
    broadcasts.settings_changed(actor.pk, touch(actor.pk))


def blocked_by(user: User) -> frozenset[int]:
    """The ids of those whom `user` blocks."""
    return frozenset(Block.objects.filter(user=user).values_list("blocked_id", flat=True))
