"""What everybody may do: the expected verdicts, written by hand from `docs/protocol.md` (sections 5, 9, 10 and 11).

One line is one method of one route, or one command; one letter is one person, in the order of `PEOPLE`:

    nobody outsider | guest guest_outside | member colleague removed banned | room_moderator moderator admin owner | superuser

`colleague`, `removed`, `banned` and `admin` are not in the room, `moderator` is; `owner` made it. The banned one is banned
from the room, the removed one may come again where it is public; the guests are guests of the workspace. Two letters stand for
nobody, and everybody who is signed in.

    o ok      s sign in first (401, or the sign-in page)      f forbidden (403)      n not found (404)      x either of these
    - answered as if it were done, and nothing is written

An owner who is the last one stays: nobody leaves a workspace without one. The superuser is in no workspace: what they see
outside of the admin is what anybody in none sees.

Acts on a member mean somebody of the room who is nobody of these. The message acted on is the member's; where history begins
with joining it is the owner's, from before all others came.
"""

PEOPLE = (
    "nobody", "outsider", "guest", "guest_outside", "member", "colleague", "removed", "banned", "room_moderator", "moderator", "admin",
    "owner", "superuser",
)  # fmt: skip
STATES = ("public", "private", "archived", "joined")

ROOMS = """
                               public             private            archived           history joined
GET    room                    sn on ooof oooo n  sn on onnn oono n  sn on ooof oooo n  sn on offf oofo n
GET    room_at                 sn on ooof oooo n  sn on onnn oono n  sn on ooof oooo n  sn on offf oofo n
GET    messages                sn on ooof oooo n  sn on onnn oono n  sn on ooof oooo n  sn on offf oofo n
GET    search                  sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
POST   messages                sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn on offn oofo n
POST   room_read               sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
POST   room_joining            sn on ooof oooo n  sn on onnn oono n  sn on offf oofo n  sn on ooof oooo n
POST   room_leaving            sn on o--n oo-o n  sn on onnn oono n  sn fn f--n ff-f n  sn on o--n oo-o n
GET    room_settings           sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on ooon oooo n
POST   room_settings           sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
POST   room_notify             sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
POST   room_archiving          sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
GET    room_invitations        sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
POST   room_invitations        sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
GET    room_members            sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on ooon oooo n
POST   room_members            sn fn offn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn offn oooo n
GET    room_member             sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on ooon oooo n
POST   room_member_role        sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
POST   room_member_removal     sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
POST   room_member_ban         sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
GET    room_ban                sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
POST   room_ban                sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
POST   room_ban_lifting        sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
GET    room_threads            sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
GET    room_pins               sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
GET    thread                  sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
POST   thread_following        sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
POST   thread_title            sn fn offn ffff n  sn fn onnn ffnf n  sn fn fffn ffff n  sn nn nffn nnfo n
POST   message_pin             sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
POST   message_saving          sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
GET    message_edit            sn fn offn ffff n  sn fn onnn ffnf n  sn fn offn ffff n  sn nn nffn nnfo n
POST   message_edit            sn fn offn ffff n  sn fn onnn ffnf n  sn fn fffn ffff n  sn nn nffn nnfo n
GET    message_deletion        sn fn offn oooo n  sn fn onnn oono n  sn fn offn oooo n  sn nn nffn nnfo n
POST   message_deletion        sn fn offn oooo n  sn fn onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
GET    message_reactions       sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
POST   message_reactions       sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
GET    file                    nn on ooon oooo n  nn on onnn oono n  nn on ooon oooo n  nn nn nnnn nnno n
GET    file_thumbnail          nn on ooon oooo n  nn on onnn oono n  nn on ooon oooo n  nn nn nnnn nnno n
GET    message_readers         sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn nn nffn nnfo n
GET    message_report          sn on foon oooo n  sn on fnnn oono n  sn on foon oooo n  sn nn nffn nnff n
POST   message_report          sn on foon oooo n  sn on fnnn oono n  sn on foon oooo n  sn nn nffn nnff n
POST   report_upholding        sn nn nnnn oooo n  sn nn nnnn oono n  sn nn nnnn ffff n  sn nn nnnn nnnn n
POST   report_dismissal        sn nn nnnn oooo n  sn nn nnnn oono n  sn nn nnnn oooo n  sn nn nnnn nnnn n

GET    api_room                sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on ooon oooo n
PATCH  api_room                sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
DELETE api_room                sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
GET    api_room_members        sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on ooon oooo n
POST   api_room_members        sn fn offn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn offn oooo n
PATCH  api_room_member         sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
DELETE api_room_member         sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
POST   api_room_members/self   sn on ooof oooo n  sn on onnn oono n  sn on offf oofo n  sn on ooof oooo n
DELETE api_room_member/self    sn on onnn oono n  sn on onnn oono n  sn fn fnnn ffnf n  sn on onnn oono n
GET    api_room_bans           sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
POST   api_room_bans           sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
DELETE api_room_ban            sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
PUT    api_room_notify         sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
GET    api_room_invitations    sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
POST   api_room_invitations    sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn fn fffn oooo n
DELETE api_room_invitation     sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn oooo n  sn fn fffn oooo n
GET    api_room_messages       sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
GET    api_search              sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
POST   api_room_messages       sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn on offn oofo n
GET    api_room_changes        sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
PUT    api_room_read           sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
GET    api_message             sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
PATCH  api_message             sn fn offn ffff n  sn fn onnn ffnf n  sn fn fffn ffff n  sn nn nffn nnfo n
DELETE api_message             sn fn offn oooo n  sn fn onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
GET    api_room_threads        sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
GET    api_room_pins           sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
GET    api_message_thread      sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
PUT    api_message_thread      sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
PUT    api_message_pin         sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
DELETE api_message_pin         sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
PUT    api_saved_message       sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn nn nffn nnfo n
PUT    api_draft               sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
POST   api_message_reactions   sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
DELETE api_message_reactions   sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
POST   api_message_reports     sn on foon oooo n  sn on fnnn oono n  sn on foon oooo n  sn nn nffn nnff n

SOCKET message.send            sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn on offn oofo n
SOCKET message.edit            sn fn offn ffff n  sn fn onnn ffnf n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET message.delete          sn fn offn oooo n  sn fn onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET message.pin             sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET message.unpin           sn fn fffn oooo n  sn fn fnnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET reaction.add            sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET reaction.remove         sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn nn nffn nnfo n
SOCKET sync                    sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
SOCKET history                 sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
SOCKET typing                  sn on offn oofo n  sn on onnn oono n  sn fn fffn ffff n  sn on offn oofo n
SOCKET watch                   sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
SOCKET unwatch                 sn on ooon oooo n  sn on onnn oono n  sn on ooon oooo n  sn on offn oofo n
SOCKET read                    sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
SOCKET unread                  sn on offn oofo n  sn on onnn oono n  sn on offn oofo n  sn on offn oofo n
"""

