"""Answers with a file in them: whole or in part, never kept by a cache that does not ask, never anything that runs."""

import re
from urllib.parse import quote

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from messaging.files.kinds import UNKNOWN
from messaging.models import Attachment

SMALL = 512 * 1024
"""Bytes up to which a file is answered at once; above, it is read while it is sent."""
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def file_of(request: HttpRequest, row: Attachment) -> HttpResponseBase:
    """The answer with the file itself: pictures as what they are, all else as bytes to be kept. Raises Http404 where the storage lost it."""
    is_picture = row.width is not None
    etag = f'"{row.file.rpartition("/")[2]}"'
    if (answer := _unchanged(request, etag)) is not None:
        return _dressed(answer, etag, row.name)
    try:
        answer = _content(request, row, etag)
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Content-Type"] = row.content_type if is_picture else UNKNOWN
    answer["Accept-Ranges"] = "bytes"
    return _dressed(answer, etag, row.name, is_inline=is_picture)


def thumbnail_of(request: HttpRequest, row: Attachment) -> HttpResponseBase:
    """The answer with a picture's thumbnail. Raises Http404 where there is none."""
    etag = f'"{row.thumbnail.rpartition("/")[2]}"'
    name = f"{row.name.rpartition('.')[0] or row.name}.webp"
    if row.thumbnail and (answer := _unchanged(request, etag)) is not None:
        return _dressed(answer, etag, name)
    try:
        content = b"".join(storages["attachments"].pieces(row.thumbnail)) if row.thumbnail else b""
    except FileNotFoundError as error:
        raise Http404 from error
    if not content:
        raise Http404
    return _dressed(HttpResponse(content, content_type="image/webp"), etag, name, is_inline=True)


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer to who has it already, or asks for another. Who may read it is known by now."""
    answer = get_conditional_response(request, etag=etag)
    return answer if isinstance(answer, HttpResponse) else None


def _content(request: HttpRequest, row: Attachment, etag: str) -> HttpResponseBase:
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    found = _range(asked, row.size)
    if found == ():
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    start, length = found or (0, row.size)
    is_head = request.method == "HEAD"
    pieces = () if is_head else storages["attachments"].pieces(row.file, start, length)
    answer: HttpResponseBase
    answer = HttpResponse(b"".join(pieces)) if is_head or length <= SMALL else StreamingHttpResponse(pieces)
    answer["Content-Length"] = str(length)
    if found:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{row.size}"
    return answer


def _range(asked: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """Start and length of the one range that is asked for; () where the file has no such bytes, None where all of it is to be sent."""
    match = RANGE.fullmatch(asked.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else ()
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if start >= size:
        return ()
    return (start, end - start + 1) if end >= start else None


def _dressed[R: HttpResponseBase](answer: R, etag: str, name: str, *, is_inline: bool = False) -> R:
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, Authorization"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Content-Disposition"] = (
        f"{'inline' if is_inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer
