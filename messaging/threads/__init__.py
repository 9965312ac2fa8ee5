"""Threads as lists, pages and programs see them: `shown` is what one is to somebody, `talk` its page, `links` where a message of it is seen.

The rules are in `messaging/services/threads.py`.
"""

from messaging.threads.shown import Thread, drawn, followed_by, followers_of, lines, of_room, one, unread_by

__all__ = ["Thread", "drawn", "followed_by", "followers_of", "lines", "of_room", "one", "unread_by"]