PLACES = """
SOCKET rooms                         so
SOCKET ping                          so
SOCKET presence                      so
GET    threads                       so
GET    saved                         so
GET    drafts                        so
POST   draft_removal                 s-
POST   all_read                      so
GET    home                          so
GET    set_up                        nn
POST   set_up                        nn
GET    invitation                    oo
POST   invitation                    -o
GET    workspace                     sn oo oooo oooo n
GET    discover                      sn oo oooo oooo n
GET    workspace_settings            sn ff ffff ffoo n
POST   workspace_settings            sn ff ffff ffoo n
GET    room_new                      sn ff oooo oooo n
POST   room_new                      sn ff oooo oooo n
GET    workspace_invitations         sn ff ffff fooo n
POST   workspace_invitations         sn ff ffff fooo n
POST   invitation_revocation         sn nn nnnn nooo n
GET    workspace_members             sn oo oooo oooo n
GET    workspace_member              sn on oooo oooo n
POST   workspace_member_role         sn ff ffff ffoo n
POST   workspace_member_removal      sn ff ffff fooo n
POST   workspace_member_ban          sn ff ffff fooo n
GET    workspace_ban                 sn ff ffff fooo n
POST   workspace_ban                 sn ff ffff fooo n
POST   workspace_ban_lifting         sn ff ffff fooo n
GET    workspace_reports             sn ff ffff oooo n

GET    api_my_threads                so
GET    api_saved                     so
DELETE api_saved_message             s-
GET    api_drafts                    so
DELETE api_draft                     s-
POST   api_all_read                  so
GET    api_errands                   so
GET    api_workspaces                so
POST   api_workspaces                sf ff ffff ffoo o
GET    api_workspace                 sn oo oooo oooo n
PATCH  api_workspace                 sn ff ffff ffoo n
GET    api_workspace_members         sn oo oooo oooo n
POST   api_workspace_members         sn ff ffff ffoo n
PATCH  api_workspace_member          sn fn ffff ffoo n
DELETE api_workspace_member          sn fn ffff fooo n
DELETE api_workspace_member/self     sn oo oooo ooof n
GET    api_workspace_bans            sn ff ffff fooo n
POST   api_workspace_bans            sn fn ffff fooo n
DELETE api_workspace_ban             sn ff ffff fooo n
GET    api_workspace_invitations     sn ff ffff fooo n
POST   api_workspace_invitations     sn ff ffff fooo n
DELETE api_workspace_invitation      sn ff ffff fooo n
POST   api_invitation                so
GET    api_rooms                     so
POST   api_rooms                     sn ff oooo oooo n
"""

