"""Reports over REST: telling the moderators of a message."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatsite.api import StrictSerializer
from chatsite.realtime.commit import commit
from messaging import services, wire
from messaging.models import Report


class NewReport(StrictSerializer):
    """Why; its length is the service's to say."""

    reason = serializers.CharField(trim_whitespace=False, allow_blank=True)


class ReportShape(serializers.Serializer):
    """One's own report of a message."""

    id = serializers.IntegerField()
    message = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class MessageReports(APIView):
    @extend_schema(operation_id="report_message", request=NewReport, responses={201: ReportShape, 200: ReportShape})
    def post(self, request: Request, message_id: int) -> Response:
        """Ask the moderators to look at a message; again replaces the reason, and answers 200."""
        report, is_new = commit(services.report_message, request.user, message_id, **NewReport.read(request))
        return Response(_drawn(report), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _drawn(report: Report) -> dict:
    return {
        "id": report.pk,
        "message": report.message_id,
        "reason": report.reason,
        "created_at": wire.moment(report.created_at),
    }
