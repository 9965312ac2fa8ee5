"""Reactions: one emoji of one person under one message."""

import emoji as emojis
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.compiled import Compiled
from messaging import broadcasts
from messaging.models import Message, Reaction
from messaging.services.finding import Held, held, require_living

MAX_EMOJI = 20
"""Different emoji that one message takes."""
MAX_LISTED = 100
"""People whom a reaction lists."""


def add_reaction(actor: User, message_id: int, *, emoji: str) -> int:
    """Put `emoji` under the message in the actor's name; one already there changes nothing. Returns the message's `event_seq`.

    Raises ValidationError for an unknown emoji and for a 21st different one, Conflict under a deleted message, PermissionDenied in a
    room that is read only or not joined.
    """
    require_emoji(emoji)
    with held(actor, message_id) as place:
        message = place.message
        require_living(message)
        if emoji not in {one["emoji"] for one in message.reactions} and len(message.reactions) >= MAX_EMOJI:
            raise ValidationError(
                {"emoji": _("A message takes at most %(limit)d different emoji.") % {"limit": MAX_EMOJI}}
            )
        if _is_there(message.pk, actor.pk, emoji):
            return message.event_seq
        Reaction.objects.create(message=message, user=actor, emoji=emoji)
        return _sum_up(place, actor, emoji)


def remove_reaction(actor: User, message_id: int, *, emoji: str) -> int:
    """Take the actor's `emoji` away again; one that is not there changes nothing. Returns the message's `event_seq`. Raises as adding does."""
    require_emoji(emoji)
    with held(actor, message_id) as place:
        message = place.message
        require_living(message)
        gone, _rows = Reaction.objects.filter(message=message, user=actor, emoji=emoji).delete()
        return _sum_up(place, actor, emoji) if gone else message.event_seq


def mine(user: User, messages: list[dict]) -> dict[str, list[str]]:
    """`{message: [emoji]}` of `user` for those of `messages` in which a reaction's list of people is cut. No query where none is."""
    cut = [one["id"] for one in messages if any(r["count"] > len(r["users"]) for r in one["reactions"])]
    found: dict[str, list[str]] = {}
    if cut and user.is_authenticated:
        for message, emoji in Reaction.objects.filter(message__in=cut, user=user).values_list("message", "emoji"):
            found.setdefault(str(message), []).append(emoji)
    return found


def require_emoji(emoji: str) -> None:
    """Raises ValidationError for anything that is not one emoji of Unicode."""
    if len(emoji) > 32 or not emojis.is_emoji(emoji):
        raise ValidationError({"emoji": _("Expected one emoji.")})


def _sum_up(place: Held, actor: User, emoji: str) -> int:
    """Bring the message's own summary up to date for `emoji`; an emoji keeps the place of its first use."""
    message: Message = place.message
    users = _people(message.pk, emoji)
    count = len(users) if len(users) <= MAX_LISTED else Reaction.objects.filter(message=message, emoji=emoji).count()
    listed = {"emoji": emoji, "count": count, "users": users[:MAX_LISTED]}
    known = [one["emoji"] for one in message.reactions]
    if emoji not in known:
        message.reactions.append(listed)
    elif count:
        message.reactions[known.index(emoji)] = listed
    else:
        del message.reactions[known.index(emoji)]
    place.touch()
    message.save(update_fields=["reactions", "event_seq"])
    broadcasts.reaction_changed(message, by=actor.pk, emoji=emoji)
    return message.event_seq


_is_there = Compiled(
    lambda message, user, emoji: Reaction.objects.filter(message=message, user=user, emoji=emoji).values_list("pk"),
    strings=(2,),
)
_people = Compiled(
    lambda message, emoji: (
        Reaction.objects.filter(message=message, emoji=emoji)
        .order_by("pk")
        .values_list("user_id", flat=True)[: MAX_LISTED + 1]
    ),
    strings=(1,),
)
