"""Invitations into workspaces and rooms, and accepting one."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chatsite.realtime.commit import commit
from rooms import services
from rooms.api import drawing, shapes
from rooms.api.drawing import RoomsView
from rooms.api.rooms import room_of
from rooms.api.workspaces import workspace_of
from rooms.models import Invitation, Role
from rooms.permissions import require_moderator, require_role
from rooms.querysets import MODERATING_ROLES


class WorkspaceInvitationsView(RoomsView):
    @extend_schema(operation_id="workspace_invitations_list", responses=shapes.InvitationShape(many=True))
    def get(self, request: Request, workspace_id: int) -> Response:
        """Those that still open a door: its moderators see them."""
        workspace = workspace_of(request, workspace_id)
        require_role(request.user, workspace, *MODERATING_ROLES)
        return self.page(Invitation.objects.usable().filter(workspace=workspace, room=None), drawing.invitations)

    @extend_schema(request=shapes.InvitationInput, responses={201: shapes.InvitationShape})
    def post(self, request: Request, workspace_id: int) -> Response:
        """Make a link into the workspace: its moderators may. `role` is `member` unless told."""
        workspace = workspace_of(request, workspace_id)
        data = shapes.InvitationInput.read(request)
        invitation = commit(services.create_invitation, request.user, workspace, **data)
        return Response(drawing.invitations([invitation])[0], status=status.HTTP_201_CREATED)


class WorkspaceInvitationView(RoomsView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, workspace_id: int, invitation_id: int) -> Response:
        """Revoke it."""
        workspace = workspace_of(request, workspace_id)
        require_role(request.user, workspace, *MODERATING_ROLES)
        invitation = get_object_or_404(Invitation, workspace=workspace, room=None, pk=invitation_id)
        commit(services.revoke_invitation, request.user, invitation)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoomInvitationsView(RoomsView):
    @extend_schema(operation_id="room_invitations_list", responses=shapes.InvitationShape(many=True))
    def get(self, request: Request, room_id: int) -> Response:
        """Those that still open a door: the room's moderators see them."""
        room = room_of(request, room_id)
        require_moderator(request.user, room)
        return self.page(Invitation.objects.usable().filter(room=room), drawing.invitations)

    @extend_schema(request=shapes.InvitationInput, responses={201: shapes.InvitationShape})
    def post(self, request: Request, room_id: int) -> Response:
        """Make a link into the room: its moderators may. `role` is `guest` unless told, and told by who moderates the workspace."""
        room = room_of(request, room_id)
        data = {"role": Role.GUEST.value, **shapes.InvitationInput.read(request)}
        invitation = commit(services.create_invitation, request.user, room.workspace, room=room, **data)
        return Response(drawing.invitations([invitation])[0], status=status.HTTP_201_CREATED)


class RoomInvitationView(RoomsView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: int, invitation_id: int) -> Response:
        """Revoke it."""
        room = room_of(request, room_id)
        require_moderator(request.user, room)
        invitation = get_object_or_404(Invitation, room=room, pk=invitation_id)
        commit(services.revoke_invitation, request.user, invitation)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AcceptView(RoomsView):
    @extend_schema(request=None, responses=shapes.AcceptedShape)
    def post(self, request: Request, code: str) -> Response:
        """Come in by an invitation; its `code` is the last part of its link."""
        invitation = commit(services.accept_invitation, request.user, code)
        return Response({"workspace": invitation.workspace_id, "room": invitation.room_id})
