"""What people may be called: names of any script, without characters that hide or turn text round."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

USERNAME = re.compile(r"[\w](?:[\w.\-]{0,30}[\w])?")
RESERVED = {"all", "here", "everyone", "channel", "admin", "system"}


def validate_username(name: str) -> None:
    """1 to 32 letters and digits of any script, `_`, and `.` or `-` between them; NFKC, so full-width spaces and look-alike forms are out."""
    if name != unicodedata.normalize("NFKC", name) or not USERNAME.fullmatch(name):
        raise ValidationError(
            _("A username has 1 to 32 letters, digits or _, with . or - between them."), code="invalid"
        )
    if name.casefold() in RESERVED:
        raise ValidationError(_("This username is reserved."), code="reserved")


def validate_display_name(name: str) -> None:
    """Anything that can be seen: no control characters, no marks that turn the direction of text, not only spaces."""
    if name and not clean_line(name):
        raise ValidationError(_("This name cannot be seen."), code="blank")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char != "\u200d" for char in name):
        raise ValidationError(_("This name holds characters that cannot be seen."), code="invisible")


def clean_line(text: str) -> str:
    """`text` with every run of white space, the full-width one too, as one space, and none at the ends."""
    return " ".join(text.split())
