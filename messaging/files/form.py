"""Files in the form of a message: how they are sent without a script."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.forms import ActForm
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from messaging import services
from messaging.files import keeping
from messaging.models import Message
from messaging.posts import post_together
from messaging.services.attachments import MAX_PER_MESSAGE


class ManyFiles(forms.FileInput):
    """The control of a browser in which several files may be chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. What they may be, the service says."""

    widget = ManyFiles

    def __init__(self, **kwargs: Any):
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(given) > MAX_PER_MESSAGE:
            raise ValidationError(_("A message takes at most %(limit)d files.") % {"limit": MAX_PER_MESSAGE})
        return given


def post(form: ActForm, author: User, room_id: int, *, files: list[UploadedFile], **said: Any) -> bool:
    """Keep `files`, then post what was `said` with them. False where it was refused: then the form says why, and no file stays."""
    if files and (before := Message.objects.filter(author=author, msg_id=said["msg_id"]).first()):
        form.result = before  # the form a second time: its files were kept at the first
        return True
    ids: list[int] = []
    try:
        for one in files:
            ids.append(keeping.accept(author, one).pk)  # noqa: PERF401 - those before a refused one must be known
    except Exception as refused:  # noqa: BLE001 - the form tells a refusal and raises all else
        _discard(author, ids)
        form.refuse(refused)
        return False
    try:
        is_posted = form.attempt(post_together, author, room_id, attachments=ids, **said)
    except Unavailable:
        raise  # it may be posted all the same; else its files go after a day
    except Exception:
        _discard(author, ids)
        raise
    if not is_posted:
        _discard(author, ids)
    return is_posted


def _discard(author: User, ids: list[int]) -> None:
    for one in ids:
        commit(services.discard_attachment, author, one)
