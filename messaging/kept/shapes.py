"""The shapes of what one person keeps: threads, saved messages, drafts."""

from rest_framework import serializers

from chatsite.api import IdField, StrictSerializer
from messaging.serializers import Message, Reply
from rooms.api.shapes import Author

# --- In ------------------------------------------------------------------------------------------------------------


class FollowingInput(StrictSerializer):
    """What is absent or null stays as it is."""

    following = serializers.BooleanField(required=False, allow_null=True)
    read_seq = IdField(min_value=0, required=False, allow_null=True, help_text="Never moves back.")


class DraftInput(StrictSerializer):
    body = serializers.CharField(trim_whitespace=False, allow_blank=True)
    reply_to = IdField(required=False, allow_null=True)
    version = IdField(
        min_value=0,
        required=False,
        allow_null=True,
        help_text="Of the draft that one knew; null where one knew of none.",
    )


# --- Out -----------------------------------------------------------------------------------------------------------


class ThreadShape(serializers.Serializer):
    """A thread, and what it is to the person who asks."""

    root = Message()
    last_seq = serializers.IntegerField(help_text="Of its last living reply; 0 where there is none.")
    last_reply_at = serializers.DateTimeField(allow_null=True)
    people = Author(many=True, help_text="Who spoke last, up to three.")
    following = serializers.BooleanField()
    read_seq = serializers.IntegerField()
    unread = serializers.IntegerField(help_text="Living replies of others behind `read_seq`, where one follows.")


class OneThreadShape(ThreadShape):
    followers = Author(many=True, help_text="Members who follow it, up to a hundred.")


class SavedShape(serializers.Serializer):
    message = Message()
    saved_at = serializers.DateTimeField()


class DraftShape(serializers.Serializer):
    room = serializers.IntegerField()
    thread = serializers.IntegerField(allow_null=True, help_text="The id of the thread's root.")
    body = serializers.CharField()
    reply_to = Reply(allow_null=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class AllReadShape(serializers.Serializer):
    user_seq = serializers.IntegerField()
    rooms = serializers.ListField(child=serializers.IntegerField(), help_text="Whose marks moved.")


class ErrandsShape(serializers.Serializer):
    """What waits, in numbers; and where."""

    threads = serializers.IntegerField(help_text="Followed threads with something unread.")
    drafts = serializers.IntegerField()
    notifications = serializers.IntegerField(help_text="Unread ones.")
    reports = serializers.IntegerField(help_text="Open ones of the rooms that one moderates.")
    draft_rooms = serializers.ListField(
        child=serializers.IntegerField(), help_text="Rooms with a draft of their own, not of a thread."
    )
