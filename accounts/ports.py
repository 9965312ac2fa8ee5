"""What accounts ask of the layer above: small Protocols, which rooms answer when they are ready.

A part that nobody registered answers for an installation without rooms: nobody may register, nobody is seen.
"""

from typing import TYPE_CHECKING, Literal, Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

INVITATION = "invitation"
"""Key in a visitor's session data under which the page of an invitation leaves its code for the sign-up page."""

Role = Literal["guest", "user", "admin"]


class Admission(Protocol):
    """Who may come in."""

    def may_register(self, code: str) -> None:
        """Raise PermissionDenied or ValidationError unless someone may register now; `code` is their invitation's, or empty."""
        ...

    def admitted(self, user: "User", code: str) -> None:
        """`user` was just made, in this transaction: give them their place. May raise as `may_register`; then nobody is made."""
        ...


class Erasure(Protocol):
    """What it does to rooms when somebody goes."""

    def deactivated(self, user: "User") -> None:
        """`user` is being deactivated, in this transaction. May raise PermissionDenied (the only owner of a workspace, say)."""
        ...


class Places(Protocol):
    """Where people are."""

    def places(self, user_id: int) -> list[int]:
        """Ids of the rooms in which `user_id` is a member."""
        ...

    def role_of(self, user_id: int) -> Role:
        """The highest role that `user_id` has in a workspace, in the words of tokens."""
        ...

    def people_visible_to(self, user: "User", workspace: int | None = None) -> "QuerySet[User]":
        """People of the workspaces of `user` and of their direct conversations, each once, or of the one workspace asked for; none where that is not theirs."""
        ...

    def people_moderated_by(self, user: "User") -> "QuerySet[User]":
        """People of the workspaces in which `user` moderates, each once."""
        ...

    def level_chosen(self, user_id: int, level: str) -> None:
        """`user_id` is choosing, in this transaction, of what they are told where their place in a room says nothing."""
        ...

    def administers(self, actor: "User", user: "User") -> bool:
        """Is `actor` an admin of every workspace of `user`, of which there is at least one, and outranked by them in none?"""
        ...


_admission: list[Admission] = []
_erasure: list[Erasure] = []
_places: list[Places] = []


def register(admission: Admission, erasure: Erasure, places: Places) -> None:
    """Called once, by the app that owns the rooms, when it is ready."""
    _admission[:] = [admission]
    _erasure[:] = [erasure]
    _places[:] = [places]


def may_register(code: str) -> None:
    """See Admission."""
    if not _admission:
        raise PermissionDenied(_("Registration is closed."))
    _admission[0].may_register(code)


def admitted(user: "User", code: str) -> None:
    """See Admission."""
    if _admission:
        _admission[0].admitted(user, code)


def deactivated(user: "User") -> None:
    """See Erasure."""
    if _erasure:
        _erasure[0].deactivated(user)


def places(user_id: int) -> list[int]:
    """See Places."""
    return _places[0].places(user_id) if _places else []


def role_of(user_id: int) -> Role:
    """See Places."""
    return _places[0].role_of(user_id) if _places else "user"


def people_visible_to(user: "User", workspace: int | None = None) -> "QuerySet[User]":
    """See Places. Oneself is among them, unless a workspace is asked for that is not one's own."""
    from accounts.models import User

    if _places:
        return _places[0].people_visible_to(user, workspace)
    return User.objects.filter(pk=user.pk) if workspace is None else User.objects.none()


def people_moderated_by(user: "User") -> "QuerySet[User]":
    """See Places."""
    from accounts.models import User

    return _places[0].people_moderated_by(user) if _places else User.objects.none()


def level_chosen(user_id: int, level: str) -> None:
    """See Places."""
    if _places:
        _places[0].level_chosen(user_id, level)


def administers(actor: "User", user: "User") -> bool:
    """See Places."""
    return bool(_places) and _places[0].administers(actor, user)
