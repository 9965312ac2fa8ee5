"""Editing and deleting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from chatsite.realtime.errors import Conflict
from messaging import broadcasts, clock, markdown, mentions, notices, search
from messaging.models import Mention, Message, no_mentions
from messaging.services import attachments
from messaging.services.finding import Held, held, require_living
from messaging.services.texts import clean_body, require_text, require_title
from messaging.wire import moment
from rooms.permissions import may_moderate

KEEP = object()
"""Stands for a title that is not mentioned, hence kept."""


@dataclass(slots=True, frozen=True)
class Edited:
    event_seq: int
    edited_at: datetime | None

    def wire(self) -> dict:
        """As the protocol has it."""
        return {"event_seq": self.event_seq, "edited_at": moment(self.edited_at)}


def edit_message(author: User, message_id: int, *, body: str, edited_at: str | None, title: Any = KEEP) -> Edited:
    """Replace the text of one's own message, and its title where one is given (None removes it).

    `edited_at` is what the editor last saw, as the protocol writes it. Raises Conflict when it was edited in between, unless it already
    reads as asked, which changes nothing; PermissionDenied for another's message; ValidationError; TooLarge.
    """
    body = clean_body(body)
    require_text(body, may_be_blank=True)
    rendered = markdown.render(body)
    with held(author, message_id) as place:
        message = place.message
        if message.author_id != author.pk:
            raise PermissionDenied(_("Only its author can edit a message."))
        require_living(message)
        require_text(body, may_be_blank=bool(message.attachments))
        new_title = _new_title(message, title)
        if message.body == body and message.thread_title == new_title:
            return Edited(message.event_seq, message.edited_at)
        if moment(message.edited_at) != edited_at:
            raise Conflict(_("This message was edited in the meantime."))
        return _rewrite(place, body, new_title, rendered)


def _new_title(message: Message, title: Any) -> str:
    if title is KEEP:
        return message.thread_title
    if title and message.thread_root_id:
        raise ValidationError({"title": _("Only the first message of a thread has a title.")})
    require_title(title or "")
    return title or ""


def _rewrite(place: Held, body: str, title: str, rendered: markdown.Rendered) -> Edited:
    message = place.message
    former, named_before = search.entry(message), message.mentions
    hearers = mentions.Hearers.of(place.room)
    mentioned = mentions.resolve(rendered, hearers, by_moderator=may_moderate(message.author, place.room))
    message.body, message.html, message.thread_title = body, mentioned.html, title
    message.mentions = mentioned.wire
    message.edited_at = _later_than(message.edited_at)
    place.touch()
    message.save(update_fields=["body", "html", "thread_title", "mentions", "edited_at", "event_seq"])
    search.rewrite(message, former)
    if message.mentions != named_before:
        Mention.objects.filter(message=message).delete()
        Mention.objects.bulk_create(mentions.rows_for(message))
    broadcasts.message_edited(message, by=message.author_id)
    return Edited(message.event_seq, message.edited_at)


def _later_than(before: datetime | None) -> datetime:
    """Now, and at least a millisecond later: `edited_at` always grows, in the three decimals that are shown."""
    now = clock.now()
    return max(now, before + timedelta(milliseconds=1)) if before else now


def delete_message(actor: User, message_id: int, *, reason: str = "") -> int:
    """Leave a tombstone of the message: by its author, or by who moderates its room. Returns its `event_seq`; again, it changes nothing.

    Raises PermissionDenied for anybody else, Message.DoesNotExist for who may not see it.
    """
    with held(actor, message_id, as_moderator=True) as place:
        message = place.message
        if message.author_id != actor.pk and not may_moderate(actor, place.room):
            raise PermissionDenied(_("Only its author or a moderator can delete a message."))
        return message.event_seq if message.is_deleted else take_away(actor, place, reason=reason)


def take_away(actor: User, place: Held, *, reason: str = "") -> int:
    """Bury a living message, in the name of its author or of a moderator (then it is audited), and tell. Returns its `event_seq`."""
    message = place.message
    bury(place)
    if message.author_id != actor.pk:
        audit(
            actor,
            "message.deleted",
            message,
            reason=reason,
            room=message.room_id,
            seq=message.seq,
            author=message.author_id,
        )
    broadcasts.message_deleted(message, by=actor.pk)
    return message.event_seq


def bury(place: Held) -> None:
    """Everything that was said goes; kind, author, numbers and its place in the thread stay."""
    message = place.message
    search.forget(message)
    named_before = message.mentions
    message.deleted_at = clock.now()
    message.body = message.html = message.thread_title = ""
    message.mentions, message.reactions, message.previews, message.pinned_at = no_mentions(), [], [], None
    attachments.release(message)
    place.touch()
    message.save(
        update_fields=[
            "deleted_at",
            "body",
            "html",
            "thread_title",
            "mentions",
            "reactions",
            "previews",
            "attachments",
            "pinned_at",
            "event_seq",
        ]
    )
    if named_before != no_mentions():
        Mention.objects.filter(message=message).delete()
    message.reaction_rows.all().delete()
    notices.drop_of(message)
