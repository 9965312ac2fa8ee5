"""What is sent for each line of the table: the ids in its path and its body, such that it would do if one may."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import ClientHandler

from accounts import tokens
from accounts.models import User
from chatsite.tasks.models import PendingTask
from messaging.models import Message
from messaging.notices.mail import token_of
from rooms.models import Membership, WorkspaceMembership
from rooms.services import epoch
from tests.cast import PASSWORD
from tests.verdicts.routes import Line, Route
from tests.verdicts.world import World

NOWHERE = 10**9
"""An id that no row has."""


@dataclass(frozen=True)
class Cell:
    """One person at one line, in a room of one state."""

    world: World
    line: Line
    person: str
    state: str

    @property
    def user(self) -> User | None:
        return self.world.people[self.person]

    @property
    def room(self):
        return self.world.rooms[self.state or "public"]

    @property
    def message(self) -> Message:
        return self.world.messages[self.state or "public"]

    @property
    def is_self(self) -> bool:
        return self.line.variant == "self"

    @property
    def target(self) -> int:
        return self.user.pk if self.is_self and self.user else self.world.tess.pk


def invite(role: str) -> dict:
    return {"role": role, "expires_at": "7", "max_uses": ""}


def settings_of(cell: Cell) -> dict:
    return {
        "name": "Other",
        "topic": "Cake",
        "kind": cell.room.kind,
        "history": cell.room.history,
        "slow_mode_seconds": "30",
    }


FORMS: dict[str, dict | Callable[[Cell], dict]] = {
    "messages": lambda cell: {"body": "hello", "msg_id": str(uuid.uuid4())},
    "room_read": {"seq": "1"},
    "room_settings": settings_of,
    "room_notify": {"notify": "all"},
    "room_invitations": invite("guest"),
    "room_members": {"username": "nell"},
    "room_member_role": {"role": "moderator"},
    "room_member_ban": {"reason": "", "expires_at": ""},
    "room_ban": {"reason": "other", "expires_at": "7"},
    "workspace_ban": {"reason": "other", "expires_at": "7"},
    "workspace_member_ban": {"reason": "", "expires_at": ""},
    "message_edit": {"body": "other words", "edited_at": ""},
    "message_pin": {"pinned": "1"},
    "message_saving": {"saved": "1"},
    "thread_following": {"following": "1"},
    "thread_title": {"title": "Tea"},
    "message_reactions": {"emoji": "👍"},
    "message_report": {"reason": "spam"},
    "report_upholding": {"reason": "it is spam"},
    "report_dismissal": {"reason": "it is fine"},
    "language": {"language": "en", "next": "/"},
    "status": {"status": "dnd", "next": "/"},
    "direct_new": lambda cell: {"users": str(cell.world.tess.pk)},
    "workspace_settings": {"name": "Other"},
    "room_new": {"name": "New", "topic": "", "kind": "public", "history": "shared"},
    "workspace_invitations": invite("member"),
    "workspace_member_role": {"role": "moderator"},
    "profile": {"display_name": "Other", "language": "", "time_zone": ""},
    "profile_notifications": {"notify": "all"},
    "notifications_reading": {"before": "7"},
    "profile_email": {"email": "other@example.org", "password": PASSWORD},
    "profile_picture": {"remove": "1"},
    "account_login": {"login": "tess", "password": PASSWORD},
    "account_signup": {"username": "newcomer", "email": "", "password1": PASSWORD},
    "account_reauthenticate": {"password": PASSWORD},
    "account_change_password": {
        "oldpassword": PASSWORD,
        "password1": "battery staple 8",
        "password2": "battery staple 8",
    },
    "account_reset_password": {"email": "tess@example.org"},
}
"""Bodies of pages. What is not named here is posted empty."""

JSON: dict[str, dict | Callable[[Cell], dict]] = {
    "PATCH api_room": {"name": "Other"},
    "POST api_room_members": lambda cell: {"user": cell.target if cell.is_self else cell.world.nell.pk},
    "PATCH api_room_member": {"role": "moderator"},
    "POST api_room_bans": lambda cell: {"user": cell.world.tess.pk},
    "PUT api_room_notify": {"notify": "all"},
    "POST api_room_invitations": {"role": "guest"},
    "POST api_room_messages": lambda cell: {"body": "hello", "msg_id": str(uuid.uuid4())},
    "PUT api_room_read": {"seq": 1},
    "PATCH api_message": {"body": "other words", "edited_at": None},
    "POST api_message_reactions": {"emoji": "👍"},
    "PUT api_message_thread": {"following": True},
    "PUT api_draft": {"body": "half a thought"},
    "POST api_message_reports": {"reason": "spam"},
    "POST api_workspaces": {"name": "New"},
    "PATCH api_workspace": {"name": "Other"},
    "POST api_workspace_members": lambda cell: {"user": cell.world.tess.pk},
    "PATCH api_workspace_member": {"role": "moderator"},
    "POST api_workspace_bans": lambda cell: {"user": cell.world.tess.pk},
    "POST api_workspace_invitations": {"role": "member"},
    "POST api_rooms": lambda cell: {"name": "New", "kind": "public", "workspace": cell.world.house.pk},
    "POST api_direct": lambda cell: {"users": [cell.world.tess.pk]},
    "POST api_blocks": lambda cell: {"user": cell.world.tess.pk},
    "POST api_token": {"username": "tess", "password": PASSWORD},
    "POST api_token_refresh": lambda cell: {"refresh": tokens.issue(cell.world.tess)["refresh"]},
    "POST api_users": {"username": "newcomer", "password": PASSWORD},
    "PATCH api_notifications": {"read": True},
    "PUT api_me": {"display_name": "Other", "language": "", "time_zone": ""},
    "PATCH api_me": {"display_name": "Other"},
    "PUT api_user": {"display_name": "Other", "language": "", "time_zone": ""},
    "PATCH api_user": {"display_name": "Other"},
}
"""Bodies of the API."""

COMMANDS: dict[str, Callable[[Cell], dict]] = {
    "message.send": lambda cell: {"room": cell.room.pk, "body": "hello"},
    "message.edit": lambda cell: {"message": cell.message.pk, "body": "other words", "edited_at": None},
    "message.delete": lambda cell: {"message": cell.message.pk},
    "message.pin": lambda cell: {"message": cell.message.pk},
    "message.unpin": lambda cell: {"message": cell.message.pk},
    "reaction.add": lambda cell: {"message": cell.message.pk, "emoji": "👍"},
    "reaction.remove": lambda cell: {"message": cell.message.pk, "emoji": "👍"},
    "sync": lambda cell: {"epoch": epoch(), "rooms": [{"room": cell.room.pk, "after": cell.room.log.head}]},
    "history": lambda cell: {"room": cell.room.pk},
    "read": lambda cell: {"room": cell.room.pk, "seq": 1},
    "unread": lambda cell: {"room": cell.room.pk, "seq": 1},
    "rooms": lambda cell: {},
    "ping": lambda cell: {},
    "typing": lambda cell: {"room": cell.room.pk, "active": True},
    "presence": lambda cell: {"status": "dnd"},
    "watch": lambda cell: {"room": cell.room.pk},
    "unwatch": lambda cell: {"room": cell.room.pk},
}
"""Payloads of the socket's commands."""

