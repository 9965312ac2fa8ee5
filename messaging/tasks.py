"""The background work of messages: each feature keeps its own, and what stands here is found by the schedule."""

from messaging.files.tasks import make_thumbnail, remove_files, remove_strays, remove_unclaimed
from messaging.notices.tasks import deliver, forget_old, mail_missed, send_digest

__all__ = [
    "deliver",
    "forget_old",
    "mail_missed",
    "make_thumbnail",
    "remove_files",
    "remove_strays",
    "remove_unclaimed",
    "send_digest",
]
