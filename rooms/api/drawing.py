"""Rows as the API answers with them, and what its views share."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import ports as accounts
from accounts import wire as people
from accounts.models import User
from accounts.wire import moment
from chatsite.api import CursorPagination
from rooms import snapshot, wire
from rooms.models import Ban, Invitation, Room, Workspace, WorkspaceMembership


class RoomsView(APIView):
    """A view whose lists come in pages."""

    pagination_class = CursorPagination

    def page(self, rows: QuerySet, draw: Callable[[list], list[dict]]) -> Response:
        """A page of `rows`; `draw` makes what is answered of those on it."""
        paginator = self.pagination_class()
        return paginator.get_paginated_response(draw(paginator.paginate_queryset(rows, self.request, view=self)))


def found_person(viewer: User, pk: int, workspace: Workspace | int | None = None) -> User:
    """Somebody whom `viewer` sees, in a workspace if one is named. Raises User.DoesNotExist."""
    if viewer.is_superuser:
        within = Q(workspace_memberships__workspace=workspace) if workspace else Q()
        return User.objects.filter(within).get(pk=pk)
    workspace_id = workspace.pk if isinstance(workspace, Workspace) else workspace
    return accounts.people_visible_to(viewer, workspace_id).get(pk=pk)


def rooms(user: User, found: list[Room]) -> list[dict[str, Any]]:
    """Rooms (read with their logs) as `user` is told of them, in two queries."""
    mine = {stated["id"]: stated for stated in snapshot.stated(user.pk, [room.pk for room in found])}
    return [mine.get(room.pk) or wire.shared(room, room.log) | wire.watching(room.log) for room in found]


def workspaces(found: list[WorkspaceMembership]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.workspace_id,
            "name": row.workspace.name,
            "role": row.role,
            "created_at": moment(row.workspace.created_at),
        }
        for row in found
    ]


def workspace_members(found: list[WorkspaceMembership]) -> list[dict[str, Any]]:
    return [{"user": people.author(row.user), "role": row.role, "joined_at": moment(row.joined_at)} for row in found]


def bans(found: list[Ban]) -> list[dict[str, Any]]:
    return [
        {
            "user": people.author(ban.user),
            "by": ban.by_id,
            "reason": ban.reason,
            "created_at": moment(ban.created_at),
            "expires_at": ban.expires_at and moment(ban.expires_at),
        }
        for ban in found
    ]


def invitations(found: list[Invitation]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "code": row.code,
            "url": settings.SITE_URL + reverse("invitation", args=[row.code]),
            "workspace": row.workspace_id,
            "room": row.room_id,
            "role": row.role,
            "created_by": row.created_by_id,
            "created_at": moment(row.created_at),
            "expires_at": row.expires_at and moment(row.expires_at),
            "max_uses": row.max_uses,
            "uses": row.uses,
        }
        for row in found
    ]