QUERIES = {
    "api_room_changes": lambda cell: f"?epoch={epoch()}&after={cell.room.log.head}",
    "api_message_reactions": lambda cell: "?emoji=👍",
    "search": lambda cell: f"?q=what&room={cell.room.pk}",
    "api_search": lambda cell: f"?q=what&room={cell.room.pk}",
}


def arguments(route: Route, cell: Cell) -> dict[str, Any]:
    """What stands in the path."""
    known = {
        "room_id": lambda: cell.room.pk,
        "message_id": lambda: cell.message.pk,
        "attachment_id": lambda: _attachment(route, cell),
        "seq": lambda: cell.message.seq,
        "workspace_id": lambda: cell.world.house.pk,
        "user_id": lambda: _user(route, cell),
        "ban_id": lambda: cell.world.bans[cell.state or "house"].pk,
        "report_id": lambda: cell.world.reports[cell.state or "public"].pk,
        "invitation_id": lambda: cell.world.invitations[cell.state or "house"].pk,
        "code": lambda: cell.world.invitations["house"].code,
        "pk": lambda: cell.world.tess.pk,
        "sid": lambda: _sid(cell),
        "token": lambda: token_of(cell.world.tess) if cell.line.variant == "given" else "nothing",
        "object_id": lambda: _object(route, cell.world),
        "app_label": lambda: "rooms",
        "content_type_id": lambda: 1,
        "uidb36": lambda: "1",
    }
    return {name: known.get(name, lambda: "nothing")() for name in route.arguments}


