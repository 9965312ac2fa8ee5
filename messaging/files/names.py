"""What a file is called: as its uploader said, but for what could fool a person or another system."""

import re
import unicodedata

LONGEST = 255
"""Characters of a name."""
EXTENSION = 20
"""Characters up to which what follows the last dot is kept when a name is cut."""
NAMELESS = "file"


def clean_name(name: str) -> str:
    """`name` without folders, control characters and marks that turn the direction of writing; at most LONGEST characters, never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    line = " ".join(last.split())
    shown = "".join(each for each in line if not unicodedata.category(each).startswith("C"))
    return _cut(shown.strip(" ").rstrip(". ") or NAMELESS)


def fitting(name: str, extensions: tuple[str, ...], known: tuple[str, ...]) -> str:
    """`name` with one of `extensions` at its end: the first takes the place of another in `known`, or is put behind."""
    stem, dot, extension = name.rpartition(".")
    if dot and f".{extension.lower()}" in extensions:
        return name
    kept = stem if dot and stem and f".{extension.lower()}" in known else name
    return _cut(kept + extensions[0])


def _cut(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = dot + extension if stem and len(extension) <= EXTENSION else ""
    return name[: LONGEST - len(tail)].rstrip(". ") + tail
