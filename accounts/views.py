"""The pages of one's profile and sessions; signing up, in and out is allauth's."""

import contextlib

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import avatars, mail, services
from accounts.authentication import BearerAuthentication
from accounts.forms import EmailForm, PictureForm, ProfileForm
from accounts.middleware import MemberRequest
from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """What others see of me, and how I want to see things."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=_fresh(request))
    if request.method != "POST" or not form.is_valid():
        return _page(request, profile_form=form)
    commit(services.change_profile, request.user, **form.cleaned_data)
    with translation.override(request.user.language or translation.get_language()):
        return _done(request, _("Your profile was saved."))


@login_required
@require_POST
def profile_email(request: MemberRequest) -> HttpResponse:
    """Another e-mail address."""
    old = request.user.email
    form = EmailForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, email_form=form)
    if form.cleaned_data["email"].lower() != old:
        commit(services.change_email, request.user, email=form.cleaned_data["email"])
        mail.tell_of_new_address(request.user, old)
    return _done(request, _("Your e-mail address was saved."))


@login_required
@require_POST
def profile_picture(request: MemberRequest) -> HttpResponse:
    """Another picture, or none (`remove`)."""
    name = ""
    if "remove" not in request.POST:
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, picture_form=form)
        name = avatars.keep(form.cleaned_data["picture"])
    old = request.user.avatar
    try:
        commit(services.change_profile, request.user, avatar=name)
    except Exception:
        avatars.drop(name)
        raise
    avatars.drop(old)
    return _done(request, _("Your picture was saved.") if name else _("Your picture was removed."))


def _page(request: MemberRequest, **forms: BaseForm) -> HttpResponse:
    user = _fresh(request)
    context = {
        "profile_form": ProfileForm(instance=user),
        "email_form": EmailForm(user),
        "picture_form": PictureForm(),
        "blocked": user.blocks.select_related("blocked").order_by("blocked__display_name", "pk"),
        **forms,
    }
    refused = any(form.is_bound for form in forms.values())
    return render(request, "accounts/profile.html", context, status=400 if refused else 200)


def _fresh(request: MemberRequest) -> User:
    # A copy: a form that is refused leaves what was typed on its instance, and the page's header shows the name.
    return User.objects.get(pk=request.user.pk)


def _done(request: MemberRequest, sentence: str) -> HttpResponseRedirect:
    messages.success(request, sentence)
    return redirect("profile")


@login_required
@require_safe
def sessions(request: MemberRequest) -> HttpResponse:
    """Where I am signed in."""
    mine = request.user.sessions.order_by("-last_seen_at")
    return render(request, "accounts/sessions.html", {"sessions": mine, "current": request.device.sid})


@login_required
@require_POST
def session_end(request: MemberRequest, sid: str) -> HttpResponse:
    """End one of my sessions; the present one is signing out."""
    session = get_object_or_404(request.user.sessions.select_related("user"), pk=sid)
    if session.pk == request.device.pk:
        logout(request)
        return redirect("account_login")
    commit(services.end_session, request.user, session)
    messages.success(request, _("The session was ended."))
    return redirect("sessions")


@login_required
@require_POST
def sessions_end_others(request: MemberRequest) -> HttpResponse:
    """End all my sessions but the present one."""
    commit(services.end_other_sessions, request.user, request.device)
    messages.success(request, _("All other sessions were ended."))
    return redirect("sessions")


@require_safe
def avatar(request: HttpRequest, name: str) -> FileResponse:
    """A picture, for whoever is signed in, by cookie or token. Its name changes with the picture, so a browser may keep it."""
    path = avatars.path_of(name) if _is_anybody(request) else None
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _is_anybody(request: HttpRequest) -> bool:
    with contextlib.suppress(Unauthenticated):
        if BearerAuthentication().authenticate(request):  # type: ignore[arg-type]
            return True
    return request.user.is_authenticated
