"""Saved messages: what somebody keeps for later, and nobody else knows of."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import touch
from messaging import broadcasts
from messaging.models import Message, SavedMessage
from messaging.services.finding import require_living, visible


def save_message(user: User, message_id: int, *, origin: str = "") -> SavedMessage:
    """Keep the message; one that is kept already stays where it is.

    Raises as `visible`, PermissionDenied for a system message, Conflict for a deleted one.
    """
    message = visible(user, message_id)
    if message.is_system:
        raise PermissionDenied(_("This cannot be saved."))
    require_living(message)
    saved, new = SavedMessage.objects.get_or_create(user=user, message=message)
    if new:
        broadcasts.saved_changed(user.pk, touch(user.pk), origin=origin)
    return saved


def unsave_message(user: User, message_id: int, *, origin: str = "") -> None:
    """Keep it no longer; what is not kept, or not there, changes nothing. So does nobody learn whether it is there."""
    gone, _rows = SavedMessage.objects.filter(
        user=user, message__in=Message.objects.filter(pk=message_id).values("pk")
    ).delete()
    if gone:
        broadcasts.saved_changed(user.pk, touch(user.pk), origin=origin)


def saved_by(user: User) -> QuerySet[SavedMessage]:
    """What `user` keeps and may still see, with the messages: who lost a room sees nothing of it, and what was deleted is gone here, too."""
    visible_now = Message.objects.visible_to(user).filter(deleted_at=None)
    return SavedMessage.objects.filter(user=user, message__in=visible_now).select_related(
        "message__author", "message__room"
    )
