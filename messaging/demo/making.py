"""Putting the demo's people on the stage and letting them speak: by the services, as people do, and then back in time."""

import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import avatars
from accounts import services as accounts
from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict
from messaging import services as messages
from messaging.demo import pictures
from messaging.demo.people import HOST, OTHERS, Somebody
from messaging.demo.scenes import ASIDES, SCENES
from messaging.demo.talk import Line, Scene
from messaging.files import keeping
from messaging.models import Message, ThreadFollower
from rooms import services as rooms
from rooms.models import Membership, Role, Room, Workspace

HOUSE = "Harbour House"
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "evening.jpg": ("image/jpeg", pictures.harbour),
    "tides.png": ("image/png", pictures.tide_chart),
    "oars.csv": (
        "text/csv",
        "maker,wood,price each,weeks\nHolm & Søn,ash,210,3\nEastern Oars,spruce,245,6\n".encode,
    ),
}


def make() -> dict[str, str]:
    """Fill the empty database with the demo, all of it or nothing. The passwords by username, the host's first.

    Raises Conflict where anybody is there already.
    """
    if User.objects.exists():
        raise Conflict(
            _(
                "There are people in this database already: the demo fills an empty one. Choose another folder with --data."
            )
        )
    with transaction.atomic():
        return _Stage().play()


class _Stage:
    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        self.passwords: dict[str, str] = {}
        self.ids: dict[str, int] = {}
        self.now = timezone.localtime(timezone=timezone.get_default_timezone())

    def play(self) -> dict[str, str]:
        self._enter()
        for scene in SCENES:
            self._scene(scene)
        for aside in ASIDES:
            people = [self.people[name].pk for name in [HOST.username, *aside.people.split()]]
            # By whoever speaks first: the others do not see it before.
            room, _new = commit(rooms.open_direct, self.people[aside.lines[0].who], people)
            self._speak(room, aside.lines, aside.unread)
        return self.passwords

    # --- People ---

    def _enter(self) -> None:
        host = commit(
            rooms.set_up, None, workspace=HOUSE, username=HOST.username, email="", password=self._password(HOST)
        )
        self.house = Workspace.objects.get()
        self._dress(host, HOST)
        for somebody in OTHERS:
            user = accounts.new_person(username=somebody.username, password=self._password(somebody))
            user.is_bot = somebody.is_bot
            if somebody.is_bot:
                user.set_unusable_password()
            commit(accounts.add_person, user)
            commit(rooms.add_to_workspace, host, self.house, user, role=somebody.role)
            self._dress(user, somebody)

    def _password(self, somebody: Somebody) -> str:
        password = secrets.token_urlsafe(9)
        if not somebody.is_bot:
            self.passwords[somebody.username] = password
        return password

    def _dress(self, user: User, somebody: Somebody) -> None:
        picture = avatars.keep(pictures.face(*somebody.face))
        commit(accounts.change_profile, user, display_name=somebody.name, avatar=picture, language=somebody.language)
        User.objects.filter(pk=user.pk).update(date_joined=self.now - timedelta(days=40))
        self.people[somebody.username] = user

    # --- Rooms ---

    def _scene(self, scene: Scene) -> None:
        host = self.people[HOST.username]
        room = self._room(host, scene)
        for user in self._cast(scene.people):
            if scene.kind == Room.Kind.PUBLIC and user.username not in self._guests:
                commit(rooms.join_room, user, room)
            else:
                commit(rooms.add_member, host, room, user)
        self._speak(room, scene.lines, scene.unread)
        if scene.is_archived:
            commit(rooms.archive_room, host, room)
            Message.objects.filter(room=room, system__event="archived").update(
                created_at=self._moment(scene.lines[-1].at) + timedelta(minutes=5)
            )

    def _room(self, host: User, scene: Scene) -> Room:
        """The set-up's own first room, or another."""
        first = Room.objects.first()
        if first and scene is SCENES[0]:
            return commit(rooms.change_room, host, first, name=scene.name, topic=scene.topic)
        return commit(
            rooms.create_room,
            host,
            self.house,
            name=scene.name,
            kind=scene.kind,
            topic=scene.topic,
            threads=scene.threads,
        )

    def _cast(self, names: str) -> Iterable[User]:
        everybody = " ".join(one.username for one in OTHERS if one.role != Role.GUEST and not one.is_bot)
        return [self.people[name] for name in names.replace("*", everybody).split()]

    @property
    def _guests(self) -> set[str]:
        return {one.username for one in OTHERS if one.role == Role.GUEST}

    # --- Talk ---

    def _speak(self, room: Room, lines: list[Line], unread: int) -> None:
        said = []
        for line in sorted(lines, key=lambda line: self._moment(line.at)):
            author = self.people[line.who]
            posted = commit(
                messages.post_message,
                author,
                room.pk,
                body=line.body,
                msg_id=str(uuid.uuid4()),
                reply_to=self.ids.get(line.to),
                title=line.title,
                attachments=[self._file(author, name) for name in line.files],
            )
            if line.key:
                self.ids[line.key] = posted.id
            self._answer(line, posted.id)
            said.append((posted, self._moment(line.at)))
        self._back_in_time(room, {posted.id: at for posted, at in said})
        self._read(room, [posted.seq for posted, _at in said], unread)

    def _file(self, author: User, name: str) -> int:
        content_type, content = FILES[name]
        return keeping.accept(author, SimpleUploadedFile(name, content(), content_type)).pk

    def _answer(self, line: Line, message: int) -> None:
        for like in filter(None, line.likes.split(", ")):
            emoji, *names = like.split()
            for name in names:
                commit(messages.add_reaction, self.people[name], message, emoji=emoji)
        if line.pin:
            commit(messages.pin_message, self.people[HOST.username], message)

    def _moment(self, at: str) -> datetime:
        """`4d 09:02` or `35m` before now, in the installation's zone."""
        if at.endswith("m"):
            return self.now - timedelta(minutes=int(at[:-1]))
        days, clock = at.split()
        hours, minutes = clock.split(":")
        day = self.now.date() - timedelta(days=int(days[:-1]))
        return datetime.combine(day, time(int(hours), int(minutes)), self.now.tzinfo)

    @staticmethod
    def _back_in_time(room: Room, moments: dict[int, datetime]) -> None:
        """Nobody has seen any of it yet: its numbers stay as they are, and its times become those of the play."""
        rows = list(Message.objects.filter(room=room))
        opened = min(moments.values()) - timedelta(hours=1)
        for row in rows:
            row.created_at = moments.get(row.pk, opened)
            row.pinned_at = row.created_at + timedelta(minutes=2) if row.pinned_at else None
        Message.objects.bulk_update(rows, ["created_at", "pinned_at"])
        Room.objects.filter(pk=room.pk).update(created_at=opened)
        Membership.objects.filter(room=room).update(joined_at=opened)

    def _read(self, room: Room, seqs: list[int], unread: int) -> None:
        """Everybody has read everything, but for the host's last messages."""
        for member in room.memberships.select_related("user").order_by("user"):
            is_host = member.user.username == HOST.username
            mark = seqs[-1 - unread] if is_host else seqs[-1]
            commit(messages.mark_read, member.user, room.pk, mark)
            ThreadFollower.objects.filter(root__room=room, user=member.user).update(read_seq=mark)
