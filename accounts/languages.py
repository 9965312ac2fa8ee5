"""Choosing the language of the pages, also for who is not signed in."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import services
from chatsite.realtime.commit import commit

A_YEAR = 365 * 86_400


class LanguageForm(forms.Form):
    """A language that is offered, and where to go on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(max_length=2048, required=False, strip=False)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep it in this browser, and, for who is signed in, in their settings; then back to `next`."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise ValidationError({name: list(sentences) for name, sentences in form.errors.items()})
    code, back = form.cleaned_data["language"], form.cleaned_data["next"]
    if request.user.is_authenticated:
        commit(services.change_profile, request.user, language=code)
    response = redirect(back if get_adapter(request).is_safe_url(back) else "home")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
