"""What a file is, by its first bytes. What its uploader says of it counts for nothing."""

from typing import IO

import filetype

UNKNOWN = "application/octet-stream"
PICTURES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/apng": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
"""Types that are drawn anew and shown, each with Pillow's name of its format."""
TOLD = {
    "application/pdf", "application/zip", "application/gzip", "application/x-tar", "application/x-7z-compressed",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}  # fmt: skip
"""Types that are told, with those of sound and film: none of them is shown by us, nor does anything run in it."""
HEAD = 8192


def kind_of(file: IO[bytes]) -> str:
    """The type of `file`, which is left at its beginning: one of PICTURES, of sound, of film or of TOLD, else UNKNOWN."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    found = filetype.guess_mime(head) or UNKNOWN
    return found if found in PICTURES or found in TOLD or found.startswith(("audio/", "video/")) else UNKNOWN
