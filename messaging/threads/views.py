"""Pages of threads and pins."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services as accounts
from accounts.requests import PersonRequest
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import pages, reads, services, threads, views, wire
from messaging.forms import FollowingForm, MessageForm, PinForm, TitleForm
from messaging.kept.gathered import gathered
from messaging.models import Message
from messaging.talk import Talk
from messaging.threads import links
from messaging.threads.api import pinned_in
from messaging.threads.talk import ThreadTalk
from rooms import titles
from rooms.context_processors import place_of
from rooms.models import Room
from rooms.views.finding import about, room_of

ON_A_PAGE = 30


@login_required
@require_safe
def thread(request: PersonRequest, room_id: int, message_id: int) -> HttpResponse:
    """A thread beside its room; with `?pane` alone, for a page that shows the room already."""
    root = _root(request, room_id, message_id)
    if root.pk != message_id:
        return redirect(links.thread_link(root, services.visible_message(request.user, message_id).seq))
    return thread_page(request, root)


def thread_page(request: PersonRequest, root: Message, form: MessageForm | None = None) -> HttpResponse:
    """The page of `root`'s thread; `form` is a reply that was refused."""
    talk = Talk(request, root.room_id, roots=True)
    found = ThreadTalk(talk, root, **views.bounds_of(request, around=True))
    answered = views.answered_in(request, root.room_id, form)
    reply = form or views.empty_form(found.draft, answered, auto_id=False)
    context = {
        **talk.page,
        **found.context,
        "people": talk.log["people"] | found.history.people,
        "form": views.empty_form(talk.draft),
        "answered": None,
        "thread_form": reply,
        "thread_answered": answered,
    }
    if "pane" in request.GET and form is None:
        return render(request, "messaging/thread.html", context)
    return render(request, "messaging/room.html", context, status=reply.status)


@login_required
@require_safe
def room_threads(request: PersonRequest, room_id: int) -> HttpResponse:
    """The threads of a room, the one that was answered last first."""
    room = room_of(request, room_id)
    reads.right_to_read(request.user, room_id)
    return _threads_page(
        request, threads.of_room(request.user, room_id), "rooms/room_threads.html", **about(request, room)
    )


@login_required
@require_safe
def my_threads(request: PersonRequest) -> HttpResponse:
    """The threads that I follow."""
    return _threads_page(request, threads.followed_by(request.user), "rooms/threads.html")


def _threads_page(request: PersonRequest, rows, template: str, **context) -> HttpResponse:
    page = Paginator(rows.select_related("room").order_by("-last_said"), ON_A_PAGE).get_page(request.GET.get("page"))
    found = threads.drawn(request.user, page.object_list)
    place = place_of(request)
    for one in found:
        titles.call(one.root.room, place.room(one.root.room_id), request.user)
    shown = [{"thread": one, "words": pages.excerpt(wire.message(one.root))} for one in found]
    return render(request, template, {"page": page, "threads": shown, **context})


@login_required
@require_POST
def thread_following(request: PersonRequest, room_id: int, message_id: int) -> HttpResponse:
    """Follow the thread, leave off (`following`), or have read it up to `read_seq`."""
    root = _root(request, room_id, message_id)
    limits.take(request.user.pk, "commands")
    form = FollowingForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"following": _("Expected 0 or 1.")})
    commit(services.change_following, request.user, root.pk, **form.cleaned_data)
    return redirect(links.thread_link(root))


@login_required
@require_POST
def thread_title(request: PersonRequest, room_id: int, message_id: int) -> HttpResponse:
    """Give the thread a title, or none: its root's author may."""
    root = _root(request, room_id, message_id)
    limits.take(request.user.pk, "commands")
    if root.author_id != request.user.pk:
        raise PermissionDenied(_("Only its author can edit a message."))
    form = TitleForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    told = {"body": root.body, "edited_at": wire.moment(root.edited_at), "title": form.cleaned_data["title"]}
    commit(services.edit_message, request.user, root.pk, **told)
    return redirect(links.thread_link(root))


@login_required
@require_safe
def room_pins(request: PersonRequest, room_id: int) -> HttpResponse:
    """What is pinned in a room, the latest pin first."""
    room = room_of(request, room_id)
    rows = list(pinned_in(request.user, room_id).order_by("-pinned_at", "-pk"))
    shown = about(request, room)
    may_pin = bool(shown["mine"]) and not room.is_archived and (shown["moderates"] or room.kind == Room.Kind.DIRECT)
    context = {
        **shown,
        "entries": gathered(rows, request.user, blocked=accounts.blocked_by(request.user)),
        "may_pin": may_pin,
    }
    return render(request, "rooms/room_pins.html", context)


@login_required
@require_POST
def message_pin(request: PersonRequest, message_id: int) -> HttpResponse:
    """Pin a message (`pinned` 1), or take the pin off (0)."""
    row = services.visible_message(request.user, message_id)
    limits.take(request.user.pk, "commands")
    form = PinForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"pinned": _("Expected 0 or 1.")})
    act = services.pin_message if form.cleaned_data["pinned"] == "1" else services.unpin_message
    commit(act, request.user, message_id)
    return redirect("room_pins", row.room_id) if "list" in request.POST else redirect("room_at", row.room_id, row.seq)


def _root(request: PersonRequest, room_id: int, message_id: int) -> Message:
    root = services.root_of(request.user, message_id)
    room = get_object_or_404(Room.objects.known_to(request.user), pk=root.room_id)
    if room.pk != room_id:
        raise Http404
    place_of(request).enter(room.workspace_id)
    return root
