"""Rooms: opening one, changing its settings, putting it into the archive."""

from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import clean_line
from accounts.services import audit, touch
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Membership, Room, RoomLog, RoomRole, Workspace
from rooms.permissions import require_moderator, require_open, workspace_role
from rooms.ports import journal
from rooms.querysets import FULL_ROLES

EVENTS = {
    "name": "renamed",
    "topic": "topic_changed",
    "kind": "kind_changed",
    "history": "history_changed",
    "threads": "threads_changed",
    "open_to_web": "open_to_web_changed",
    "slow_mode_seconds": "slow_mode_changed",
}
"""What can be changed of a room, and the system message that says so."""


def create_room(
    actor: User,
    workspace: Workspace,
    *,
    name: str,
    kind: str = Room.Kind.PUBLIC,
    topic: str = "",
    history: str = Room.History.SHARED,
    threads: str = Room.Threads.FLAT,
) -> Room:
    """Open a room; its creator is its first member, and its moderator.

    Raises PermissionDenied for guests and strangers, ValidationError naming the fields.
    """
    if workspace_role(actor, workspace) not in FULL_ROLES:
        raise PermissionDenied(_("Guests cannot open rooms."))
    room = Room(workspace=workspace, name=name, kind=kind, topic=topic, history=history, threads=threads)
    return open_room(actor, room)


def open_room(actor: User, room: Room) -> Room:
    """`create_room` without the question whether `actor` may."""
    clean(room)
    room.slug = _free_slug(room)
    room.created_by, room.members_count = actor, 1
    room.save(force_insert=True)
    log = RoomLog.objects.create(room=room)
    entry = journal().write(room, log, actor=actor, event="room_created", new=room.name, shared=True)
    Membership.objects.create(
        room=room,
        user=actor,
        role=RoomRole.MODERATOR,
        joined_seq=entry.seq,
        joined_event_seq=entry.event_seq,
        last_read_seq=entry.seq,
        read_posted=log.posted,
        receipt_seq=entry.seq,
    )
    broadcasts.places_changed(actor.pk, touch(actor.pk), rooms=[room.pk])
    return room


def change_room(actor: User, room: Room, *, archived: bool | None = None, **changes: Any) -> Room:
    """Change what `EVENTS` names of a room: one system message for each thing that is different now, nothing where nothing is.

    `archived` False opens an archived room first, True archives it last. A room that becomes private, or whose history begins with
    joining, is closed to the web as well. Raises PermissionDenied for who does not moderate it and in an archived room, ValidationError naming the fields.
    """
    if archived is False:
        unarchive_room(actor, room)
    if changes or archived is None:
        _change(actor, room, changes)
    if archived:
        archive_room(actor, room)
    return room


def _change(actor: User, room: Room, changes: dict[str, Any]) -> None:
    log = lock(room)
    require_open(room)
    require_moderator(actor, room)
    wanted = copy(room)
    if changes.get("kind") == Room.Kind.PRIVATE or changes.get("history") == Room.History.JOINED:
        wanted.open_to_web = False
    for name in EVENTS.keys() & changes.keys():
        setattr(wanted, name, changes[name])
    clean(wanted)
    changed = [name for name in EVENTS if getattr(wanted, name) != getattr(room, name)]
    if "name" in changed:
        room.slug = _free_slug(wanted)
    for name in changed:
        old, new = getattr(room, name), getattr(wanted, name)
        setattr(room, name, new)
        journal().write(room, log, actor=actor, event=EVENTS[name], old=old, new=new, shared=True)
    if changed:
        room.save(update_fields=[*changed, "slug"])
        audit(actor, "room.changed", room, changed=changed)


def archive_room(actor: User, room: Room) -> Room:
    """Make a room read only; one that is archived already stays so."""
    return _archive(actor, room, event="archived", at=timezone.now())


def unarchive_room(actor: User, room: Room) -> Room:
    """Open an archived room again; one that is not archived stays so."""
    return _archive(actor, room, event="unarchived", at=None)


def clean(room: Room) -> None:
    """Put the texts of `room` in order, and raise ValidationError for what it cannot have."""
    for name in ("name", "topic"):
        if isinstance(getattr(room, name), str):
            setattr(room, name, clean_line(getattr(room, name)))
    room.clean_fields(exclude={field.name for field in room._meta.fields} - set(EVENTS))
    if not room.name:
        raise ValidationError({"name": _("A room needs a name.")})
    if room.kind == Room.Kind.DIRECT:
        raise ValidationError({"kind": _("A room is public or private.")})
    if room.open_to_web and room.kind != Room.Kind.PUBLIC:
        raise ValidationError({"open_to_web": _("Only a public room can be open to the web.")})
    if room.open_to_web and room.history != Room.History.SHARED:
        raise ValidationError(
            {"open_to_web": _("Only a room in which everybody sees all of it can be open to the web.")}
        )


def _archive(actor: User, room: Room, *, event: str, at: Any) -> Room:
    log = lock(room)
    if room.kind == Room.Kind.DIRECT:
        require_open(room)
    require_moderator(actor, room)
    if room.is_archived == (at is not None):
        return room
    room.archived_at = at
    room.save(update_fields=["archived_at"])
    audit(actor, f"room.{event}", room)
    journal().write(room, log, actor=actor, event=event, shared=True)
    return room


def _free_slug(room: Room) -> str:
    """The slug of the room's name, with a number where another room of the workspace has it already."""
    if room.workspace_id is None:
        raise Workspace.DoesNotExist
    # Two rooms that get the same name at once must not both find the slug free.
    Workspace.objects.select_for_update(no_key=True).get(pk=room.workspace_id)
    stem = slugify(room.name, allow_unicode=True)[:70].strip("-_") or "room"
    taken = set(
        Room.objects.filter(workspace=room.workspace_id, slug__startswith=stem)
        .exclude(pk=room.pk)
        .values_list("slug", flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
