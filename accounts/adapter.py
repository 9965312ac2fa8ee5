"""How allauth signs people up, in and out here: our rows decide, our services write, our tries count."""

import logging
import smtplib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from accounts import ports, services, tries
from accounts.addresses import address_of
from accounts.middleware import device_of, let_be
from accounts.models import User
from accounts.names import validate_username
from chatsite.realtime.commit import commit as commit_service
from chatsite.realtime.errors import RateLimited

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """allauth asks this for everything that a project may want otherwise."""

    # --- Signing up ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        try:
            ports.may_register(request.session.get(ports.INVITATION, ""))
        except (PermissionDenied, ValidationError):
            return False
        return True

    def clean_username(self, username: str, shallow: bool = False) -> str:
        validate_username(username.lower())
        return super().clean_username(username.lower(), shallow)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        tries.for_registration(request)
        data = form.cleaned_data
        person = services.new_person(
            username=data["username"], email=data.get("email") or "", password=data["password1"]
        )
        code = request.session.get(ports.INVITATION, "")
        commit_service(services.register, person, code=code, with_address=False)
        request.session.pop(ports.INVITATION, None)
        log.info("signed up", extra={"user": person.pk})
        return person

    # --- Signing in and out ---

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """One name alone: allauth would try an address twice, and so tell by the time taken which ones are known."""
        if "username" in credentials and "email" in credentials:
            del credentials["username" if credentials["username"] == credentials["email"] else "email"]
        return super().authenticate(request, **credentials)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._taken = tries.for_sign_in(request, credentials.get("email") or credentials.get("username") or "")

    def _rollback_login_failed_rl_usage(self) -> None:
        self._taken.give_back()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """There are none in the cache."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Without the name: what is typed into the wrong field may be a password.
        log.warning("sign-in refused")

    def login(self, request: HttpRequest, user: User) -> None:
        """End the session that there was, and begin one with a new key, in the store and as a row."""
        if device := device_of(request):
            if device.user_id == user.pk:
                commit_service(services.sign_out, device)
            else:
                request.session.flush()
        # Else Django would keep the key, whose row is over, for the same person.
        request.session.pop(SESSION_KEY, None)
        let_be(request, None)
        super().login(request, user)
        session = commit_service(
            services.sign_in,
            user,
            key=request.session.session_key,
            user_agent=self.get_http_user_agent(request),
            address=address_of(request.META),
        )
        let_be(request, session)
        log.info("signed in", extra={"user": user.pk})

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        tries.remember_device(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        user_id = request.user.pk
        super().logout(request)  # flushes the session, which ends its row first
        let_be(request, None)
        log.info("signed out", extra={"user": user_id})

    def set_password(self, user: User, password: str) -> None:
        """A new password ends all sessions but the one that it was set in, whose key Django changes next."""
        user.set_password(password)
        device = device_of(self.request)
        keep = device if device and device.user_id == user.pk else None
        commit_service(services.change_password, user, keep=keep)
        log.info("password changed", extra={"user": user.pk})

    # --- Mail and messages ---

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: EmailAddress, signup: bool) -> bool:
        try:
            tries.for_mail(request, email_address.email)
        except RateLimited:
            return False
        return True

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """With links that begin with SITE_URL, whatever Host the request came with; a mail that fails does so alike for everybody."""
        site = urlsplit(settings.SITE_URL)
        links = {name: _on_site(value) for name, value in context.items() if name.endswith("_url")}
        context = context | links | {"current_site": SimpleNamespace(name=site.netloc, domain=site.netloc)}
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            log.error("mail could not be sent", extra={"error": type(error).__name__})

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        # The API signs in without a place for messages.
        if hasattr(request, "_messages"):
            super().add_message(request, *args, **kwargs)

    # --- The request ---

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request.META) or "0.0.0.0"  # noqa: S104 - unknown, not an address to listen at

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return request.META.get("HTTP_USER_AGENT", "")

    def is_safe_url(self, url: str) -> bool:
        """Only paths of our own: whoever can choose the Host header could make any other address look like ours."""
        parts = urlsplit(url)
        return not parts.scheme and not parts.netloc and url.startswith("/") and super().is_safe_url(url)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages are for browsers; programs have the API."""
        return False


def _on_site(url: Any) -> Any:
    if not isinstance(url, str):
        return url
    parts = urlsplit(url)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()
