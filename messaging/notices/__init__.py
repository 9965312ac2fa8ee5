"""Notifications: who is told of a message, by whom it was read since, what a mail says of what was missed.

Posting asks for them (`enqueue`), in its own transaction; a task decides whom they are for, when it runs.
"""

from messaging.notices.asking import enqueue
from messaging.notices.reading import drop_of, mark_read, read_everything, read_in_room, unread_of, visible_to

__all__ = ["drop_of", "enqueue", "mark_read", "read_everything", "read_in_room", "unread_of", "visible_to"]