def elsewhere(route: Route, given: dict[str, Any]) -> dict[str, Any]:
    """The same arguments, but ids that do not exist."""
    return {name: NOWHERE if isinstance(value, int) and name != "seq" else value for name, value in given.items()}


def _user(route: Route, cell: Cell) -> int:
    if route.name == "api_room_ban":
        return cell.world.people["banned"].pk
    if route.name == "api_workspace_ban":
        return cell.world.bans["house"].user_id
    return cell.target


def _attachment(route: Route, cell: Cell) -> int:
    """The picture of the message; of uploads one's own that waits, or the owner's."""
    if route.name != "api_upload":
        return cell.message.attachments[0]["id"]
    whose = ("owner" if cell.person != "owner" else "admin") if cell.line.variant or not cell.user else cell.person
    return cell.world.uploads[whose].pk


def _sid(cell: Cell) -> str:
    whose = "owner" if cell.person != "owner" else "admin"
    return cell.world.others[whose if cell.line.variant or cell.person == "nobody" else cell.person].pk


def _object(route: Route, world: World) -> int | str:
    """A row of the admin's: of the private room where it lies in one, since the moderator is in it and the admin is not."""
    room = world.rooms["private"]
    return {
        "{content_type_id}": lambda: 1,
        "user": lambda: world.tess.pk,
        "auditentry": lambda: world.audited.pk,
        "workspace": lambda: world.house.pk,
        "workspacemembership": lambda: WorkspaceMembership.objects.get(workspace=world.house, user=world.tess).pk,
        "room": lambda: room.pk,
        "membership": lambda: Membership.objects.get(room=room, user=world.tess).pk,
        "ban": lambda: world.bans["private"].pk,
        "invitation": lambda: world.invitations["private"].pk,
        # What private rooms hold is not in the list of messages: it is read by way of a report.
        "message": lambda: world.messages["public"].pk,
        "report": lambda: world.reports["private"].pk,
        "pendingtask": lambda: PendingTask.objects.get_or_create(path="tests.nothing")[0].pk,
    }[route.path.split("/")[3]]()


def path_of(route: Route, given: dict[str, Any], cell: Cell) -> str:
    query = QUERIES[route.name](cell) if route.name in QUERIES and cell.line.method != "POST" else ""
    return route.path.format(**given) + query


def send(route: Route, cell: Cell, given: dict[str, Any] | None = None):
    """The answer to the person: pages by their browser's session, the API by their token."""
    path = path_of(route, given or arguments(route, cell), cell)
    method = cell.line.method.lower()
    if route.path.startswith("/api/"):
        access = cell.world.access.get(cell.person)
        client = Door(headers={"Authorization": f"Bearer {access}"} if access else {})
        if route.name == "api_uploads":
            return client.post(path, {"file": SimpleUploadedFile("tea.txt", b"tea")})
        body = _filled(JSON.get(f"{cell.line.method} {route.name}"), cell)
        if method == "get" or (method == "delete" and body is None):
            return getattr(client, method)(path)
        return getattr(client, method)(path, body or {}, content_type="application/json")
    client = browser_of(cell)
    return client.get(path) if method == "get" else client.post(path, _filled(FORMS.get(route.name), cell) or {})


class Door(RequestFactory):
    """Django's test client without what it keeps of templates and contexts; all share the middlewares."""

    handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request):
        return self.handler(self._base_environ(**request))


def browser_of(cell: Cell) -> Door:
    """A browser with the person's cookies, which forgets what this one call sets."""
    client = Door()
    for name, cookie in cell.world.browsers[cell.person].cookies.items():
        client.cookies[name] = cookie.value
    return client


def _filled(body, cell: Cell):
    return body(cell) if callable(body) else body
