"""What a drawn message says, without how it looks."""

import html
import re

_WITHIN = re.compile(r"</?(?:a|b|code|del|em|i|mark|s|span|strong)\b[^>]*>")
"""Tags within a line: where they stand nothing is between two letters."""
_TAG = re.compile(r"<[^>]*>")


def in_one_line(drawn: str) -> str:
    """The words of a message's finished HTML, in one line, as a browser would read them out."""
    return " ".join(html.unescape(_TAG.sub(" ", _WITHIN.sub("", drawn))).split())
