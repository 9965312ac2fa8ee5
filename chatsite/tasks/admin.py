"""Tasks in the admin, for superusers: what waits, and what was given up and why."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chatsite.read_only import ReadOnlyAdmin
from chatsite.realtime.commit import commit
from chatsite.tasks import runner, table
from chatsite.tasks.models import PendingTask


@admin.register(PendingTask)
class PendingTaskAdmin(ReadOnlyAdmin):
    """For superusers. Others who may enter the admin find nothing here."""

    list_display = ("path", "every", "run_after", "attempts", "leased_until", "failed_at", "last_error")
    list_filter = (("failed_at", admin.EmptyFieldListFilter), "path")
    ordering = ("-failed_at", "run_after")
    actions = ["run_again", "drop"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet[PendingTask]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.none()

    @admin.action(description=_("Run again"), permissions=["view"])
    def run_again(self, request: HttpRequest, rows: QuerySet[PendingTask]) -> None:
        failed = list(rows.filter(failed_at__isnull=False))
        for row in failed:
            commit(table.run_again, row.pk)
            self.log_change(request, row, "run again")
        runner.wake()
        self._tell(request, len(failed))

    @admin.action(description=_("Drop"), permissions=["view"])
    def drop(self, request: HttpRequest, rows: QuerySet[PendingTask]) -> None:
        failed = list(rows.filter(failed_at__isnull=False))
        for row in failed:
            commit(table.drop, row.pk)
            self.log_change(request, row, "dropped")
        self._tell(request, len(failed))

    def _tell(self, request: HttpRequest, count: int) -> None:
        self.message_user(request, ngettext("Done for %d task.", "Done for %d tasks.", count) % count)
