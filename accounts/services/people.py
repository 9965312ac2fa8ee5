"""Becoming somebody, and changing who one is."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import broadcasts, ports
from accounts.models import Session, User
from accounts.names import clean_line
from accounts.services.devices import end_other_sessions
from accounts.services.personal import touch

SHOWN_TO_OTHERS = {"display_name", "avatar"}


def new_person(
    *, username: str, password: str, email: str = "", display_name: str = "", language: str = "", time_zone: str = ""
) -> User:
    """A checked person who is not saved yet, for `register` or `add_person`: hashing the password would hold up a transaction.

    Raises ValidationError, by field.
    """
    user = User(
        username=username.lower(),
        email=email.lower(),
        display_name=clean_line(display_name),
        language=language,
        time_zone=time_zone,
    )
    if errors := {**_wrong_with(user), **_wrong_with_password(password, user)}:
        raise ValidationError(errors)
    user.set_password(password)
    return user


def _wrong_with(user: User) -> dict[str, list[str]]:
    try:
        user.full_clean(exclude=["password"], validate_constraints=False)
    except ValidationError as error:
        return error.message_dict
    taken = User.objects.filter(username=user.username).exists()
    return {"username": [_("This username is taken.")]} if taken else {}


def _wrong_with_password(password: str, user: User) -> dict[str, list[str]]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {"password": error.messages}
    return {}


def register(user: User, *, code: str = "", with_address: bool = True) -> User:
    """Let `user` (of `new_person`) in by the rule for registration; `code` is their invitation's.

    Raises PermissionDenied or ValidationError; then nobody is made.
    """
    ports.may_register(code)
    add_person(user, with_address=with_address)
    ports.admitted(user, code)
    return user


def add_person(user: User, *, with_address: bool = True) -> User:
    """Save `user` (of `new_person`) without asking a rule: the set-up's owner, an import, a bot.

    `with_address` False leaves the row of the e-mail address to allauth, which makes its own at its sign-up page.
    """
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        # Somebody else took the name since `new_person` looked.
        raise ValidationError({"username": [_("This username is taken.")]}) from None
    if with_address and user.email:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


def change_profile(user: User, **changes: str) -> User:
    """Change `display_name`, `avatar` (a file's name), `language` or `time_zone` of oneself; what stays the same changes nothing.

    Raises ValidationError, by field.
    """
    now = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if "display_name" in changes:
        changes["display_name"] = clean_line(changes["display_name"])
    changed = {name for name, value in changes.items() if getattr(now, name) != value}
    for name in changed:
        setattr(now, name, changes[name])
    if not changed:
        return user
    now.clean_fields(exclude=[field.name for field in User._meta.fields if field.name not in changed])
    now.version += bool(changed & SHOWN_TO_OTHERS)
    now.save(update_fields=[*changed, "version"])
    for name in [*changed, "version"]:
        setattr(user, name, getattr(now, name))
    broadcasts.settings_changed(user.pk, touch(user.pk))
    if changed & SHOWN_TO_OTHERS:
        broadcasts.user_changed(now)
    return user


def change_email(user: User, *, email: str) -> User:
    """Make `email` (empty: none) the one address of `user`, unverified. The caller has asked for the password. Voids reset links."""
    User(email=email.lower()).clean_fields(exclude=[field.name for field in User._meta.fields if field.name != "email"])
    user.email = email.lower()
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    if user.email and not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    broadcasts.settings_changed(user.pk, touch(user.pk))
    return user


def change_password(user: User, *, keep: Session | None) -> None:
    """Save the password that was set on `user` (hashed outside of the transaction), and end all their sessions but `keep`, whose stamp is renewed."""
    user.save(update_fields=["password"])
    if keep is not None:
        keep.stamp = user.get_session_auth_hash()
        keep.save(update_fields=["stamp"])
    end_other_sessions(user, keep)
