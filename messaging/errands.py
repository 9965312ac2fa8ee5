"""What waits for one person: the sidebar's first lines, in numbers, and which rooms have a draft. Nothing is asked until somebody wants to know."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import Block, User
from chatsite.compiled import Compiled
from messaging import notices, threads
from messaging.models import Draft, Message, Notification, Report, SavedMessage, ThreadFollower
from messaging.services.drafts import drafts_of
from rooms.context_processors import Place, place_of

NOWHERE = 0
"""In place of a workspace: of somebody who decides on no reports."""


class Errands:
    """`threads`: followed ones with something unread; `drafts`; `notifications`: unread ones; `reports`: open ones in the workspace that `where()` names.

    `where()` is asked only when they are counted; None stands for all workspaces, NOWHERE for none.
    """

    def __init__(self, user: User, where: Callable[[], int | None]):
        self.user, self._where = user, where

    @cached_property
    def _hints(self) -> dict[str, bool]:
        """Of which kinds there is anything at all that might count: cheap to ask, and most of the time nothing."""
        row = _any.first(self.user.pk)
        return dict(zip(HINTS, row, strict=True)) if row else dict.fromkeys(HINTS, False)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Two queries, one where there is nothing to count."""
        hints, where = self._hints, NOWHERE
        if hints["reports"]:
            where = self._where()
        kinds = tuple(kind for kind in KINDS if hints[kind] and (kind != "reports" or where != NOWHERE))
        workspace = [where] if "reports" in kinds and where is not None else []
        row = _waiting.first(self.user.pk, *workspace, kinds=kinds) if kinds else None
        return dict.fromkeys(KINDS, 0) | dict(zip(kinds, row or (), strict=False))

    @property
    def threads(self) -> int:
        return self.counts["threads"]

    @property
    def drafts(self) -> int:
        return self.counts["drafts"]

    @property
    def notifications(self) -> int:
        return self.counts["notifications"]

    @property
    def reports(self) -> int:
        return self.counts["reports"]

    @property
    def is_blocking(self) -> bool:
        """Whether they block anybody at all: who does not is not asked whom."""
        return self._hints["blocks"]

    @property
    def is_keeping(self) -> bool:
        """Whether they keep any message at all."""
        return self._hints["keeps"]

    @cached_property
    def draft_rooms(self) -> list[int]:
        """The rooms with a draft of their own, not of a thread. Who has no draft at all is not asked again."""
        if not self.drafts:
            return []
        own = drafts_of(self.user).select_related(None).filter(root=None)
        return list(own.order_by("room").values_list("room", flat=True))

    def wire(self) -> dict[str, Any]:
        """As the API answers."""
        return {**self.counts, "draft_rooms": self.draft_rooms}


def errands(request: HttpRequest) -> dict[str, Any]:
    """`errands` in every page; where it is not known yet who asks, there are none."""
    return {"errands": errands_of(request)} if hasattr(request, "user") else {}


def errands_of(request: HttpRequest) -> Errands:
    """Of this request's person, one for its whole life."""
    if not hasattr(request, "_errands"):
        place = place_of(request)
        request._errands = Errands(request.user, lambda: _where(place))  # type: ignore[attr-defined, arg-type]  # only houses ask
    return request._errands  # type: ignore[attr-defined]


def _where(place: Place) -> int:
    # Who moderates nothing there is known without a question.
    return place.workspace.pk if place.workspace and place.moderates else NOWHERE


KINDS = ("threads", "drafts", "notifications", "reports")
HINTS = (*KINDS, "blocks", "keeps")


def _hinted(user: int) -> QuerySet[User]:
    found = {
        "threads": ThreadFollower.objects.filter(user=user, is_following=True),
        "drafts": Draft.objects.filter(user=user),
        "notifications": Notification.objects.filter(user=user, read_at=None),
        "reports": Report.objects.filter(state=Report.State.OPEN),
        "blocks": Block.objects.filter(user=user),
        "keeps": SavedMessage.objects.filter(user=user),
    }
    # Not by these names: a person has `notifications` of their own.
    asked = {f"has_{name}": Exists(found[name]) for name in HINTS}
    return User.objects.filter(pk=user).annotate(**asked).values_list(*asked)


def _counted(user: int, *workspace: int, kinds: tuple[str, ...]) -> QuerySet[User]:
    person = User(pk=user)
    reports = Report.objects.visible_to(person).waiting()
    for one in workspace:
        # No join, by which a planner may begin at the rooms, and look at all that was said there.
        reports = reports.filter(Exists(Message.objects.filter(pk=OuterRef("message"), room__workspace=one)))
    found = {
        "threads": threads.unread_by(person),
        "drafts": drafts_of(person).select_related(None),
        "notifications": notices.visible_to(person).filter(read_at=None),
        "reports": reports,
    }
    counted = {f"waiting_{kind}": _count(found[kind]) for kind in kinds}
    return User.objects.filter(pk=user).annotate(**counted).values_list(*counted)


_any, _waiting = Compiled(_hinted), Compiled(_counted)


def _count(rows: QuerySet) -> Coalesce:
    # As a plain function: an aggregate would group by the columns of each row's model.
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
