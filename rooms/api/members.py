"""Members of rooms, who is banned from them, and what a member wants to hear."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chatsite.realtime.commit import commit
from rooms import banned, services, wire
from rooms.api import drawing, shapes
from rooms.api.drawing import RoomsView, found_person
from rooms.api.rooms import room_of
from rooms.models import Ban, Membership, Room
from rooms.permissions import require_moderator


class MembersView(RoomsView):
    @extend_schema(operation_id="room_members_list", responses=shapes.MemberShape(many=True))
    def get(self, request: Request, room_id: int) -> Response:
        """Its members; how far each has read in rooms of up to 100, for members."""
        room = room_of(request, room_id)
        receipts = room.members_count <= wire.RECEIPTS_UP_TO and room.memberships.filter(user=request.user).exists()
        return self.page(
            room.memberships.select_related("user"),
            lambda found: [wire.member(membership, receipts=receipts) for membership in found],
        )

    @extend_schema(request=shapes.MemberInput, responses={200: shapes.MemberShape, 201: shapes.MemberShape})
    def post(self, request: Request, room_id: int) -> Response:
        """Add somebody, or oneself: join. Answers 200 for who is a member already."""
        if request.data.get("user") == request.user.pk:
            banned.refuse_in_public(request.user, room_id)
        room = room_of(request, room_id)
        user = found_person(request.user, shapes.MemberInput.read(request)["user"], room.workspace_id)
        present = room.memberships.filter(user=user).exists()
        membership = commit(services.add_member, request.user, room, user)
        return Response(_drawn(membership), status=status.HTTP_200_OK if present else status.HTTP_201_CREATED)


class MemberView(RoomsView):
    @extend_schema(request=shapes.RoleInput, responses=shapes.MemberShape)
    def patch(self, request: Request, room_id: int, user_id: int) -> Response:
        """Make somebody a moderator of the room, or a member again: its moderators may."""
        room = room_of(request, room_id)
        user = _member(room, user_id)
        membership = commit(services.change_member_role, request.user, room, user, **shapes.RoleInput.read(request))
        return Response(_drawn(membership))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: int, user_id: int) -> Response:
        """Remove somebody (its moderators may), or oneself: leave."""
        room = room_of(request, room_id)
        commit(services.remove_member, request.user, room, _member(room, user_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class BansView(RoomsView):
    @extend_schema(operation_id="room_bans_list", responses=shapes.BanShape(many=True))
    def get(self, request: Request, room_id: int) -> Response:
        room = room_of(request, room_id)
        require_moderator(request.user, room)
        return self.page(Ban.objects.in_force().filter(room=room).select_related("user"), drawing.bans)

    @extend_schema(request=shapes.BanInput, responses={201: shapes.BanShape})
    def post(self, request: Request, room_id: int) -> Response:
        """Remove somebody and keep them out: its moderators may."""
        room = room_of(request, room_id)
        data = shapes.BanInput.read(request)
        user = found_person(request.user, data.pop("user"), room.workspace_id)
        ban = commit(services.ban_from_room, request.user, room, user, **data)
        return Response(drawing.bans([ban])[0], status=status.HTTP_201_CREATED)


class BanView(RoomsView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: int, user_id: int) -> Response:
        """Lift the ban."""
        room = room_of(request, room_id)
        require_moderator(request.user, room)
        banned = get_object_or_404(User, pk=user_id)
        commit(services.unban, request.user, get_object_or_404(Ban, room=room, user=banned))
        return Response(status=status.HTTP_204_NO_CONTENT)


class NotifyView(RoomsView):
    @extend_schema(request=shapes.NotifyInput, responses=shapes.NotifyShape)
    def put(self, request: Request, room_id: int) -> Response:
        """What of the room I want to hear of; null: as my settings say."""
        room = room_of(request, room_id)
        membership = commit(services.set_notify, request.user, room, **shapes.NotifyInput.read(request))
        return Response({"notify": membership.notify})


def _member(room: Room, user_id: int) -> User:
    return get_object_or_404(User.objects.filter(memberships__room=room), pk=user_id)


def _drawn(membership: Membership) -> dict:
    return wire.member(membership, receipts=False)
