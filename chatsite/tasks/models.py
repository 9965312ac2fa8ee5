"""The one table of work for later."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PendingTaskQuerySet(models.QuerySet):
    """By the database's clock: that of a process may be another."""

    def due(self) -> Self:
        """Those that may be begun now: nobody is at them, or whoever was has not been heard of for a lease."""
        now = Now()
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now), failed_at=None, run_after__lte=now)


class PendingTask(models.Model):
    """A call that waits, or is under way. A finished one is deleted; one that failed too often stays, for somebody to look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(_("task"), max_length=200, help_text="Where the function is, with dots.")
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    priority = models.SmallIntegerField(_("priority"), default=0)
    every = models.PositiveIntegerField(
        _("every so many seconds"), null=True, help_text="Of one that comes again and again: its row stays."
    )
    run_after = models.DateTimeField(_("not before"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(
        _("leased until"), null=True, help_text="Somebody is at it; past this moment they count as killed."
    )
    failed_at = models.DateTimeField(_("failed at"), null=True, help_text="When it was given up.")
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for at"), db_default=Now())

    objects = PendingTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=Q(every__isnull=False), name="periodic_task_once")
        ]
        indexes = [models.Index(F("priority").desc(), "run_after", condition=Q(failed_at=None), name="task_due")]

    def __str__(self) -> str:
        return self.path
