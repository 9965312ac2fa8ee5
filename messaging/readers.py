"""Who has read a message, in rooms of up to 100."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from messaging import services
from messaging.models import Message
from rooms.models import Membership
from rooms.views.finding import about, room_of
from rooms.wire import RECEIPTS_UP_TO


@login_required
@require_safe
def message_readers(request: PersonRequest, message_id: int) -> HttpResponse:
    """The people who have read a message, for members of its room."""
    row = services.visible_message(request.user, message_id)
    room = room_of(request, row.room_id)
    if not Membership.objects.of(request.user).filter(room=room).exists():
        raise PermissionDenied(_("Join this room to see who has read it."))
    if room.members_count > RECEIPTS_UP_TO:
        raise PermissionDenied(_("In a room of over 100 nobody is shown who has read it."))
    context = {**about(request, room), "message": row, "readers": who_read(row)}
    return render(request, "messaging/readers.html", context)


def who_read(message: Message) -> list[Membership]:
    """The members whose highest mark has reached `message`, without its author; at most RECEIPTS_UP_TO, so never a count of more."""
    found = Membership.objects.filter(room=message.room_id, receipt_seq__gte=message.seq).exclude(
        user=message.author_id
    )
    return list(found.shown()[:RECEIPTS_UP_TO])
