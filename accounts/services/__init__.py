"""What people do with their accounts. Called through `commit`, as every service."""

from accounts.audit import audit
from accounts.services.blocks import block, blocked_by, unblock
from accounts.services.deactivation import deactivate, let_into_admin, may_deactivate, reactivate
from accounts.services.devices import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    forget_session,
    mark_seen,
    move_session,
    revoke_reused,
    rotate,
    sign_in,
    sign_out,
    sign_out_key,
)
from accounts.services.notifying import CHOICES as NOTIFYING_CHOICES
from accounts.services.notifying import change_notifying, change_settings
from accounts.services.people import add_person, change_email, change_password, change_profile, new_person, register
from accounts.services.personal import touch, touch_all
from accounts.services.tries import count_tries, give_back_tries, use_ticket

__all__ = [
    "NOTIFYING_CHOICES",
    "add_person",
    "audit",
    "block",
    "blocked_by",
    "change_email",
    "change_notifying",
    "change_password",
    "change_profile",
    "change_settings",
    "count_tries",
    "deactivate",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "forget_session",
    "give_back_tries",
    "let_into_admin",
    "mark_seen",
    "may_deactivate",
    "move_session",
    "new_person",
    "reactivate",
    "register",
    "revoke_reused",
    "rotate",
    "sign_in",
    "sign_out",
    "sign_out_key",
    "touch",
    "touch_all",
    "unblock",
    "use_ticket",
]
