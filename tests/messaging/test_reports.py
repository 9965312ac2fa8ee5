"""Reports: who may make one, who may decide it, and what becomes of the message; at the service, the API and the pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry, User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict, RateLimited
from chatsite.realtime.events import Change
from messaging import services as messages
from messaging.models import Message, Report
from messaging.services import reports
from rooms import services as rooms
from tests.cast import heard, program, root
from tests.pages.conftest import ada, alice, bob, browser, charlie, dan, gus, mo, place, private, room, said, text_of

__all__ = ["ada", "alice", "bob", "charlie", "dan", "gus", "heard", "mo", "place", "private", "room", "root"]


def report(user: User, message: Message, reason: str = "spam") -> Report:
    return commit(messages.report_message, user, message.pk, reason=reason)[0]


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_who_sees_a_message_may_report_it(room, private, alice, bob, dan, gus, charlie):
    message, secret = said(room, alice, "buy this"), said(private, bob, "psst")
    for user in (bob, dan):
        assert report(user, message).state == "open"
    for user in (gus, charlie):
        with pytest.raises(ObjectDoesNotExist):
            report(user, message)
    with pytest.raises(ObjectDoesNotExist):
        report(dan, secret)
    assert Report.objects.count() == 2


def test_ones_own_a_system_message_and_a_deleted_one_are_not_reported(room, alice, bob):
    message = said(room, alice, "buy this")
    with pytest.raises(PermissionDenied):
        report(alice, message)
    with pytest.raises(PermissionDenied):
        report(bob, Message.objects.filter(room=room, kind="system").first())
    commit(messages.delete_message, alice, message.pk)
    with pytest.raises(Conflict):
        report(bob, message)
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "\u3000", "x" * 501])
def test_a_reason_is_wanted_and_is_not_too_long(room, alice, bob, reason):
    with pytest.raises(ValidationError) as refused:
        report(bob, said(room, alice, "buy this"), reason)
    assert "reason" in refused.value.message_dict


def test_reporting_again_replaces_the_reason(room, alice, bob):
    message = said(room, alice, "buy this")
    first = report(bob, message, "spam")
    assert report(bob, message, "  a   swindle ").pk == first.pk
    assert Report.objects.get().reason == "a swindle"


def test_what_a_moderator_has_decided_is_opened_again_only_for_another_text(room, alice, bob, mo):
    message = said(room, alice, "buy this")
    commit(messages.dismiss_report, mo, report(bob, message))
    with pytest.raises(Conflict):
        report(bob, message, "but it is")
    commit(messages.edit_message, alice, message.pk, body="buy this now", edited_at=None)
    assert report(bob, message, "now it is").state == "open"
    assert Report.objects.get().handled_by is None


def test_one_person_reports_so_many_a_day(room, alice, bob, monkeypatch):
    monkeypatch.setattr(reports, "MAX_A_DAY", 2)
    for words in ("one", "two"):
        report(bob, said(room, alice, words))
    with pytest.raises(RateLimited) as refused:
        report(bob, said(room, alice, "three"))
    assert refused.value.retry_after == 3600
    Report.objects.update(created_at=timezone.now() - timedelta(days=2))
    report(bob, said(room, alice, "four"))


def test_upholding_deletes_the_message_for_everybody(room, alice, bob, dan, mo, heard):
    message = said(room, alice, "buy this")
    first, second = report(bob, message), report(dan, message, "rude")
    heard.clear()
    commit(messages.uphold_report, mo, first, reason="we sell nothing")
    message.refresh_from_db()
    assert message.is_deleted and not message.body
    assert [event.cause for event in heard if isinstance(event, Change)] == [{"kind": "deleted", "user": mo.pk}]
    second.refresh_from_db()
    assert (first.state, second.state, second.handled_by) == ("upheld", "upheld", mo)
    assert audited()[-2:] == ["report.upheld", "message.deleted"]
    assert set(AuditEntry.objects.filter(actor=mo).values_list("reason", flat=True)) == {"we sell nothing"}


def test_dismissing_leaves_the_message(room, alice, bob, dan, mo):
    message = said(room, alice, "good soup")
    first, second = report(bob, message), report(dan, message)
    commit(messages.dismiss_report, mo, first, reason="it is good")
    assert set(Report.objects.values_list("state", flat=True)) == {"dismissed"}
    assert not Message.objects.get(pk=message.pk).is_deleted
    with pytest.raises(Conflict):
        commit(messages.uphold_report, mo, second)
    entry = AuditEntry.objects.get(action="report.dismissed")
    assert (entry.reason, entry.details) == (
        "it is good",
        {"message": message.pk, "room": room.pk, "seq": message.seq, "author": alice.pk},
    )


def test_only_moderators_decide_and_not_about_themselves(room, private, alice, bob, dan, mo, charlie):
    reported = report(bob, said(room, alice, "buy this"))
    theirs = report(bob, said_by_moderator(room, mo))
    commit(rooms.add_member, bob, private, dan)
    hidden = report(dan, said(private, bob, "psst"))
    for user, one in (
        (bob, reported),
        (dan, reported),
        (charlie, reported),
        (alice, reported),
        (mo, theirs),
        (mo, hidden),
    ):
        for decision in (messages.uphold_report, messages.dismiss_report):
            with pytest.raises(ObjectDoesNotExist):
                commit(decision, user, one)
    assert Report.objects.waiting().count() == 3
    commit(messages.dismiss_report, alice, theirs)


def said_by_moderator(room, mo) -> Message:
    commit(rooms.join_room, mo, room)
    return said(room, mo, "I may say this")


def test_nothing_is_deleted_from_an_archived_room(room, alice, bob, mo):
    message = said(room, alice, "buy this")
    reported = report(bob, message)
    commit(rooms.archive_room, alice, room)
    with pytest.raises(PermissionDenied):
        commit(messages.uphold_report, mo, reported)
    assert Report.objects.get().is_open
    commit(messages.dismiss_report, mo, reported)


def test_upholding_what_its_author_has_deleted_closes_the_report(room, alice, bob, mo):
    message = said(room, alice, "buy this")
    reported = report(bob, message)
    commit(messages.delete_message, alice, message.pk)
    head = Message.objects.get(pk=message.pk).event_seq
    commit(messages.uphold_report, mo, reported)
    assert (Report.objects.get().state, Message.objects.get(pk=message.pk).event_seq) == ("upheld", head)


def test_the_api_takes_a_report(room, alice, bob, charlie):
    message = said(room, alice, "buy this")
    path = f"/api/v1/messages/{message.pk}/reports/"

    def sent(user, body):
        return program(user).post(path, body, content_type="application/json")

    first = sent(bob, {"reason": "spam"})
    assert (first.status_code, first.json()["reason"], first.json()["message"]) == (201, "spam", message.pk)
    assert sent(bob, {"reason": "a swindle"}).status_code == 200
    for user, body, status, code in (
        (alice, {"reason": "spam"}, 403, "forbidden"),
        (charlie, {"reason": "spam"}, 404, "not_found"),
        (bob, {}, 400, "invalid"),
        (bob, {"reason": ""}, 400, "invalid"),
        (bob, {"reason": "spam", "state": "upheld"}, 400, "invalid"),
    ):
        answer = sent(user, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body


def test_the_page_works_without_a_script(room, alice, bob):
    message = said(room, alice, "buy this")
    client = browser(bob)
    path = f"/messages/{message.pk}/report/"
    assert path in text_of(client, f"/rooms/{room.pk}/")
    assert "buy this" in text_of(client, path)
    refused = client.post(path, {"reason": " "})
    assert refused.status_code == 400
    assert "Please say what is wrong with it." in refused.content.decode()
    answer = client.post(path, {"reason": "spam"}, follow=True)
    assert "Thank you. The moderators will look at it." in answer.content.decode()
    assert Report.objects.get().reporter == bob


def test_who_only_looks_at_a_public_room_may_report(room, alice, dan):
    message = said(room, alice, "buy this")
    page = text_of(browser(dan), f"/rooms/{room.pk}/")
    assert f"/messages/{message.pk}/report/" in page
    assert 'data-act="react"' not in page.split("<template")[0]


def test_ones_own_message_has_no_such_act(room, bob):
    message = said(room, bob, "soup")
    assert f"/messages/{message.pk}/report/" not in text_of(browser(bob), f"/rooms/{room.pk}/")


def test_moderators_have_a_list_of_what_waits(place, room, private, alice, bob, dan, mo):
    report(bob, said(room, alice, "buy **this**"), "<script>alert(1)</script>")
    commit(rooms.add_member, bob, private, dan)
    report(dan, said(private, bob, "psst"))
    page = text_of(browser(mo), f"/w/{place.pk}/reports/")
    assert "<strong>this</strong>" in page
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert "psst" not in page and "Cellar" not in page
    for user, status in ((dan, 403), (bob, 200)):
        assert browser(user).get(f"/w/{place.pk}/reports/").status_code == status
    assert "psst" not in text_of(browser(bob), f"/w/{place.pk}/reports/"), "It is Bob's own message."


def test_the_list_decides(place, room, alice, bob, mo):
    message, other = said(room, alice, "buy this"), said(room, alice, "good soup")
    first, second = report(bob, message), report(bob, other)
    client = browser(mo)
    answer = client.post(f"/reports/{first.pk}/upholding/", {"reason": "spam"}, follow=True)
    assert "the report is closed" in answer.content.decode()
    assert client.post(f"/reports/{second.pk}/dismissal/", {"reason": ""}).status_code == 302
    assert client.post(f"/reports/{second.pk}/dismissal/", {"reason": ""}).status_code == 409
    assert Message.objects.get(pk=message.pk).is_deleted
    assert "Nothing is waiting" in text_of(client, f"/w/{place.pk}/reports/")


def test_a_refused_decision_says_why_beside_its_report(place, room, alice, bob, mo):
    reported = report(bob, said(room, alice, "buy this"))
    commit(rooms.archive_room, alice, room)
    answer = browser(mo).post(f"/reports/{reported.pk}/upholding/", {"reason": ""})
    assert answer.status_code == 403
    assert "open it again before" in answer.content.decode()
