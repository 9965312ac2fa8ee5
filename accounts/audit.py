"""Writing the audit log. Reading it is the admin's; nothing changes or removes what stands there."""

from typing import Any

import structlog
from django.db import models

from accounts.models import AuditEntry, User
from chatsite.request_ids import current_request_id


def audit(actor: User | None, action: str, target: models.Model, *, reason: str = "", **details: Any) -> AuditEntry:
    """Add that `actor` (None: the program itself) did `action` (`message.deleted`) to `target`, in the transaction under way.

    `details` are JSON values without texts that people wrote. Address and request id are those of the request being handled.
    """
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        reason=reason[:500],
        details=details,
        address=structlog.contextvars.get_contextvars().get("address") or None,
        request_id=current_request_id(),
    )
