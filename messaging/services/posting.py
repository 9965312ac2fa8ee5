"""Posting: written for many, and one post is a batch of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.cursors import pipelined
from chatsite.realtime.errors import ChatError, Conflict
from chatsite.realtime.gathering import Locked
from messaging import broadcasts, markdown, mentions, notices, search, sent
from messaging.models import Mention, Message
from messaging.services import attachments, statements, threads
from messaging.services.slow_mode import Turns
from messaging.services.texts import clean_body, require_text, require_title, require_uuid
from messaging.wire import moment
from rooms import services as rooms
from rooms.models import Room
from rooms.permissions import moderates


@dataclass(slots=True, frozen=True)
class Posted:
    """What the ack of a post says; `duplicate` where the same was sent before."""

    id: int
    room: int
    seq: int
    event_seq: int
    created_at: datetime
    duplicate: bool = False

    def wire(self) -> dict:
        """As the protocol has it."""
        return {
            "id": self.id,
            "room": self.room,
            "seq": self.seq,
            "event_seq": self.event_seq,
            "created_at": moment(self.created_at),
            "duplicate": self.duplicate,
        }


@dataclass
class Post:
    """One message on its way: who says what, where. Its Markdown is rendered here, before any lock."""

    author: User
    room: int
    body: str
    msg_id: str
    reply_to: int | None = None
    title: str = ""
    attachments: Sequence[int] = ()
    language: str = field(default_factory=lambda: translation.get_language() or settings.LANGUAGE_CODE)
    """In which its author is told why it is refused."""

    def __post_init__(self) -> None:
        self.body = clean_body(self.body)
        self.mac = sent.mac(
            room=self.room, body=self.body, reply_to=self.reply_to, title=self.title, attachments=list(self.attachments)
        )

    @cached_property
    def rendered(self) -> markdown.Rendered:
        return markdown.render(self.body)


Outcome = Posted | Locked | ChatError | PermissionDenied | ObjectDoesNotExist | ValidationError


def post_message(
    author: User,
    room: int,
    *,
    body: str,
    msg_id: str,
    reply_to: int | None = None,
    title: str = "",
    attachments: Sequence[int] = (),
) -> Posted:
    """Say `body` in the room with the id `room`, once for each `msg_id` of the author.

    Raises ValidationError for a blank body, TooLarge, Conflict for another content under a known `msg_id` or an answer to a deleted
    message, PermissionDenied where one may look but not speak, SlowMode, Room.DoesNotExist and Message.DoesNotExist.
    """
    outcome = post_messages([Post(author, room, body, require_uuid(msg_id), reply_to, title, attachments)])[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def post_messages(posts: Sequence[Post], *, wait: bool = True) -> list[Outcome]:
    """Post a batch over any rooms in one transaction: about seven statements whatever their number.

    Who is refused is refused alone: the exception stands in the place of the result, and nothing of that post is written. Rooms that are
    locked just now are waited for, or (`wait=False`) passed over: the outcome of their posts is Locked.
    """
    return _Batch(posts, wait=wait).run()


def render(post: Post) -> None:
    """Draw a post's Markdown, before any lock."""
    post.rendered  # noqa: B018 - it is kept


