"""Drafts: what somebody has begun to write in a room or a thread, the same on all their devices. The last one to write wins, by version."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import touch
from chatsite.compiled import Compiled
from chatsite.realtime.errors import Conflict
from messaging import broadcasts
from messaging.models import Draft, Message
from messaging.services.texts import clean_body, require_text
from rooms.models import Membership, Room


class StaleDraft(Conflict):
    """Another device wrote meanwhile: `draft` is what stands there now."""

    def __init__(self, draft: Draft):
        super().__init__(_("This draft was changed on another device."))
        self.draft = draft


def drafts_of(user: User) -> QuerySet[Draft]:
    """The drafts of `user` in rooms that are theirs now, with room and root: what was begun in a room that they lost is not shown."""
    mine = Membership.objects.of(user).filter(room=OuterRef("room"))
    visible = Exists(Room.objects.visible_to(user).filter(pk=OuterRef("room")))
    return Draft.objects.filter(Exists(mine), visible, user=user).select_related("room", "root", "reply_to")


def save_draft(
    user: User,
    room_id: int,
    *,
    body: str,
    thread: int | None = None,
    reply_to: int | None = None,
    version: int | None = None,
    origin: str = "",
) -> Draft:
    """Put `body` in the place of the draft that had `version` (None: of none that was known), in the room or in a thread of it.

    `thread` is the id of any message of the thread. A draft that already reads as asked stays as it is, with its version. Raises StaleDraft
    where there is one of another version, ValidationError for a blank body, TooLarge, PermissionDenied for who is no member,
    Room.DoesNotExist, Message.DoesNotExist for `thread` and `reply_to`.
    """
    body = clean_body(body)
    require_text(body)
    room = _room(user, room_id)
    root = _root(user, room, thread)
    answered = _message(user, room, reply_to) if reply_to else None
    _lock(user)
    draft = _of(user, room, root)
    if draft and (draft.body, draft.reply_to_id) == (body, reply_to):
        return draft
    if draft and draft.version != version:
        raise StaleDraft(draft)
    draft = draft or Draft(user=user, room=room, root=root)
    draft.body, draft.reply_to, draft.updated_at = body, answered, timezone.now()
    draft.version = touch(user.pk)
    draft.save()
    broadcasts.drafts_changed(user.pk, draft.version, origin=origin)
    return draft


def discard_draft(
    user: User, room_id: int, *, thread: int | None = None, version: int | None = None, origin: str = ""
) -> int | None:
    """Take the draft away; the `user_seq` of that, None where there is none (or the room is none of theirs: the two are not told apart).

    Raises StaleDraft where it has another version than the one given.
    """
    _lock(user)
    rows = Draft.objects.filter(user=user, room__in=Room.objects.filter(pk=room_id).values("pk"))
    # What was begun in a thread may name it by any message of it.
    named = Message.objects.filter(pk=thread).values_list("thread_root", "pk").first() if thread else None
    if thread and named is None:
        return None
    draft = rows.filter(root=(named[0] or named[1]) if named else None).first()
    if draft is None:
        return None
    if version is not None and draft.version != version:
        raise StaleDraft(draft)
    draft.delete()
    user_seq = touch(user.pk)
    broadcasts.drafts_changed(user.pk, user_seq, origin=origin)
    return user_seq


def forget_sent(user: User, room_id: int, *, body: str, thread: int | None = None) -> None:
    """The words were sent by a form: the draft that holds the same goes; one with others stays."""
    draft = drafts_of(user).filter(room=room_id, root=thread).first()
    if draft and draft.body.strip() == clean_body(body).strip():
        discard_draft(user, room_id, thread=thread)


def _lock(user: User) -> None:
    """Two devices that write at once come one after the other."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()


def _of(user: User, room: Room, root: Message | None) -> Draft | None:
    return Draft.objects.filter(user=user, room=room, root=root).first()


def _room(user: User, room_id: int) -> Room:
    room = _mine.first(user.pk, room_id)
    if room is None:
        Room.objects.visible_to(user).get(pk=room_id)
        raise PermissionDenied(_("Join this room to write in it."))
    return room


_mine = Compiled(lambda user, room: Room.objects.of_member(User(pk=user)).filter(pk=room))


def _root(user: User, room: Room, thread: int | None) -> Message | None:
    if not thread:
        return None
    message = _message(user, room, thread)
    if message.is_system:
        raise ValidationError({"thread": _("This cannot be replied to.")})
    return _message(user, room, message.thread_root_id) if message.thread_root_id else message


def _message(user: User, room: Room, message_id: int) -> Message:
    found = Message.objects.visible_to(user).filter(room=room, pk=message_id).first()
    if found is None:
        raise Message.DoesNotExist(_("There is no such message."))
    return found
