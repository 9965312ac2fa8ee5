"""Where a message of a thread is seen."""

from django.urls import reverse

from accounts.models import User
from messaging import pages
from messaging.models import Message


def thread_link(root: Message, seq: int | None = None) -> str:
    """The page of the thread, at one of its messages."""
    url = reverse("thread", args=[root.room_id, root.pk])
    return f"{url}?around={seq}#t-{root.room_id}-{seq}" if seq else url


def posted_link(room_id: int, seq: int, thread: int | None) -> str:
    """Where a message that was just posted is seen."""
    if not thread:
        return pages.link(room_id, seq)
    return reverse("thread", args=[room_id, thread]) + f"#t-{room_id}-{seq}"


def link_to_reply(user: User, room_id: int, seq: int) -> str:
    """The page of the thread in which the message is a reply; "" where it is none, or its root is hidden from `user`."""
    reply = Message.objects.visible_to(user).filter(room=room_id, seq=seq, thread_root__isnull=False).first()
    root = reply and Message.objects.visible_to(user).filter(pk=reply.thread_root_id).first()
    return thread_link(root, seq) if root else ""