PEOPLE_AND_DOORS = """
GET    ping                          oo
GET    health                        oo
GET    ready                         oo
GET    metrics                       nn
GET    schema                        oo
GET    docs                          oo
GET    api/                          nn
GET    unknown_api                   nn

POST   api_token                     oo
POST   api_token_refresh             oo
POST   api_logout                    so
POST   api_ws_ticket                 so
GET    api_users                     so
POST   api_users                     ff
GET    api_me                        so
PUT    api_me                        so
PATCH  api_me                        so
DELETE api_me                        so oo oooo ooof o
GET    api_sessions                  so
DELETE api_sessions                  so
DELETE api_session                   so
DELETE api_session/other             sn
GET    api_user                      sn on oooo oooo n
PUT    api_user                      sn fn ffff ffff n
PATCH  api_user                      sn fn ffff ffff n
DELETE api_user                      sn fn ffff ffoo n

GET    api_blocks                    so
POST   api_blocks                    sn on oooo oooo n
DELETE api_block                     sn
POST   api_direct                    sn on oooo oooo n
GET    direct_new                    so
POST   direct_new                    sn on oooo oooo n
GET    direct_people                 so
GET    person                        sn on oooo oooo n
POST   person_block                  sn on oooo oooo n
POST   person_block_lifting          sn

GET    profile                       so
POST   profile                       so
GET    profile_notifications         so
POST   profile_notifications         so
GET    notifications                 so
POST   notifications_reading         so
GET    api_notifications             so
PATCH  api_notifications             so
GET    mail_stop                     nn
POST   mail_stop                     nn
GET    mail_stop/given               oo
POST   mail_stop/given               oo
GET    api_mail_stop                 nn
POST   api_mail_stop                 nn
POST   api_mail_stop/given           oo
POST   profile_email                 so
POST   profile_picture               so
GET    sessions                      so
POST   sessions_end_others           so
POST   session_end                   so
POST   session_end/other             sn
GET    avatar                        nn

POST   api_uploads                   so
DELETE api_upload                    so
DELETE api_upload/other              sn

POST   language                      oo
POST   status                        so

GET    account_login                 oo
POST   account_login                 oo
GET    account_logout                oo
POST   account_logout                oo
GET    account_inactive              oo
GET    account_signup                oo
POST   account_signup                --
GET    account_reauthenticate        so
POST   account_reauthenticate        so
GET    account_email                 so
POST   account_email                 so
GET    account_email_verification_sent oo
GET    account_change_password       so
POST   account_change_password       so
GET    account_set_password          so
POST   account_set_password          so
GET    account_reset_password        oo
POST   account_reset_password        oo
GET    account_reset_password_done   oo
GET    account_reset_password_from_key      oo
POST   account_reset_password_from_key      oo
GET    account_reset_password_from_key_done oo
GET    account_confirm_email         oo
POST   account_confirm_email         nn
GET    account_confirm_login_code    oo
POST   account_confirm_login_code    oo
GET    mfa_index                     so
GET    mfa_authenticate              oo
POST   mfa_authenticate              oo
GET    mfa_reauthenticate            so
POST   mfa_reauthenticate            so
GET    mfa_activate_totp             so
POST   mfa_activate_totp             so
GET    mfa_deactivate_totp           sn
POST   mfa_deactivate_totp           sn
GET    mfa_view_recovery_codes       sn
GET    mfa_generate_recovery_codes   so
POST   mfa_generate_recovery_codes   so
GET    mfa_download_recovery_codes   sn
"""

