"""The shapes of the messages' API: what it takes (strict), and what it answers (for the description)."""

from rest_framework import serializers

from chatsite.api import IdField, StrictSerializer
from rooms.api.shapes import Author


class NewMessage(StrictSerializer):
    """`?` of the protocol: null means absent. Lengths are the service's: it looks a repeated `msg_id` up first."""

    body = serializers.CharField(trim_whitespace=False, allow_blank=True)
    msg_id = serializers.CharField(
        required=False,
        allow_null=True,
        trim_whitespace=False,
        allow_blank=True,
        help_text="A UUID, kept through retries.",
    )
    reply_to = IdField(required=False, allow_null=True)
    attachments = serializers.ListField(child=IdField(), required=False, allow_null=True)
    title = serializers.CharField(required=False, allow_null=True, trim_whitespace=False, allow_blank=True)


class MessageEdit(StrictSerializer):
    """`title` absent keeps it, null removes it; `edited_at` as last seen, null if never."""

    body = serializers.CharField(trim_whitespace=False, allow_blank=True)
    title = serializers.CharField(required=False, allow_null=True, trim_whitespace=False, allow_blank=True)
    edited_at = serializers.CharField(allow_null=True)


class NewFile(StrictSerializer):
    """One file, as multipart/form-data."""

    file = serializers.FileField()


class NewReaction(StrictSerializer):
    emoji = serializers.CharField(trim_whitespace=False)


class NewMark(StrictSerializer):
    seq = IdField(min_value=0)


# --- Answers -------------------------------------------------------------------------------------------------------


class SystemEvent(serializers.Serializer):
    event = serializers.CharField()
    user = serializers.IntegerField(required=False)
    by = serializers.IntegerField(required=False)
    old = serializers.JSONField(required=False, allow_null=True)
    new = serializers.JSONField(required=False, allow_null=True)


class Reply(serializers.Serializer):
    id = serializers.IntegerField()
    seq = serializers.IntegerField()


class Thread(serializers.Serializer):
    root = serializers.IntegerField()
    replies = serializers.IntegerField()
    title = serializers.CharField(required=False)


class Mentions(serializers.Serializer):
    users = serializers.ListField(child=serializers.IntegerField())
    all = serializers.BooleanField()


class ReactionSum(serializers.Serializer):
    emoji = serializers.CharField()
    count = serializers.IntegerField()
    users = serializers.ListField(child=serializers.IntegerField(), help_text="Up to 100.")


class Attachment(serializers.Serializer):
    """A file of a message, or one that waits for its message. Its addresses ask for access at each request."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField(help_text="By its first bytes.")
    url = serializers.CharField()
    thumbnail_url = serializers.CharField(
        allow_null=True, help_text="A WebP of at most 480 pixels a side, once it is made."
    )
    width = serializers.IntegerField(allow_null=True, help_text="Of pictures.")
    height = serializers.IntegerField(allow_null=True)


class Message(serializers.Serializer):
    """A message, as everywhere."""

    id = serializers.IntegerField()
    room = serializers.IntegerField()
    seq = serializers.IntegerField()
    event_seq = serializers.IntegerField()
    kind = serializers.ChoiceField(["message", "system"])
    system = SystemEvent(required=False)
    author = Author()
    body = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    reply_to = Reply(allow_null=True)
    thread = Thread(allow_null=True)
    mentions = Mentions()
    reactions = ReactionSum(many=True)
    attachments = Attachment(many=True)
    previews = serializers.ListField(child=serializers.DictField())
    pinned_at = serializers.DateTimeField(allow_null=True)
    msg_id = serializers.CharField(allow_blank=True)


class Mine(serializers.DictField):
    """`{message: [emoji]}`: one's own reactions where the list of people is cut."""

    child = serializers.ListField(child=serializers.CharField())


class History(serializers.Serializer):
    """A piece of a room, ascending by `seq`."""

    epoch = serializers.UUIDField()
    head = serializers.IntegerField()
    results = Message(many=True)
    has_before = serializers.BooleanField()
    has_after = serializers.BooleanField()
    mine = Mine(required=False)


class Changes(serializers.Serializer):
    """What changed in a room behind a number, or `reset`: load the room anew."""

    epoch = serializers.UUIDField()
    room = serializers.IntegerField()
    head = serializers.IntegerField()
    to = serializers.IntegerField(required=False)
    messages = Message(many=True, required=False)
    more = serializers.BooleanField(required=False)
    reset = serializers.BooleanField(required=False)
    mine = Mine(required=False)

    def get_fields(self):
        # `from` is a word of Python's own.
        return super().get_fields() | {"from": serializers.IntegerField(required=False)}


class PostAck(serializers.Serializer):
    id = serializers.IntegerField()
    room = serializers.IntegerField()
    seq = serializers.IntegerField()
    event_seq = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    duplicate = serializers.BooleanField()


class EditAck(serializers.Serializer):
    event_seq = serializers.IntegerField()
    edited_at = serializers.DateTimeField(allow_null=True)


class ChangeAck(serializers.Serializer):
    event_seq = serializers.IntegerField()


class MarkAck(serializers.Serializer):
    last_read_seq = serializers.IntegerField()
    unread = serializers.IntegerField()
    mentions = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    user_seq = serializers.IntegerField()
