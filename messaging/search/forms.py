"""The form of the search page. It is sent by GET, so that what was asked is an address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from messaging.forms import BIGGEST
from messaging.search import query as queries
from messaging.search.query import Query

HAS = [("", _("Anything")), ("file", _("A file")), ("picture", _("A picture")), ("link", _("A link"))]
FILTERS = ("room", "author", "after", "before", "has")


class DayField(forms.CharField):
    """A day."""

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, max_length=40, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class SearchForm(forms.Form):
    """What to search for."""

    error_css_class = "wrong"
    q = forms.CharField(label=_("Words"), required=False, strip=False)
    room = forms.IntegerField(label=_("In"), required=False, min_value=1, max_value=BIGGEST)
    author = forms.CharField(
        label=_("From (username)"), required=False, max_length=40, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    after = DayField(label=_("Since"))
    before = DayField(label=_("Before"))
    has = forms.ChoiceField(label=_("With"), choices=HAS, required=False)
    cursor = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rooms: Sequence[tuple[int, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["room"].widget = forms.Select(choices=[("", _("All rooms")), *rooms])

    @property
    def is_asked(self) -> bool:
        """Whether there is a question. A room alone is where to ask, and no question."""
        return any(self.data.get(name) for name in ("q", *FILTERS) if name != "room")

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in FILTERS)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                given["query"] = self._query(given)
            except ValidationError as refused:
                self.add_error(None, refused)
        return given

    def refuse(self, error: ValidationError) -> None:
        """Put what the search refused beside its field."""
        self.add_error(None, error)

    @staticmethod
    def _query(given: dict[str, Any]) -> Query:
        return queries.read(
            given["q"],
            room_id=given["room"],
            authors=(given["author"].removeprefix("@"),) if given["author"] else (),
            **{name: queries.moment(given[name], name=name) for name in ("after", "before") if given[name]},
            has=frozenset({given["has"]} - {""}),
        )
