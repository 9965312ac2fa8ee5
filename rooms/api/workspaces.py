"""Workspaces, their members and who is banned from them."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chatsite.realtime.commit import commit
from rooms import services
from rooms.api import drawing, shapes
from rooms.api.drawing import RoomsView, found_person
from rooms.models import Ban, Workspace, WorkspaceMembership
from rooms.permissions import require_role
from rooms.querysets import MODERATING_ROLES


def workspace_of(request: Request, pk: int) -> Workspace:
    return get_object_or_404(Workspace.objects.visible_to(request.user), pk=pk)


class WorkspacesView(RoomsView):
    @extend_schema(operation_id="workspaces_list", responses=shapes.WorkspaceShape(many=True))
    def get(self, request: Request) -> Response:
        """My workspaces."""
        mine = WorkspaceMembership.objects.filter(user=request.user).select_related("workspace")
        return self.page(mine, drawing.workspaces)

    @extend_schema(request=shapes.WorkspaceInput, responses={201: shapes.WorkspaceShape})
    def post(self, request: Request) -> Response:
        """Make another workspace, as its owner: admins of one may."""
        workspace = commit(services.create_workspace, request.user, **shapes.WorkspaceInput.read(request))
        return Response(_drawn(request.user, workspace), status=status.HTTP_201_CREATED)


class WorkspaceView(RoomsView):
    @extend_schema(responses=shapes.WorkspaceShape)
    def get(self, request: Request, workspace_id: int) -> Response:
        return Response(_drawn(request.user, workspace_of(request, workspace_id)))

    @extend_schema(request=shapes.WorkspaceInput, responses=shapes.WorkspaceShape)
    def patch(self, request: Request, workspace_id: int) -> Response:
        """Rename it: its admins may."""
        workspace = workspace_of(request, workspace_id)
        commit(services.rename_workspace, request.user, workspace, **shapes.WorkspaceInput.read(request))
        return Response(_drawn(request.user, workspace))


class WorkspaceMembersView(RoomsView):
    @extend_schema(operation_id="workspace_members_list", responses=shapes.WorkspaceMemberShape(many=True))
    def get(self, request: Request, workspace_id: int) -> Response:
        """Its people; a guest sees those of their own rooms."""
        workspace = workspace_of(request, workspace_id)
        people = WorkspaceMembership.objects.visible_to(request.user).filter(workspace=workspace)
        return self.page(people.select_related("user"), drawing.workspace_members)

    @extend_schema(request=shapes.WorkspaceMemberInput, responses={201: shapes.WorkspaceMemberShape})
    def post(self, request: Request, workspace_id: int) -> Response:
        """Bring in somebody whom I know from another workspace: admins may."""
        workspace = workspace_of(request, workspace_id)
        data = shapes.WorkspaceMemberInput.read(request)
        require_role(request.user, workspace, "admin", "owner")
        user = found_person(request.user, data["user"])
        member = commit(services.add_to_workspace, request.user, workspace, user, role=data["role"])
        return Response(drawing.workspace_members([member])[0], status=status.HTTP_201_CREATED)


class WorkspaceMemberView(RoomsView):
    @extend_schema(request=shapes.WorkspaceRoleInput, responses=shapes.WorkspaceMemberShape)
    def patch(self, request: Request, workspace_id: int, user_id: int) -> Response:
        """Change somebody's role: admins may, up to their own."""
        workspace = workspace_of(request, workspace_id)
        user = found_person(request.user, user_id, workspace)
        data = shapes.WorkspaceRoleInput.read(request)
        member = commit(services.change_role, request.user, workspace, user, **data)
        return Response(drawing.workspace_members([member])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, workspace_id: int, user_id: int) -> Response:
        """Remove somebody from the workspace and all its rooms (moderators may), or oneself: leave."""
        workspace = workspace_of(request, workspace_id)
        user = found_person(request.user, user_id, workspace)
        commit(services.remove_from_workspace, request.user, workspace, user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class WorkspaceBansView(RoomsView):
    @extend_schema(operation_id="workspace_bans_list", responses=shapes.BanShape(many=True))
    def get(self, request: Request, workspace_id: int) -> Response:
        workspace = workspace_of(request, workspace_id)
        require_role(request.user, workspace, *MODERATING_ROLES)
        bans = Ban.objects.in_force().filter(workspace=workspace, room=None)
        return self.page(bans.select_related("user"), drawing.bans)

    @extend_schema(request=shapes.BanInput, responses={201: shapes.BanShape})
    def post(self, request: Request, workspace_id: int) -> Response:
        """Remove somebody from the workspace and all its rooms, and keep them out."""
        workspace = workspace_of(request, workspace_id)
        data = shapes.BanInput.read(request)
        user = found_person(request.user, data.pop("user"), workspace)
        ban = commit(services.ban_from_workspace, request.user, workspace, user, **data)
        return Response(drawing.bans([ban])[0], status=status.HTTP_201_CREATED)


class WorkspaceBanView(RoomsView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, workspace_id: int, user_id: int) -> Response:
        """Lift the ban; they come back by an invitation."""
        workspace = workspace_of(request, workspace_id)
        require_role(request.user, workspace, *MODERATING_ROLES)
        banned = get_object_or_404(User, pk=user_id)
        ban = get_object_or_404(Ban, workspace=workspace, room=None, user=banned)
        commit(services.unban_from_workspace, request.user, ban)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _drawn(user: User, workspace: Workspace) -> dict:
    mine = WorkspaceMembership.objects.select_related("workspace").get(user=user, workspace=workspace)
    return drawing.workspaces([mine])[0]
