"""What the page of a thread is made of: its log as somebody may read it, who follows it, and how far they have read."""

import json
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property

from accounts.models import User
from messaging import pages, reads, services, threads, viewing, wire
from messaging.models import Draft, Message
from messaging.talk import Talk


class ThreadTalk:
    """The thread of `root` beside its room (`talk`), for the same person; `at` is the `seq` of the reply that was asked for."""

    def __init__(self, talk: Talk, root: Message, **bounds: int):
        self.talk, self.root, self.user = talk, root, talk.user
        self.around = bounds.get("around")
        self.history = reads.page(self.user, talk.room.pk, thread=root.pk, quotes=True, **bounds)

    @cached_property
    def thread(self) -> threads.Thread:
        return threads.one(self.user, self.root)

    @cached_property
    def followers(self) -> list[User]:
        return threads.followers_of(self.root)

    @cached_property
    def entries(self) -> list[pages.Entry]:
        mark = self.thread.read_seq if self.thread.is_following else None
        viewer = replace(self.talk.viewer, thread=self.root.pk, last_read_seq=mark)
        return viewing.entries(self.history, viewer, asked=self.around)

    @property
    def newest(self) -> int:
        return self.entries[-1].message["seq"] if self.entries else 0

    @property
    def url(self) -> str:
        return reverse("thread", args=[self.talk.room.pk, self.root.pk])

    @cached_property
    def draft(self) -> Draft | None:
        """What they have begun to write in it."""
        if not self.talk.mine or not self.talk.errands.drafts:
            return None
        return services.drafts_of(self.user).filter(root=self.root).first()

    @property
    def draft_json(self) -> str:
        return json.dumps(wire.draft(self.draft)) if self.draft else ""

    @property
    def is_mine(self) -> bool:
        """They wrote the root, hence its title."""
        return self.root.author_id == self.user.pk and not self.root.is_deleted and self.talk.viewer.may_write

    @property
    def context(self) -> dict[str, Any]:
        """Of the thread alone, without its room."""
        return {"room": self.talk.room, "mine": self.talk.mine, "people": self.history.people, "thread": self}
