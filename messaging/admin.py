"""Messages for moderators: those of public rooms that they moderate and may read. What was said elsewhere is read by way of a report alone."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from messaging import services
from messaging.models import Message
from messaging.reports.admin import ReportAdmin
from rooms.admin import ThroughServices, reason
from rooms.models import Membership, Room, Workspace

__all__ = ["MessageAdmin", "ReportAdmin"]


@admin.register(Message)
class MessageAdmin(ThroughServices):
    list_display = ("__str__", "room", "author", "excerpt", "created_at", "deleted_at")
    list_select_related = ("room", "author")
    list_filter = ("kind", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("author__username",)
    fields = ("room", "seq", "author", "body", "created_at", "edited_at", "deleted_at")
    actions: ClassVar = ["delete_messages"]
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        moderated = Q(room__workspace__in=Workspace.objects.moderated_by(request.user)) | Q(
            room__in=Membership.objects.filter(user=request.user, role="moderator").values("room")
        )
        public = Message.objects.filter(room__kind=Room.Kind.PUBLIC, kind=Message.Kind.MESSAGE)
        return public.visible_to(request.user).filter(moderated)

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        return message.body[:80]

    @admin.action(description=_("Delete for everybody"))
    def delete_messages(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("deleted"), services.delete_message, "pk", **reason(request))
