"""Files of messages: an upload waits for a day, one message claims it, and it goes when that does.

Rows of files are locked behind room logs, and before memberships and people.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.realtime.errors import Conflict, TooLarge
from messaging import broadcasts
from messaging.files import tasks
from messaging.models import Attachment, Message
from rooms.locks import lock

if TYPE_CHECKING:
    from messaging.services.posting import Post

MAX_PER_MESSAGE = 10
MAX_WAITING = 50
"""Files of one person that no message has claimed yet."""


def require_room_for(uploader: User, size: int) -> None:
    """Raises TooLarge where `size` bytes more are above the person's UPLOAD_QUOTA_BYTES, Conflict where MAX_WAITING wait."""
    mine = Attachment.objects.filter(uploader=uploader)
    used = mine.aggregate(used=Sum("size"))["used"] or 0
    if used + size > settings.UPLOAD_QUOTA_BYTES:
        raise TooLarge(
            _("Your files may have %(limit)d MB together. Delete some of your messages with files first.")
            % {"limit": settings.UPLOAD_QUOTA_BYTES >> 20}
        )
    if mine.filter(message=None).count() >= MAX_WAITING:
        raise Conflict(
            _("%(limit)d files of yours wait for their message. Send them or remove some first.")
            % {"limit": MAX_WAITING}
        )


def add_attachment(uploader: User, *, size: int, **columns: Any) -> Attachment:
    """The row of a file that lies in the storage; a picture's thumbnail is ordered. Raises as `require_room_for`."""
    User.objects.select_for_update(no_key=True).get(pk=uploader.pk)  # or two at once would both find room
    require_room_for(uploader, size)
    row = Attachment.objects.create(uploader=uploader, size=size, **columns)
    if row.width:
        tasks.make_thumbnail.enqueue(row.pk)
    return row


def discard_attachment(uploader: User, attachment_id: int) -> None:
    """Throw away one's own file that no message has claimed. Raises Attachment.DoesNotExist for any other."""
    rows = Attachment.objects.select_for_update(no_key=True).filter(pk=attachment_id, uploader=uploader, message=None)
    _remove([rows.get()])


def remove_unclaimed(before: datetime, limit: int = 100) -> int:
    """Throw away files that wait for a message since `before`, the oldest first; how many those were."""
    rows = Attachment.objects.select_for_update(no_key=True).filter(message=None, created_at__lt=before)
    found = list(rows.order_by("created_at")[:limit])
    _remove(found)
    return len(found)


def add_thumbnail(attachment_id: int, name: str) -> bool:
    """`name` is the thumbnail of a picture now, and its message shows it, by a number of its room. False where it is wanted no more."""
    if Attachment.objects.filter(pk=attachment_id, message=None, thumbnail="").update(thumbnail=name):
        return True
    message = Message.objects.select_related("room").filter(attachment_rows=attachment_id).first()
    if message is None:
        return False
    log = lock(message.room)
    rows = Attachment.objects.select_for_update(no_key=True).filter(pk=attachment_id, thumbnail="", message=message.pk)
    if not rows.update(thumbnail=name):
        return False
    message = Message.objects.wire().get(pk=message.pk)
    log.head += 1
    log.save(update_fields=["head"])
    message.event_seq = log.head
    message.attachments = [
        one | {"thumbnail": True} if one["id"] == attachment_id else one for one in message.attachments
    ]
    message.save(update_fields=["attachments", "event_seq"])
    broadcasts.preview_arrived(message)
    return True


# --- In a post, and when it goes -----------------------------------------------------------------------------------


def waiting(posts: Iterable["Post"]) -> dict[int, Attachment]:
    """The unclaimed files that `posts` name, locked. No query where they name none."""
    ids = {one for post in posts if len(post.attachments) <= MAX_PER_MESSAGE for one in post.attachments}
    if not ids:
        return {}
    rows = Attachment.objects.select_for_update(no_key=True).filter(pk__in=ids, message=None).order_by("pk")
    return {row.pk: row for row in rows}


def claim(post: "Post", found: dict[int, Attachment]) -> list[dict]:
    """Take what `post` names out of `found`: its attachments as a message's row holds them.

    Raises ValidationError for more than MAX_PER_MESSAGE or one twice, ObjectDoesNotExist for one that is unknown, another's or claimed.
    """
    if len(post.attachments) > MAX_PER_MESSAGE:
        raise ValidationError(
            {"attachments": _("A message takes at most %(limit)d files.") % {"limit": MAX_PER_MESSAGE}}
        )
    if len(set(post.attachments)) < len(post.attachments):
        raise ValidationError({"attachments": _("A file stands twice in one message.")})
    rows = [found.get(one) for one in post.attachments]
    if any(row is None or row.uploader_id != post.author.pk for row in rows):
        raise ObjectDoesNotExist(_("There is no such attachment."))
    return [attachment_json(found.pop(row.pk)) for row in rows if row]


def write(messages: Sequence[Message]) -> None:
    """Make the rows of what `messages` claimed theirs."""
    for message in messages:
        if message.attachments:
            Attachment.objects.filter(pk__in=[one["id"] for one in message.attachments]).update(message=message)


def release(message: Message) -> None:
    """`message` goes, and its files with it; the caller saves it."""
    if message.attachments:
        _remove(list(Attachment.objects.select_for_update(no_key=True).filter(message=message).order_by("pk")))
        message.attachments = []


def attachment_json(row: Attachment) -> dict:
    """A file as a message's row holds it (`Message.attachments`)."""
    columns = ("id", "name", "size", "content_type", "width", "height")
    return {name: getattr(row, name) for name in columns} | {"thumbnail": bool(row.thumbnail)}


def _remove(rows: Sequence[Attachment]) -> None:
    """Rows at once; their files when that is committed, by a task that tries until they are gone."""
    files = [name for row in rows for name in (row.file, row.thumbnail) if name]
    if files:
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        tasks.remove_files.enqueue(files)
