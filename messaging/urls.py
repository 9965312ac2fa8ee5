"""Pages of rooms and messages."""

from django.urls import include, path

from messaging import readers, views
from messaging.files import views as files
from messaging.kept import views as kept
from messaging.reports import views as reports
from messaging.search.views import search
from messaging.threads import views as threads

urlpatterns = [
    path("rooms/<int:room_id>/", views.room, name="room"),
    path("rooms/<int:room_id>/<int:seq>/", views.room_at, name="room_at"),
    path("rooms/<int:room_id>/messages/", views.room_messages, name="messages"),
    path("rooms/<int:room_id>/read/", views.room_read, name="room_read"),
    path("rooms/<int:room_id>/threads/", threads.room_threads, name="room_threads"),
    path("rooms/<int:room_id>/threads/<int:message_id>/", threads.thread, name="thread"),
    path(
        "rooms/<int:room_id>/threads/<int:message_id>/following/",
        threads.thread_following,
        name="thread_following",
    ),
    path("rooms/<int:room_id>/threads/<int:message_id>/title/", threads.thread_title, name="thread_title"),
    path("rooms/<int:room_id>/pins/", threads.room_pins, name="room_pins"),
    path("rooms/<int:room_id>/draft/removal/", kept.draft_removal, name="draft_removal"),
    path("messages/<int:message_id>/pin/", threads.message_pin, name="message_pin"),
    path("messages/<int:message_id>/saving/", kept.message_saving, name="message_saving"),
    path("", include("messaging.notices.urls")),
    path("search/", search, name="search"),
    path("threads/", threads.my_threads, name="threads"),
    path("saved/", kept.saved, name="saved"),
    path("drafts/", kept.drafts, name="drafts"),
    path("all-read/", kept.all_read, name="all_read"),
    path("messages/<int:message_id>/edit/", views.message_edit, name="message_edit"),
    path("messages/<int:message_id>/deletion/", views.message_deletion, name="message_deletion"),
    path("messages/<int:message_id>/reactions/", views.message_reactions, name="message_reactions"),
    path("files/<int:attachment_id>/", files.file, name="file"),
    path("files/<int:attachment_id>/thumbnail/", files.thumbnail, name="file_thumbnail"),
    path("messages/<int:message_id>/readers/", readers.message_readers, name="message_readers"),
    path("messages/<int:message_id>/report/", reports.message_report, name="message_report"),
    path("w/<int:workspace_id>/reports/", reports.workspace_reports, name="workspace_reports"),
    path("reports/<int:report_id>/upholding/", reports.report_upholding, name="report_upholding"),
    path("reports/<int:report_id>/dismissal/", reports.report_dismissal, name="report_dismissal"),
]
