"""What goes in and out: strict serializers for what comes, shapes for the description of what goes."""

from rest_framework import serializers

from chatsite.api import IdField, StrictSerializer
from rooms.models import Role, Room, RoomRole
from rooms.services.direct import MAX_OTHERS

INVITED_ROLES = [(Role.GUEST.value, Role.GUEST.label), (Role.MEMBER.value, Role.MEMBER.label)]
KINDS = [(kind.value, kind.label) for kind in (Room.Kind.PUBLIC, Room.Kind.PRIVATE)]
NOTIFY = ["all", "mentions", "nothing"]


# --- In ------------------------------------------------------------------------------------------------------------


class WorkspaceInput(StrictSerializer):
    name = serializers.CharField(max_length=80)


class WorkspaceMemberInput(StrictSerializer):
    user = IdField()
    role = serializers.ChoiceField(choices=Role.choices, default=Role.MEMBER)


class WorkspaceRoleInput(StrictSerializer):
    role = serializers.ChoiceField(choices=Role.choices)


class NewRoomInput(StrictSerializer):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=KINDS)
    workspace = IdField(required=False, allow_null=True)
    topic = serializers.CharField(max_length=250, required=False, allow_null=True, allow_blank=True)
    history = serializers.ChoiceField(choices=Room.History.choices, required=False, allow_null=True)
    threads = serializers.ChoiceField(choices=Room.Threads.choices, required=False, allow_null=True)


class DirectInput(StrictSerializer):
    users = serializers.ListField(
        child=IdField(),
        allow_empty=True,
        max_length=MAX_OTHERS + 1,
        help_text="The others, 1 to 9; one's own id counts for nothing, and none at all is notes to self.",
    )


class RoomInput(StrictSerializer):
    name = serializers.CharField(max_length=80, required=False)
    topic = serializers.CharField(max_length=250, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    history = serializers.ChoiceField(choices=Room.History.choices, required=False)
    threads = serializers.ChoiceField(choices=Room.Threads.choices, required=False)
    open_to_web = serializers.BooleanField(required=False)
    slow_mode_seconds = serializers.IntegerField(required=False, min_value=0, max_value=21_600)
    archived = serializers.BooleanField(required=False)


class MemberInput(StrictSerializer):
    user = IdField()


class RoleInput(StrictSerializer):
    role = serializers.ChoiceField(choices=RoomRole.choices)


class BanInput(StrictSerializer):
    user = IdField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class NotifyInput(StrictSerializer):
    notify = serializers.ChoiceField(choices=NOTIFY, allow_null=True)


class InvitationInput(StrictSerializer):
    role = serializers.ChoiceField(choices=INVITED_ROLES, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    max_uses = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000)


# --- Out -----------------------------------------------------------------------------------------------------------


class Author(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    avatar_url = serializers.CharField(allow_blank=True)
    is_bot = serializers.BooleanField()


class WorkspaceShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    created_at = serializers.DateTimeField()


class WorkspaceMemberShape(serializers.Serializer):
    user = Author()
    role = serializers.ChoiceField(choices=Role.choices)
    joined_at = serializers.DateTimeField()


class RoomShape(serializers.Serializer):
    id = serializers.IntegerField()
    workspace = serializers.IntegerField(allow_null=True)
    slug = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    topic = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=Room.Kind.choices)
    history = serializers.ChoiceField(choices=Room.History.choices)
    threads = serializers.ChoiceField(choices=Room.Threads.choices)
    open_to_web = serializers.BooleanField()
    archived = serializers.BooleanField()
    slow_mode_seconds = serializers.IntegerField()
    head = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    members_count = serializers.IntegerField()
    users = Author(many=True, required=False, help_text="Of direct rooms only.")
    role = serializers.ChoiceField(choices=RoomRole.choices, allow_null=True, help_text="Null where one is no member.")
    joined_seq = serializers.IntegerField(allow_null=True)
    joined_event_seq = serializers.IntegerField(allow_null=True)
    notify = serializers.ChoiceField(choices=NOTIFY, allow_null=True, help_text="Null: as my settings say.")
    last_read_seq = serializers.IntegerField()
    unread = serializers.IntegerField()
    mentions = serializers.IntegerField()


class MemberShape(serializers.Serializer):
    user = Author()
    role = serializers.ChoiceField(choices=RoomRole.choices)
    joined_event_seq = serializers.IntegerField()
    last_read_seq = serializers.IntegerField(
        required=False, help_text="The highest mark, in rooms of up to 100 members."
    )


class BanShape(serializers.Serializer):
    user = Author()
    by = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class NotifyShape(serializers.Serializer):
    notify = serializers.ChoiceField(choices=NOTIFY, allow_null=True)


class InvitationShape(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    url = serializers.CharField(help_text="The page on which people accept it.")
    workspace = serializers.IntegerField()
    room = serializers.IntegerField(allow_null=True)
    role = serializers.ChoiceField(choices=INVITED_ROLES)
    created_by = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True)
    uses = serializers.IntegerField()


class AcceptedShape(serializers.Serializer):
    workspace = serializers.IntegerField()
    room = serializers.IntegerField(allow_null=True)
