"""What waits for one person, in numbers: the sidebar's first lines. One query, and none until somebody asks."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, cached_property

from accounts.models import User
from messaging import notices, threads
from messaging.services.drafts import drafts_of


class Errands:
    """`threads`: followed ones with something unread; `drafts`; `notifications`: unread ones."""

    def __init__(self, user: User):
        self.user = user

    @cached_property
    def counts(self) -> dict[str, int]:
        rows = {
            "threads": threads.unread_by(self.user),
            "drafts": drafts_of(self.user).select_related(None),
            "notifications": notices.visible_to(self.user).filter(read_at=None),
        }
        # Not by these names: a person has `notifications` of their own.
        counted = {f"waiting_{name}": _count(found) for name, found in rows.items()}
        found = User.objects.filter(pk=self.user.pk).annotate(**counted).values_list(*counted).first()
        return dict(zip(rows, found or [0] * len(rows), strict=True))

    @property
    def threads(self) -> int:
        return self.counts["threads"]

    @property
    def drafts(self) -> int:
        return self.counts["drafts"]

    @property
    def notifications(self) -> int:
        return self.counts["notifications"]

    def wire(self) -> dict[str, int]:
        """As the API answers."""
        return self.counts


def errands(request: HttpRequest) -> dict[str, Any]:
    """`errands` in every page."""
    return {"errands": SimpleLazyObject(lambda: errands_of(request))}


def errands_of(request: HttpRequest) -> Errands:
    """Of this request's person, one for its whole life."""
    if not hasattr(request, "_errands"):
        request._errands = Errands(request.user)  # type: ignore[attr-defined, arg-type]  # only houses ask
    return request._errands  # type: ignore[attr-defined]


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("user").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