class _Batch:
    def __init__(self, posts: Sequence[Post], *, wait: bool):
        self.posts, self.wait = posts, wait
        for post in posts:
            render(post)
        self.turns = Turns()
        self.made: dict[tuple[int, str], Message] = {}
        self.makers: dict[tuple[int, str], Post] = {}
        """What each was made of: a post that was sent twice at once is the other's duplicate."""
        self.grown: dict[int, list[Message]] = {}

    def run(self) -> list[Outcome]:
        found = statements.standing([(post.room, post.author.pk, post.msg_id) for post in self.posts], wait=self.wait)
        self.logs, self.known, self.places, self.ids = found.logs, found.known, found.places, found.ids
        self.roots = self._answered()
        self.files = attachments.waiting(self.posts)
        outcomes: list[Message | Outcome] = []
        for language, posts in groupby(self.posts, attrgetter("language")):
            with translation.override(language):
                outcomes += [self._try(post) for post in posts]
        if self.made:
            self._write()
        return [
            self._posted(post, outcome) if isinstance(outcome, Message) else outcome
            for post, outcome in zip(self.posts, outcomes, strict=True)
        ]

    def _answered(self) -> dict[int, Message]:
        ids = {post.reply_to for post in self.posts if post.reply_to}
        return {row.pk: row for row in Message.objects.wire().filter(pk__in=ids)} if ids else {}

    def _try(self, post: Post) -> Message | Outcome:
        key = (post.author.pk, post.msg_id)
        try:
            if before := self.known.get(key) or self.made.get(key):
                return _again(before, post)
            return self._make(post)
        except (ChatError, PermissionDenied, ObjectDoesNotExist, ValidationError, Locked) as refusal:
            return refusal

    def _make(self, post: Post) -> Message:
        require_text(post.body, may_be_blank=bool(post.attachments))
        require_title(post.title)
        place = self._place(post)
        if post.room not in self.logs:
            raise Locked
        if place.archived_at:
            raise PermissionDenied(_("This room is archived: it can be read, not written to."))
        if place.kind == Room.Kind.DIRECT:
            rooms.require_heard(post.author, post.room)
        answered = self._may_answer(post, place.joined_seq if place.history == Room.History.JOINED else 0)
        files = attachments.claim(post, self.files) if post.attachments else []
        hearers = mentions.Hearers(post.room, place.kind, place.workspace, place.members_count)
        mentioned = mentions.resolve(post.rendered, hearers, by_moderator=moderates(place.workspace_role, place.role))
        log = self.logs[post.room]
        self.turns.take(place, log[0])
        log[0] += 1
        log[1] += 1
        log[2] += 1
        message = Message(
            room_id=post.room, seq=log[0], event_seq=log[1], created_event_seq=log[1], posted=log[2],
            author=post.author, body=post.body, html=mentioned.html, mentions=mentioned.wire, created_at=place.now,
            msg_id=post.msg_id, sent_mac=post.mac, sent_mac_key=sent.key_id(), thread_title=post.title, attachments=files,
        )  # fmt: skip
        if answered:
            self._answer(message, answered, log)
        self.made[post.author.pk, post.msg_id], self.makers[post.author.pk, post.msg_id] = message, post
        return message

    def _place(self, post: Post) -> statements.Place:
        place = self.places.get((post.room, post.author.pk))
        if place is None:
            Room.objects.visible_to(post.author).get(pk=post.room)  # a stranger gets "not found"
            raise PermissionDenied(_("Join this room to write in it."))
        return place

    def _may_answer(self, post: Post, first_seq: int) -> Message | None:
        if not post.reply_to:
            return None
        answered = self.roots.get(post.reply_to)
        if answered is None or answered.room_id != post.room or answered.seq < first_seq:
            raise Message.DoesNotExist(_("There is no such message to reply to."))
        if answered.is_system:
            raise PermissionDenied(_("This cannot be replied to."))
        if answered.is_deleted:
            raise Conflict(_("The message that you reply to was deleted."))
        if post.title:
            raise ValidationError({"title": _("Only the first message of a thread has a title.")})
        return answered

    def _answer(self, message: Message, answered: Message, log: list[int]) -> None:
        """A reply takes its own number, then its thread's root takes one, since its count changes."""
        message.reply_to_id, message.reply_to_seq = answered.pk, answered.seq
        message.thread_root_id = answered.thread_root_id or answered.pk
        log[1] += 1
        self.grown.setdefault(message.thread_root_id, []).append(message)

    def _write(self) -> None:
        messages = list(self.made.values())
        with pipelined():
            statements.insert(messages, self.ids)
            search.add(messages)
            statements.save_logs({room: self.logs[room] for room in {message.room_id for message in messages}})
            statements.move_marks(messages)
            self.turns.write()
        attachments.write(messages)
        named = [row for message in messages for row in mentions.rows_for(message)]
        if named:
            Mention.objects.bulk_create(named)
        roots = {row.pk: row for row in Message.objects.wire().filter(pk__in=self.grown)} if self.grown else {}
        if roots:
            threads.follow([message for message in messages if message.thread_root_id], roots)
        broadcasts.messages_posted(messages)
        for message in messages:
            if message.thread_root_id:
                self._grow(roots[message.thread_root_id], message)
        rooms.appear({m.room_id for m in messages if self.places[m.room_id, m.author_id].kind == Room.Kind.DIRECT})
        notices.enqueue(messages, self.places)

    def _grow(self, root: Message, reply: Message) -> None:
        root.replies += 1
        root.event_seq = reply.event_seq + 1
        root.save(update_fields=["replies", "event_seq"])
        broadcasts.thread_grown(root, by=reply.author_id)

    def _posted(self, post: Post, message: Message) -> Posted:
        duplicate = post is not self.makers.get((post.author.pk, post.msg_id))
        return Posted(
            message.pk, message.room_id, message.seq, message.created_event_seq, message.created_at, duplicate
        )


def _again(before: Message, post: Post) -> Message:
    if not sent.is_same(before, post.mac):
        raise Conflict(_("This msg_id was used for another message."))
    return before
