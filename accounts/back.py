"""Back to the page that an act was chosen on: the field `next` of its form."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

LONGEST = 2048


class BackForm(forms.Form):
    """Where to go on."""

    next = forms.CharField(max_length=LONGEST, required=False, strip=False)


def go_back(request: HttpRequest, path: str) -> HttpResponseRedirect:
    """To `path` where that is one of ours, else to the start page."""
    return redirect(path if get_adapter(request).is_safe_url(path) else "home")
