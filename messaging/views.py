"""Pages of a room and its messages: they work by links and forms, and the page's scripts take over from what they draw."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import pages, services, wire
from messaging.files import form as files
from messaging.forms import EditForm, EmojiForm, MarkForm, MessageForm
from messaging.models import Draft, Message
from messaging.reports.forms import DecisionForm
from messaging.talk import Talk
from messaging.threads import links
from messaging.visitors import or_visitor

REACTIONS = ["👍", "👎", "❤️", "😀", "😂", "🎉", "🚀", "👀", "🙏", "👏", "🙌", "💯", "🔥", "✅", "❌", "🤔"]
"""What is offered without a script."""


@or_visitor
@require_safe
def room(request: PersonRequest, room_id: int) -> HttpResponse:
    """A room: its newest messages, or those before or after one."""
    return _room_page(request, Talk(request, room_id, roots=True, **bounds_of(request)))


@or_visitor
@require_safe
def room_at(request: PersonRequest, room_id: int, seq: int) -> HttpResponse:
    """A room at one of its messages, with what stands around it; a reply stands in its thread, where replies gather."""
    talk = Talk(request, room_id, roots=True, around=seq)
    if link := talk.roots and links.link_to_reply(request.user, room_id, seq):
        return redirect(link)
    return _room_page(request, talk)


@or_visitor
@require_http_methods(["GET", "HEAD", "POST"])
def room_messages(request: PersonRequest, room_id: int) -> HttpResponse:
    """GET: messages as a piece of the page. POST: say something."""
    if request.method != "POST":
        if request.user.is_authenticated:
            limits.take(request.user.pk, "reads")
        talk = Talk(request, room_id, roots=True, **bounds_of(request, around=True))
        if not talk.is_readable:
            raise PermissionDenied(_("Join this room to read it."))
        return render(request, "messaging/log.html", talk.log)
    limits.take(request.user.pk, "sends")
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        thread = form.cleaned_data.pop("thread")
        form.cleaned_data["reply_to"] = form.cleaned_data["reply_to"] or thread
        if files.post(form, request.user, room_id, **form.cleaned_data):
            commit(services.forget_sent, request.user, room_id, body=form.cleaned_data["body"], thread=thread)
            return redirect(links.posted_link(room_id, form.result.seq, thread))
        if thread:
            from messaging.threads.views import thread_page  # draws what this page's functions make

            return thread_page(request, services.root_of(request.user, thread), form)
    return _room_page(request, Talk(request, room_id, roots=True), form)


def _room_page(request: PersonRequest, talk: Talk, form: MessageForm | None = None) -> HttpResponse:
    answered = answered_in(request, talk.room.pk, form)
    form = form or empty_form(talk.draft, answered)
    context = {**talk.page, "form": form, "answered": answered}
    return render(request, "messaging/room.html", context, status=form.status if talk.is_readable else 403)


def empty_form(draft: Draft | None, answered: dict | None = None, **options) -> MessageForm:
    """A form for a new message, with what was begun."""
    initial = {"msg_id": uuid.uuid4(), "reply_to": answered and answered["id"], "body": draft.body if draft else ""}
    return MessageForm(initial=initial, **options)


def answered_in(request: PersonRequest, room_id: int, form: MessageForm | None) -> dict | None:
    """The message that is to be replied to, with its beginning."""
    asked = form.data.get("reply_to", "") if form else request.GET.get("reply", "")
    if not _is_number(asked):
        return None
    row = (
        Message.objects.wire()
        .visible_to(request.user)
        .filter(room=room_id, pk=int(asked), kind="message", deleted_at=None)
        .first()
    )
    return {"id": row.pk, "seq": row.seq, **pages.excerpt(wire.message(row))} if row else None


def bounds_of(request: PersonRequest, *, around: bool = False) -> dict[str, int]:
    """`?before=`, `?after=` (and `?around=`) as numbers. Raises ValidationError."""
    names = ["before", "after", *(["around"] if around else [])]
    given = {name: request.GET[name] for name in names if name in request.GET}
    if wrong := [name for name, value in given.items() if not _is_number(value)]:
        raise ValidationError({name: _("Expected the number of a message.") for name in wrong})
    return {name: int(value) for name, value in given.items()}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_edit(request: PersonRequest, message_id: int) -> HttpResponse:
    """Other words for a message of one's own."""
    row = _message(request, message_id)
    if row.author_id != request.user.pk:
        raise PermissionDenied(_("Only its author can edit a message."))
    form = EditForm(
        request.POST if request.method == "POST" else None,
        initial={"body": row.body, "edited_at": wire.moment(row.edited_at)},
    )
    if form.is_valid() and form.act(services.edit_message, request.user, message_id, **form.cleaned_data):
        return redirect("room_at", row.room_id, row.seq)
    talk = Talk(request, row.room_id, around=row.seq, limit=1)
    return render(request, "messaging/edit.html", talk.log | {"form": form}, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_deletion(request: PersonRequest, message_id: int) -> HttpResponse:
    """Ask whether a message is to go; POST: leave a tombstone of it."""
    row = _message(request, message_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        limits.take(request.user.pk, "commands")
        commit(services.delete_message, request.user, message_id, **form.cleaned_data)
        messages.success(request, _("The message was deleted."))
        return redirect("room_at", row.room_id, row.seq)
    talk = Talk(request, row.room_id, around=row.seq, limit=1)
    if row.author_id != request.user.pk and not talk.moderates:
        raise PermissionDenied(_("Only its author or a moderator can delete a message."))
    is_mine = row.author_id == request.user.pk
    return render(request, "messaging/deletion.html", talk.log | {"form": form, "is_mine": is_mine}, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_reactions(request: PersonRequest, message_id: int) -> HttpResponse:
    """A choice of emoji; POST: put one's own under a message, or take it away again."""
    row = _message(request, message_id)
    if request.method != "POST":
        talk = Talk(request, row.room_id, around=row.seq, limit=1)
        if not talk.viewer.may_write:
            raise PermissionDenied(_("Only members of the room can react, while it is not archived."))
        return render(request, "messaging/reactions.html", talk.log | {"emoji": REACTIONS})
    limits.take(request.user.pk, "commands")
    form = EmojiForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"emoji": _("Expected one emoji.")})
    emoji = form.cleaned_data["emoji"]
    is_there = row.reaction_rows.filter(user=request.user, emoji=emoji).exists()
    commit(services.remove_reaction if is_there else services.add_reaction, request.user, message_id, emoji=emoji)
    return redirect("room_at", row.room_id, row.seq)


@login_required
@require_POST
def room_read(request: PersonRequest, room_id: int) -> HttpResponse:
    """Everything up to `seq` is read."""
    limits.take(request.user.pk, "commands")
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"seq": _("Expected the number of a message.")})
    commit(services.mark_read, request.user, room_id, form.cleaned_data["seq"])
    return redirect("room", room_id)


def _message(request: PersonRequest, message_id: int) -> Message:
    return services.visible_message(request.user, message_id)
