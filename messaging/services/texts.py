"""What a text may be: the checks that posting and editing share."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chatsite.realtime.errors import TooLarge

MAX_TITLE_CHARS = 120
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def clean_body(body: str) -> str:
    """A body as it is kept: as sent, but for line ends, which are LF."""
    return body.replace("\r\n", "\n").replace("\r", "\n")


def require_text(body: str, *, may_be_blank: bool = False) -> None:
    """Raises ValidationError for a blank body (but beside files), TooLarge for one over MAX_BODY_CHARS code points."""
    if not may_be_blank and not body.strip():
        raise ValidationError({"body": _("A message cannot be empty.")})
    if len(body) > settings.MAX_BODY_CHARS:
        raise TooLarge(
            _("A message has at most %(limit)d characters; this one has %(length)d.")
            % {"limit": settings.MAX_BODY_CHARS, "length": len(body)}
        )


def require_title(title: str) -> None:
    """Raises ValidationError for a title that is too long."""
    if len(title) > MAX_TITLE_CHARS:
        raise ValidationError({"title": _("A title has at most %(limit)d characters.") % {"limit": MAX_TITLE_CHARS}})


def require_uuid(msg_id: str) -> str:
    """`msg_id` if it is a UUID in its canonical lower-case form; raises ValidationError otherwise."""
    if _UUID.fullmatch(msg_id):
        return msg_id
    raise ValidationError({"msg_id": _("Expected a UUID in lower case, like 6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11.")})
