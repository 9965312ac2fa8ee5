"""Mails of what was missed: who gets one, what is in it, and never twice."""

import email
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Notification
from messaging.notices import digest
from rooms import services
from rooms.models import Workspace
from tests.background import run_tasks
from tests.cast import program
from tests.messaging.notices.conftest import chooses, direct, made, mailed, reads, said, time_passes, told

pytestmark = pytest.mark.usefixtures("mail_server")


def test_what_was_missed_comes_by_mail(room, alice, bob):
    message = said(alice, room, "what do you think, @bob & co?")
    run_tasks()
    time_passes()
    (sent,) = mailed()
    assert sent.to == ["bob@example.org"] and sent.subject == "1 message for you in House"
    assert "what do you think, @bob & co?" in sent.body
    assert f"https://chat.example/rooms/{room.pk}/{message.seq}/" in sent.body
    html, kind = sent.alternatives[0]
    assert kind == "text/html" and "@bob &amp; co?" in html and "Kitchen" in html
    assert Notification.objects.get().mailed_at


def test_it_is_mailed_once(room, alice):
    told(said(alice, room, "@bob"))
    time_passes()
    assert len(mailed()) == 1
    time_passes(120)
    assert mailed() == []


def test_at_most_one_an_hour(room, alice):
    told(said(alice, room, "@bob 1"))
    time_passes()
    assert len(mailed()) == 1
    told(said(alice, room, "@bob 2"))
    time_passes(30)
    assert mailed() == []
    time_passes(31)
    (sent,) = mailed()
    assert "@bob 2" in sent.body and "@bob 1" not in sent.body


def test_not_before_a_quarter_of_an_hour(room, alice):
    told(said(alice, room, "@bob"))
    time_passes(14)
    assert mailed() == []


def test_not_while_they_are_here(room, alice, bob):
    told(said(alice, room, "@bob"))
    time_passes()
    program(bob)  # a session that was just used
    assert mailed() == []


@pytest.mark.parametrize("column", [{"mail_missed": False}, {"email": ""}, {"is_active": False}, {"is_bot": True}])
def test_not_to_who_does_not_want_it_or_cannot_be_reached(room, alice, bob, column):
    told(said(alice, room, "@bob"))
    time_passes()
    User.objects.filter(pk=bob.pk).update(**column)
    assert mailed() == []


def test_not_what_was_read(room, alice, bob):
    message = said(alice, room, "@bob")
    run_tasks()
    time_passes()
    reads(bob, room, message.seq)
    assert mailed() == []


def test_not_what_is_a_week_old(room, alice):
    told(said(alice, room, "@bob"))
    time_passes(8 * 24 * 60)
    assert mailed() == []


def test_nothing_without_a_mail_server(room, alice, settings):
    settings.MAIL_URL = ""
    told(said(alice, room, "@bob"))
    time_passes()
    assert mailed() == [] and Notification.objects.get().mailed_at is None


def claimed(*acts) -> list:
    """The mails that come when `acts` happen between the decision and the sending."""
    mail.outbox.clear()
    digest.begin()
    for act in acts:
        act()
    run_tasks()
    return list(mail.outbox)


def test_what_changes_before_it_is_sent_counts(place, room, cellar, alice, bob):
    latest = []
    for change in (
        lambda: reads(bob, cellar, 10**6),
        lambda: commit(services.remove_member, alice, cellar, bob),
        lambda: chooses(bob, mail_missed=False),
        lambda: User.objects.filter(pk=bob.pk).update(email=""),
        lambda: commit(messages.delete_message, alice, latest[-1].pk),
    ):
        User.objects.filter(pk=bob.pk).update(email="bob@example.org", mail_missed=True)
        bob.refresh_from_db()
        Notification.objects.all().delete()
        commit(services.add_member, alice, cellar, bob)
        latest.append(said(alice, cellar, "secret @bob"))
        run_tasks()
        time_passes()
        assert claimed(change) == []


def test_twenty_are_shown_and_the_rest_is_counted(room, alice):
    for number in range(25):
        said(alice, room, f"@bob number {number}.")
    run_tasks()
    time_passes()
    (sent,) = mailed()
    assert sent.subject == "25 messages for you in House" and "And 5 more messages." in sent.body
    assert sent.body.count("/rooms/") == 20 and "number 24." in sent.body and "number 4." not in sent.body


def test_it_is_in_the_persons_language_and_time(place, room, alice, bob):
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Shanghai")
    message = said(alice, room, "@bob")
    run_tasks()
    type(message).objects.filter(pk=message.pk).update(created_at=timezone.now().replace(hour=20, minute=15))
    time_passes()
    assert re.search(r"4:15 a\.m\.", mailed()[0].body)


def test_names_with_line_ends_do_not_become_headers(place, room, alice, bob):
    Workspace.objects.update(name="House\r\nBcc: eve@example.org")
    User.objects.filter(pk=alice.pk).update(display_name="Eve\nX-Evil: 1")
    told(said(alice, room, "@bob"))
    time_passes()
    (sent,) = mailed()
    read = email.message_from_bytes(sent.message().as_bytes())
    assert read["Bcc"] is None and read["X-Evil"] is None and read["To"] == "bob@example.org"
    assert "Bcc: eve@example.org" in str(sent.subject)


def test_a_direct_conversation_is_not_named(alice, bob):
    told(said(alice, direct(alice, bob), "psst"))
    time_passes()
    (sent,) = mailed()
    assert "psst" in sent.body and "Chatsite" in sent.subject


def test_only_to_an_address_that_is_confirmed_where_they_are(room, alice, bob, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    told(said(alice, room, "@bob 1"))
    time_passes()
    assert mailed() == []
    EmailAddress.objects.filter(user=bob).update(verified=True)
    time_passes(90)
    told(said(alice, room, "@bob 2"))
    time_passes()
    assert len(mailed()) == 1


def test_a_mail_that_fails_is_tried_again(room, alice, monkeypatch):
    import smtplib

    from django.core.mail import EmailMultiAlternatives

    sending, failures = (
        EmailMultiAlternatives.send,
        [smtplib.SMTPServerDisconnected("bob@example.org"), OSError("down")],
    )

    def send(self, *args, **kwargs):
        if failures:
            raise failures.pop()
        return sending(self, *args, **kwargs)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    told(said(alice, room, "@bob"))
    time_passes()
    digest.begin()
    for _attempt in range(2):
        with pytest.raises(digest.MailRefused) as refusal:
            run_tasks(late=True)
        assert "example.org" not in str(refusal.value)
    mail.outbox.clear()
    run_tasks(late=True)
    assert len(mail.outbox) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(room, alice, monkeypatch):
    import smtplib

    from django.core.mail import EmailMultiAlternatives

    def send(self, *args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    told(said(alice, room, "@bob"))
    time_passes()
    assert mailed() == []
    from tests.background import waiting

    assert waiting() == []


def test_the_same_mail_sent_twice_has_one_id(place, alice, bob):
    room = made(alice, place, bob, name="Kitchen")
    told(said(alice, room, "@bob"))
    time_passes()
    ids = list(Notification.objects.values_list("pk", flat=True))
    mail.outbox.clear()
    for _time in range(2):
        digest.send(bob.pk, ids)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
