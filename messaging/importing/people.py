"""Authors become people: who was made for a name once is found by it ever after."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from django.contrib.auth.hashers import make_password

from accounts.models import AuditEntry, User
from accounts.names import clean_line
from messaging.importing.naming import source_of, usernames
from messaging.importing.patience import committed
from rooms.models import Workspace, WorkspaceMembership

IMPORTED = "person.imported"
"""The entry of the audit log that says which person was made for which name: neither a new display name nor a password changes it."""
AT_A_TIME = 200


@dataclass(slots=True, frozen=True)
class Person:
    """Somebody who was imported."""

    id: int
    username: str


class People:
    """The people of an import, by the names that the file calls them."""

    def __init__(self, actor: User, workspace: Workspace) -> None:
        self.actor, self.workspace = actor, workspace
        self.made = 0
        self._known = _imported()

    def __getitem__(self, name: str) -> Person:
        return self._known[source_of(name)]

    def username_of(self, name: str) -> str | None:
        """The username of `name`, None where no import ever made them."""
        person = self._known.get(source_of(name))
        return person.username if person else None

    def make(self, names: Iterable[str]) -> None:
        """Make a person of each name that is not known yet, a member of the workspace who cannot sign in."""
        missing = sorted(name for name in names if source_of(name) not in self._known)
        for some in batched(missing, AT_A_TIME):
            made = committed(_make_people, self.actor, self.workspace, some)
            self._known |= made
            self.made += len(made)


def _imported(names: Iterable[str] | None = None) -> dict[str, Person]:
    entries = AuditEntry.objects.filter(action=IMPORTED)
    if names is not None:
        entries = entries.filter(details__source__in=[source_of(name) for name in names])
    sources = {int(target): details["source"] for details, target in entries.values_list("details", "target_id")}
    people: dict[str, Person] = {}
    for ids in batched(sources, 500):
        for pk, username in User.objects.filter(pk__in=ids).values_list("pk", "username"):
            people[sources[pk]] = Person(pk, username)
    return people


def _make_people(actor: User, workspace: Workspace, names: Iterable[str]) -> dict[str, Person]:
    """The people of `names`, made where another import did not make them meanwhile."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    found = _imported(names)
    new = {name: username for name, username in _free_usernames(names) if source_of(name) not in found}
    users = User.objects.bulk_create([_user(name, username) for name, username in new.items()])
    WorkspaceMembership.objects.bulk_create([WorkspaceMembership(workspace=workspace, user=user) for user in users])
    AuditEntry.objects.bulk_create([_entry(actor, user, name) for name, user in zip(new, users, strict=True)])
    return found | {source_of(name): Person(user.pk, user.username) for name, user in zip(new, users, strict=True)}


def _entry(actor: User, user: User, name: str) -> AuditEntry:
    """As `accounts.services.audit` writes it, for many at once."""
    details = {"source": source_of(name)}
    return AuditEntry(
        actor=actor, action=IMPORTED, target_type=User._meta.label_lower, target_id=str(user.pk), details=details
    )


def _user(name: str, username: str) -> User:
    user = User(username=username, display_name=clean_line(name), password=make_password(None))
    user.clean_fields()
    return user


def _free_usernames(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    candidates = {name: list(usernames(name)) for name in names}
    wanted = [username for some in candidates.values() for username in some]
    taken = set(User.objects.filter(username__in=wanted).values_list("username", flat=True))
    for name, some in candidates.items():
        username = next(one for one in some if one not in taken)
        taken.add(username)
        yield name, username
