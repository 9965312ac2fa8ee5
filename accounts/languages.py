"""Choosing the language of the pages, also for who is not signed in."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import services
from accounts.back import BackForm, go_back
from chatsite.realtime.commit import commit

A_YEAR = 365 * 86_400


class LanguageForm(BackForm):
    """A language that is offered, and where to go on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep it in this browser, and, for who is signed in, in their settings; then back to `next`."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise ValidationError({name: list(sentences) for name, sentences in form.errors.items()})
    code = form.cleaned_data["language"]
    if request.user.is_authenticated:
        commit(services.change_profile, request.user, language=code)
    response = go_back(request, form.cleaned_data["next"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
