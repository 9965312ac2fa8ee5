"""The installation: its epoch, and its set-up, which happens exactly once."""

import hashlib
import secrets
import uuid

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import clean_line
from accounts.services import add_person, new_person
from chatsite.realtime.errors import Conflict
from rooms import broadcasts
from rooms.models import Installation, Role, Room, Workspace, WorkspaceMembership
from rooms.services.rooms import open_room

THE_ONE = 1
"""Primary key of the one row."""


def installation() -> Installation:
    """The one row, made when it is first asked for."""
    return Installation.objects.get_or_create(pk=THE_ONE)[0]


def epoch() -> str:
    """The incarnation of the log, a UUID as text."""
    return str(installation().epoch)


def set_up_link() -> str | None:
    """The path of the set-up page with a fresh one-time key (older ones end), or None once the place is set up.

    Only the SHA-256 of the key is kept.
    """
    installation()
    key = secrets.token_urlsafe(24)
    fresh = Installation.objects.filter(pk=THE_ONE, set_up_at=None).update(set_up_key=_hashed(key))
    return reverse("set_up", args=[key]) if fresh else None


def opens_set_up(key: str) -> bool:
    """Whether `key` is that of the latest set-up link, and the place is not set up yet."""
    return _fits(installation(), key)


def set_up(key: str | None, *, workspace: str, username: str, email: str, password: str) -> User:
    """Make the workspace, its owner, and a public room "general" with the owner in it; the owner may enter the admin, too.

    `key` is that of the set-up link; None (the command on the server itself) needs none. Happens once: raises Conflict
    once the place is set up, PermissionDenied for a wrong key, ValidationError naming the fields.
    """
    installation()
    place = Installation.objects.select_for_update().get(pk=THE_ONE)
    if place.is_set_up:
        raise Conflict(_("This place is set up already."))
    if key is not None and not _fits(place, key):
        raise PermissionDenied(
            _("This set-up link is not valid any more: the latest one stands where the server was started.")
        )
    made = Workspace(name=clean_line(workspace))
    owner = add_person(_checked(made, username=username, email=email, password=password))
    # Whoever sets the place up has its server: with mail that does not go yet, they must not be locked out of it.
    EmailAddress.objects.filter(user=owner).update(verified=True)
    made.save()
    WorkspaceMembership.objects.create(workspace=made, user=owner, role=Role.OWNER)
    open_room(owner, Room(workspace=made, name=_("general")))
    place.set_up_at, place.set_up_key = timezone.now(), ""
    place.save()
    return owner


def new_epoch() -> str:
    """Give the log another incarnation, as every restore must: all clients drop what they hold and load it anew."""
    place = Installation.objects.select_for_update().get(pk=installation().pk)
    place.epoch = uuid.uuid4()
    place.save(update_fields=["epoch"])
    broadcasts.epoch_changed(place.epoch)
    return str(place.epoch)


def _checked(workspace: Workspace, **owner: str) -> User:
    """The owner, not saved yet. Raises ValidationError for all that is wrong at once."""
    errors = {}
    try:
        workspace.full_clean()
    except ValidationError as error:
        errors["workspace"] = error.messages
    try:
        person = new_person(**owner)
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    person.is_staff = person.is_superuser = True
    return person


def _fits(place: Installation, key: str) -> bool:
    return not place.is_set_up and secrets.compare_digest(place.set_up_key, _hashed(key))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
