"""What the forms of every app are made of: text that can be stored, and services whose refusals stand beside the fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from chatsite import errors
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import ChatError


class ActForm(forms.Form):
    """A form that does something: `act` commits a service, and tells what it refused."""

    error_css_class = "wrong"
    result: Any = None
    """What the service returned."""
    status = 200
    """Of the page that shows the form again."""

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if self.is_bound and not valid:
            self.status = 400
        return valid

    def act(self, service: Callable, *args: Any, **data: Any) -> bool:
        """Commit `service(*args, **data)`. False where it refused: then the sentences are in the form, and what was typed stays."""
        return self.attempt(commit, service, *args, **data)

    def attempt(self, call: Callable, *args: Any, **data: Any) -> bool:
        """As `act`, for a call that commits by itself."""
        try:
            self.result = call(*args, **data)
        except (ValidationError, PermissionDenied, ChatError) as refused:
            self.refuse(refused)
            return False
        return True

    def refuse(self, refused: Exception) -> None:
        """Show why it was refused. Raises what is a failure of ours."""
        refusal = errors.record(errors.describe(refused), refused)
        if refusal.status >= 500:
            raise refused
        self.status = refusal.status
        self._tell(refusal)

    def _tell(self, refusal: errors.Refusal) -> None:
        for name, sentences in refusal.errors.items():
            self.add_error(name if name in self.fields else None, sentences)
        if not refusal.errors:
            self.add_error(None, refusal.sentence)


class LineField(forms.CharField):
    """One line of text that the service cleans: not stripped here, so that both agree on what was typed."""

    def __init__(self, *, max_length: int, **kwargs: Any):
        super().__init__(max_length=max_length, strip=False, **kwargs)
