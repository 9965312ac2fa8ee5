"""Reports: somebody asks the moderators to look at a message, and a moderator decides what becomes of it."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import clean_line
from accounts.services import audit, touch_all
from chatsite.realtime.errors import Conflict, RateLimited
from messaging import broadcasts, clock
from messaging.models import Message, Report
from messaging.services.finding import Held, require_living, visible
from messaging.services.messages import take_away
from rooms.locks import lock
from rooms.models import WorkspaceMembership

MAX_REASON = 500
"""Characters."""
MAX_A_DAY = 50
"""Reports that one person makes in 24 hours."""
AROUND = 5
"""Messages on either side of the reported one that belong to its context."""


def report_message(actor: User, message_id: int, *, reason: str) -> tuple[Report, bool]:
    """Ask the moderators to look at a message that `actor` may see; whether it is a new report. Once for each person: again replaces the reason.

    Raises ValidationError for a reason that is blank or too long, Message.DoesNotExist for who may not see it, PermissionDenied for one's own and for
    system messages, Conflict for a deleted one and where a moderator has decided (unless it was edited since), RateLimited at the 51st in a day.
    """
    reason = _checked(reason)
    message = visible(actor, message_id)
    require_reportable(actor, message)
    report = Report.objects.filter(message=message, reporter=actor).first()
    if report is None:
        _require_few(actor)
        report = Report.objects.create(message=message, reporter=actor, reason=reason, created_at=clock.now())
        _audit(actor, "message.reported", report, reason)
        _tell(message)
        return report, True
    was_open = report.is_open
    _renew(report, reason)
    if not was_open:
        _tell(message)
    return report, False


def require_reportable(actor: User, message: Message) -> None:
    """Raises PermissionDenied for a system message and for one's own, Conflict for a deleted one."""
    if message.is_system:
        raise PermissionDenied(_("This message cannot be reported."))
    if message.author_id == actor.pk:
        raise PermissionDenied(_("This message is your own: you can delete it."))
    require_living(message)


def uphold_report(actor: User, report: Report, *, reason: str = "") -> None:
    """Delete the message for everybody, and close all open reports of it.

    Raises Report.DoesNotExist for who may not decide it, Conflict where somebody has decided, PermissionDenied in an archived room.
    """
    message = _message_to_decide(actor, report)
    room = message.room
    log = lock(room)
    if room.is_archived:
        raise PermissionDenied(_("This room is archived: open it again before a message of it is deleted."))
    living = Message.objects.wire().get(pk=message.pk)
    _close(actor, report, Report.State.UPHELD, reason)
    if not living.is_deleted:
        take_away(actor, Held(living, room, log, None), reason=reason)
    _tell(message)


def dismiss_report(actor: User, report: Report, *, reason: str = "") -> None:
    """Leave the message as it is, and close all open reports of it. Raises as upholding does."""
    message = _message_to_decide(actor, report)
    _close(actor, report, Report.State.DISMISSED, reason)
    _tell(message)


def look_into_report(actor: User, report: Report) -> list[Message]:
    """The reported message between those before and behind it, by `seq`, whatever room they are in. Each look is audited.

    Raises Report.DoesNotExist for who may not decide it in the admin.
    """
    message = Report.objects.in_admin_of(actor).select_related("message").get(pk=report.pk).message
    talk = Message.objects.wire().filter(room=message.room_id, kind=Message.Kind.MESSAGE)
    before = talk.filter(seq__lt=message.seq).order_by("-seq")[:AROUND]
    behind = talk.filter(seq__gte=message.seq).order_by("seq")[: AROUND + 1]
    _audit(actor, "report.looked_into", report, "")
    return [*reversed(before), *behind]


def _checked(reason: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise ValidationError({"reason": _("Please say what is wrong with it.")})
    if len(reason) > MAX_REASON:
        raise ValidationError({"reason": _("A reason has at most %(limit)d characters.") % {"limit": MAX_REASON}})
    return reason


def _require_few(actor: User) -> None:
    since = clock.now() - timedelta(days=1)
    if Report.objects.filter(reporter=actor, created_at__gt=since).count() >= MAX_A_DAY:
        raise RateLimited(_("You have reported a lot today. Please try again later."), retry_after=3600)


def _renew(report: Report, reason: str) -> None:
    """Another reason for an open report; a decided one is opened again only where the message became another."""
    edited_at = report.message.edited_at
    if not report.is_open and not (edited_at and report.handled_at and report.handled_at < edited_at):
        raise Conflict(_("A moderator has looked at your report of this message already."))
    report.reason, report.state, report.handled_by, report.handled_at = reason, Report.State.OPEN, None, None
    report.save(update_fields=["reason", "state", "handled_by", "handled_at"])


def _message_to_decide(actor: User, report: Report) -> Message:
    """The message of a report that `actor` may decide: on the pages, or by way of the admin."""
    on_pages, in_admin = Report.objects.visible_to(actor), Report.objects.in_admin_of(actor)
    decided = Q(pk__in=on_pages.values("pk")) | Q(pk__in=in_admin.values("pk"))
    return Report.objects.select_related("message__room").filter(decided).get(pk=report.pk).message


def _close(actor: User, report: Report, state: str, reason: str) -> None:
    """All open reports of the message, since one decision answers them all."""
    rows = Report.objects.select_for_update(no_key=True).filter(message=report.message_id).order_by("pk")
    still_open = [row.pk for row in rows if row.is_open]
    if report.pk not in still_open:
        raise Conflict(_("Somebody has decided this report already."))
    Report.objects.filter(pk__in=still_open).update(state=state, handled_by=actor, handled_at=clock.now())
    report.refresh_from_db(fields=["state", "handled_by", "handled_at"])
    _audit(actor, f"report.{state}", report, reason)


def _tell(message: Message) -> None:
    """The number of what waits is another for those who decide it; nobody else is told of a report."""
    deciding = WorkspaceMembership.objects.moderating(message.room).exclude(user=message.author_id)
    broadcasts.reports_changed(touch_all(deciding.values_list("user", flat=True)))


def _audit(actor: User, action: str, report: Report, reason: str) -> None:
    message = report.message
    audit(
        actor, action, report, reason=reason, message=message.pk, room=message.room_id, seq=message.seq, author=message.author_id
    )  # fmt: skip
