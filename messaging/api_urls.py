"""The messages' part of `/api/v1/`."""

from django.urls import include, path

from messaging import api
from messaging.files import api as files
from messaging.kept import api as kept
from messaging.reports import api as reports
from messaging.search.api import Search
from messaging.threads import api as threads

urlpatterns = [
    path("rooms/<int:room_id>/messages/", api.RoomMessages.as_view(), name="api_room_messages"),
    path("rooms/<int:room_id>/changes/", api.RoomChanges.as_view(), name="api_room_changes"),
    path("rooms/<int:room_id>/read/", api.RoomRead.as_view(), name="api_room_read"),
    path("messages/<int:message_id>/", api.OneMessage.as_view(), name="api_message"),
    path("rooms/<int:room_id>/threads/", threads.RoomThreads.as_view(), name="api_room_threads"),
    path("rooms/<int:room_id>/pins/", threads.RoomPins.as_view(), name="api_room_pins"),
    path("messages/<int:message_id>/thread/", threads.MessageThread.as_view(), name="api_message_thread"),
    path("messages/<int:message_id>/pin/", threads.MessagePin.as_view(), name="api_message_pin"),
    path("", include("messaging.notices.api_urls")),
    path("users/me/threads/", threads.MyThreads.as_view(), name="api_my_threads"),
    path("users/me/saved/", kept.SavedView.as_view(), name="api_saved"),
    path("users/me/saved/<int:message_id>/", kept.SavedMessageView.as_view(), name="api_saved_message"),
    path("users/me/drafts/", kept.DraftsView.as_view(), name="api_drafts"),
    path("users/me/drafts/<int:room_id>/", kept.DraftView.as_view(), name="api_draft"),
    path("users/me/read/", kept.AllReadView.as_view(), name="api_all_read"),
    path("users/me/errands/", kept.ErrandsView.as_view(), name="api_errands"),
    path("messages/<int:message_id>/reactions/", api.MessageReactions.as_view(), name="api_message_reactions"),
    path("search/", Search.as_view(), name="api_search"),
    path("uploads/", files.Uploads.as_view(), name="api_uploads"),
    path("uploads/<int:attachment_id>/", files.Upload.as_view(), name="api_upload"),
    path("messages/<int:message_id>/reports/", reports.MessageReports.as_view(), name="api_message_reports"),
]
