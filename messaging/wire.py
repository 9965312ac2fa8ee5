"""Messages as the protocol has them: one shape for socket, API, page and doorbell (`protocol.md`, section 6)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from accounts.models import User
from accounts.wire import author
from messaging.models import Draft, Message


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, three decimals, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def message(row: Message) -> dict:
    """The `message` object of a row that was read with its author. Knows nothing of a viewer."""
    return {
        "id": row.pk,
        "room": row.room_id,
        "seq": row.seq,
        "event_seq": row.event_seq,
        "kind": row.kind,
        **({"system": row.system} if row.system else {}),
        "author": author(row.author),
        "body": row.body,
        "html": row.html,
        "created_at": moment(row.created_at),
        "edited_at": moment(row.edited_at),
        "deleted_at": moment(row.deleted_at),
        "reply_to": {"id": row.reply_to_id, "seq": row.reply_to_seq} if row.reply_to_id else None,
        "thread": thread(row),
        "mentions": row.mentions,
        "reactions": row.reactions,
        "attachments": [attachment(one) for one in row.attachments],
        "previews": row.previews,
        "pinned_at": moment(row.pinned_at),
        "msg_id": row.msg_id or "",
    }


def attachment(one: dict) -> dict:
    """An attachment of a message's row: its addresses ask for membership at each request."""
    address = f"/files/{one['id']}/"
    return {
        **{name: one[name] for name in ("id", "name", "size", "content_type")},
        "url": address,
        "thumbnail_url": f"{address}thumbnail/" if one["thumbnail"] else None,
        "width": one["width"],
        "height": one["height"],
    }


def thread(row: Message) -> dict | None:
    """`{root, replies, title?}` of a root that has replies or a title, and of a reply; else null."""
    if row.thread_root_id:
        return {"root": row.thread_root_id, "replies": 0}
    if not row.replies and not row.thread_title:
        return None
    return {"root": row.pk, "replies": row.replies, **({"title": row.thread_title} if row.thread_title else {})}


def draft(row: Draft) -> dict:
    """A draft, which is its writer's alone."""
    answered = row.reply_to
    return {
        "room": row.room_id,
        "thread": row.root_id,
        "body": row.body,
        "reply_to": {"id": answered.pk, "seq": answered.seq} if answered else None,
        "version": row.version,
        "updated_at": moment(row.updated_at),
    }


def messages(rows: Iterable[Message]) -> list[dict]:
    """The `message` objects of `rows`."""
    return [message(row) for row in rows]


def named_in(found: Iterable[dict]) -> dict[int, str]:
    """Shown names of everybody whom the system messages among `found` name: what their sentences are drawn with."""
    ids = {
        found_id
        for one in found
        if (system := one.get("system"))
        for found_id in (system.get("user"), system.get("by"))
        if found_id
    }
    ids |= {one["author"]["id"] for one in found if one.get("system")}
    return {person.pk: person.shown_name for person in User.objects.filter(pk__in=ids)} if ids else {}
