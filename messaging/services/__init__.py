"""What people do with messages. Each is called through `chatsite.realtime.commit`."""

from messaging.services.finding import visible as visible_message
from messaging.services.marks import Mark, mark_read, mark_unread
from messaging.services.messages import KEEP, Edited, delete_message, edit_message
from messaging.services.posting import Post, Posted, post_message, post_messages
from messaging.services.reactions import add_reaction, remove_reaction

__all__ = [
    "KEEP",
    "Edited",
    "Mark",
    "Post",
    "Posted",
    "add_reaction",
    "delete_message",
    "edit_message",
    "mark_read",
    "mark_unread",
    "post_message",
    "post_messages",
    "remove_reaction",
    "visible_message",
]
