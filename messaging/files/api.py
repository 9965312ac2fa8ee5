"""Uploads over REST (`docs/protocol.md`, section 10): a file that waits for one message to claim it."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatsite.realtime.commit import commit
from messaging import serializers, services, wire
from messaging.files import keeping

FORM = {"multipart/form-data": serializers.NewFile}


class Uploads(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="upload_file", request=FORM, responses={201: serializers.Attachment})
    def post(self, request: Request) -> Response:
        """Upload one file. Name its `id` in one message within a day, or it goes."""
        row = keeping.accept(request.user, _file(request))
        return Response(wire.attachment(services.attachment_json(row)), status=status.HTTP_201_CREATED)


class Upload(APIView):
    @extend_schema(operation_id="discard_upload", responses={204: None})
    def delete(self, request: Request, attachment_id: int) -> Response:
        """Throw away a file of one's own that no message has claimed."""
        commit(services.discard_attachment, request.user, attachment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _file(request: Request) -> UploadedFile:
    """The one file of the form. Raises ValidationError."""
    try:
        texts = set(request.POST) - {"csrfmiddlewaretoken"}
    except UnsupportedMediaType as error:
        sentence = _("Please send a form with a file in it, as multipart/form-data.")
        raise UnsupportedMediaType(request.content_type, sentence, code="form_expected") from error
    wrong = {name: [_("There is no such member.")] for name in (texts | set(request.FILES)) - {"file"}}
    files = request.FILES.getlist("file")
    if len(files) != 1 or "file" in texts:
        wrong["file"] = [_("Expected one file, with a name.")]
    if wrong:
        raise ValidationError(wrong)
    return files[0]
