"""What is found by other ways than its room: by search, by address, in a list, by a task."""

import time
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import User
from messaging import notices, services
from messaging.files import views
from messaging.models import Attachment, Draft, Notification
from messaging.notices import delivery, reading, recipients
from messaging.search import finding
from rooms.models import Room
from tests.faults.planted import found_by

DELIVERED_LATE = 3.5
"""Seconds that a notification waits: somebody is removed in them."""


@found_by("I9")
def search_outlives_access() -> None:
    """A search looks into every room, and shows what it finds: neither its rooms nor its rows are asked whose they are."""

    everywhere = Room.objects.values_list("pk", "history", "log__last_seq", "name", "slug")
    finding._rooms_of = lambda _user: list(everywhere.all())
    finding._may_read = lambda _user, *ids: list(ids)


@found_by("I9")
def file_outlives_access() -> None:
    """Whoever knows the address of a file gets it."""
    _known_is_allowed(lambda request: not request.path.endswith("/thumbnail/"))


@found_by("I9")
def thumbnail_outlives_access() -> None:
    """Whoever knows the address of a thumbnail gets it; files are asked about."""
    _known_is_allowed(lambda request: request.path.endswith("/thumbnail/"))


def _known_is_allowed(concerns: Any) -> None:
    honest = views._found

    def found(request: Any, attachment_id: int) -> Attachment:
        return get_object_or_404(Attachment, pk=attachment_id) if concerns(request) else honest(request, attachment_id)

    views._found = found


@found_by("I9")
def notification_outlives_access() -> None:
    """Whoever was notified of a message keeps it in their list, whatever became of their place in its room."""

    def visible_to(user: User) -> Any:
        return Notification.objects.filter(user=user)

    reading.visible_to = notices.visible_to = visible_to


@found_by("I16")
def recipients_known_at_posting() -> None:
    """Whom a message is for is decided when it is posted; when it is delivered, nobody looks again."""
    honest = delivery.deliver

    def deliver(messages: list[int]) -> None:
        time.sleep(DELIVERED_LATE)
        honest(messages)

    recipients._readers = lambda _message, _room, users, _places: set(users)
    delivery.deliver = deliver


@found_by("I17")
def draft_lost_between_devices() -> None:
    """The last device to write wins, whatever it knew of what stands there."""
    honest = services.save_draft

    def save_draft(user: User, room_id: int, *, version: int | None = None, **given: Any) -> Draft:
        there = Draft.objects.filter(user=user, room=room_id, root=None).values_list("version", flat=True)
        return honest(user, room_id, version=there.first(), **given)

    services.save_draft = save_draft