ADMIN = """
GET    admin:index                   ss ss ssss sooo o
GET    admin:app_list                ss ss ssss sooo o
GET    admin:login                   sf ff ffff fooo o
POST   admin:login                   sf ff ffff fooo o
POST   admin:logout                  oo
GET    admin:password_change         ss ss ssss sooo o
POST   admin:password_change         ss ss ssss sooo o
GET    admin:password_change_done    ss ss ssss sooo o
GET    admin:autocomplete            ss ss ssss sfff f
GET    admin:jsi18n                  ss ss ssss sooo o
GET    admin:view_on_site            ss ss ssss snnn n
GET    admin:(?P<url>.*)$            ss ss ssss snnn n

GET    admin:*_changelist            ss ss ssss sooo o
POST   admin:*_changelist            ss ss ssss sooo o
GET    admin:*_add                   ss ss ssss sfff f
POST   admin:*_add                   ss ss ssss sfff f
GET    admin:*_delete                ss ss ssss sfff f
POST   admin:*_delete                ss ss ssss sfff f
POST   admin:*_*_change              ss ss ssss sxxx x
GET    admin:*/<path:object_id>/     ss ss ssss sooo o
GET    admin:accounts_user_change              ss ss ssss sooo o
GET    admin:accounts_auditentry_change        ss ss ssss snno o
GET    admin:rooms_workspace_change            ss ss ssss sooo o
GET    admin:rooms_workspacemembership_change  ss ss ssss sooo o
GET    admin:rooms_room_change                 ss ss ssss sono o
GET    admin:rooms_membership_change           ss ss ssss sono o
GET    admin:rooms_ban_change                  ss ss ssss sono o
GET    admin:rooms_invitation_change           ss ss ssss sono o
GET    admin:messaging_message_change          ss ss ssss sooo n
GET    admin:messaging_report_change           ss ss ssss sooo o
POST   admin:messaging_report_context          ss ss ssss sooo o
GET    admin:tasks_pendingtask_change          ss ss ssss snnn o
GET    admin:tasks_pendingtask_history         ss ss ssss snnn o
GET    admin:accounts_user_history             ss ss ssss sooo o
GET    admin:accounts_auditentry_history       ss ss ssss snno o
GET    admin:rooms_workspace_history           ss ss ssss sooo o
GET    admin:rooms_workspacemembership_history ss ss ssss sooo o
GET    admin:rooms_room_history                ss ss ssss sono o
GET    admin:rooms_membership_history          ss ss ssss sono o
GET    admin:rooms_ban_history                 ss ss ssss sono o
GET    admin:rooms_invitation_history          ss ss ssss sono o
GET    admin:messaging_message_history         ss ss ssss sooo n
GET    admin:messaging_report_history          ss ss ssss sooo o
"""
