"""The REST API of blocking: whom one wants to hear nothing from."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import ports, serializers, services
from accounts.authentication import MemberRequest
from accounts.models import Block
from chatsite.api import CursorPagination
from chatsite.realtime.commit import commit


class BlocksView(generics.ListAPIView):
    """Whom I block: no direct messages and no notifications from them. They are not told."""

    request: MemberRequest
    serializer_class = serializers.Blocked
    pagination_class = CursorPagination
    queryset = Block.objects.none()

    def get_queryset(self) -> QuerySet[Block]:
        return self.request.user.blocks.select_related("blocked")

    @extend_schema(
        operation_id="block_user",
        request=serializers.NewBlock,
        responses={200: serializers.Blocked, 201: serializers.Blocked},
    )
    def post(self, request: MemberRequest) -> Response:
        """Block somebody. Answers 200 for whom I block already."""
        user = get_object_or_404(ports.people_visible_to(request.user), pk=serializers.NewBlock.given(request)["user"])
        row, new = commit(services.block, request.user, user)
        return Response(serializers.Blocked(row).data, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class BlockView(APIView):
    """Somebody whom I block."""

    @extend_schema(operation_id="unblock_user", responses={204: None})
    def delete(self, request: MemberRequest, user_id: int) -> Response:
        """Hear from them again."""
        commit(services.unblock, request.user, user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
