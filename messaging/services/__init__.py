"""What people do with messages. Each is called through `chatsite.realtime.commit`."""

from messaging.services.all_read import AllRead, mark_all_read
from messaging.services.attachments import (
    add_attachment,
    add_thumbnail,
    attachment_json,
    discard_attachment,
    remove_unclaimed,
    require_room_for,
)
from messaging.services.drafts import StaleDraft, discard_draft, drafts_of, forget_sent, save_draft
from messaging.services.finding import visible as visible_message
from messaging.services.marks import Mark, mark_read, mark_unread
from messaging.services.messages import KEEP, Edited, delete_message, edit_message
from messaging.services.pins import pin_message, unpin_message
from messaging.services.posting import Post, Posted, post_message, post_messages
from messaging.services.reactions import add_reaction, remove_reaction
from messaging.services.reports import dismiss_report, look_into_report, report_message, uphold_report
from messaging.services.saved import save_message, saved_by, unsave_message
from messaging.services.threads import Following, change_following, place_in_thread, root_of

__all__ = [
    "KEEP",
    "AllRead",
    "Edited",
    "Following",
    "Mark",
    "Post",
    "Posted",
    "StaleDraft",
    "add_attachment",
    "add_reaction",
    "add_thumbnail",
    "attachment_json",
    "change_following",
    "delete_message",
    "discard_attachment",
    "discard_draft",
    "dismiss_report",
    "drafts_of",
    "edit_message",
    "forget_sent",
    "look_into_report",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "pin_message",
    "place_in_thread",
    "post_message",
    "post_messages",
    "remove_reaction",
    "remove_unclaimed",
    "report_message",
    "require_room_for",
    "root_of",
    "save_draft",
    "save_message",
    "saved_by",
    "unpin_message",
    "unsave_message",
    "uphold_report",
    "visible_message",
]
