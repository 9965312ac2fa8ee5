"""What the API of accounts takes and gives."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts import wire
from accounts.models import Block, Notify, Session, User
from chatsite.api import IdField, StrictSerializer

MAX_PASSWORD = 1000
"""Characters; long enough for any passphrase, short enough to hash."""


class Password(serializers.CharField):
    def __init__(self, **kwargs: Any):
        super().__init__(trim_whitespace=False, max_length=MAX_PASSWORD, write_only=True, **kwargs)


class TokenRequest(StrictSerializer):
    username = serializers.CharField(max_length=254, help_text="The username, or the e-mail address.")
    password = Password()
    code = serializers.CharField(
        max_length=64, required=False, allow_null=True, allow_blank=True, help_text="Of the second factor."
    )


class RefreshRequest(StrictSerializer):
    refresh = serializers.CharField(max_length=4096)


class TokenPair(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()


class Ticket(serializers.Serializer):
    ticket = serializers.CharField(help_text="For `/ws/?ticket=`, once, within 30 seconds.")


class Registration(StrictSerializer):
    username = serializers.CharField(max_length=32)
    password = Password()
    email = serializers.EmailField(max_length=254, required=False, allow_null=True, allow_blank=True)
    display_name = serializers.CharField(max_length=80, required=False, allow_null=True, allow_blank=True)
    invitation = serializers.CharField(
        max_length=64, required=False, allow_null=True, allow_blank=True, help_text="The code of an invitation's link."
    )


class HourField(serializers.RegexField):
    """A time of day as `22:30`, "" for none."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            r"^([01]\d|2[0-3]):[0-5]\d$",
            allow_blank=True,
            error_messages={"invalid": _("Expected a time of day, as 22:30.")},
            **kwargs,
        )


class Profile(StrictSerializer):
    display_name = serializers.CharField(max_length=80, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, allow_blank=True, help_text="An IANA name.")
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, write_only=True)
    current_password = Password(required=False, help_text="Wanted where the e-mail address changes.")
    notify = serializers.ChoiceField(choices=Notify.choices, required=False)
    do_not_disturb = serializers.BooleanField(required=False)
    quiet_from = HourField(required=False, help_text="A time of day in one's own time zone, empty for none.")
    quiet_until = HourField(required=False, help_text="Empty where `quiet_from` is.")
    mail_missed = serializers.BooleanField(required=False)


class Person(serializers.Serializer):
    """Somebody, as others see them."""

    id = IdField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    avatar_url = serializers.CharField()
    is_bot = serializers.BooleanField()

    def to_representation(self, instance: User) -> dict[str, Any]:
        return wire.author(instance)


class Oneself(Person):
    """Oneself; `role` is passed as context."""

    email = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    role = serializers.ChoiceField(choices=["guest", "user", "admin"])
    notify = serializers.ChoiceField(choices=Notify.choices)
    do_not_disturb = serializers.BooleanField()
    quiet_from = serializers.CharField()
    quiet_until = serializers.CharField()
    mail_missed = serializers.BooleanField()

    def to_representation(self, instance: User) -> dict[str, Any]:
        return wire.own(instance, self.context["role"])


class NewBlock(StrictSerializer):
    user = IdField()


class Blocked(serializers.Serializer):
    """Somebody whom one blocks."""

    user = Person()
    created_at = serializers.DateTimeField()

    def to_representation(self, instance: Block) -> dict[str, Any]:
        return {"user": wire.author(instance.blocked), "created_at": wire.moment(instance.created_at)}


class SessionLine(serializers.Serializer):
    """One of one's sessions; `current` is passed as context."""

    sid = serializers.CharField()
    current = serializers.BooleanField()
    device = serializers.CharField()
    user_agent = serializers.CharField()
    address = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        return wire.session(instance, self.context["current"])
