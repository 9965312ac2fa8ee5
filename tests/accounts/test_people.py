"""Who somebody is, to others and to themselves."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import services, wire
from accounts.models import Session
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal, SignedOut, UserChanged
from tests.accounts.conftest import PASSWORD, browser, is_in, made, program

JSON = "application/json"


# --- Profile --------------------------------------------------------------------------------------------------------


def test_new_name_raises_version_and_is_told(alice, heard):
    commit(services.change_profile, alice, display_name=" Alice  A ")
    alice.refresh_from_db()
    assert (alice.display_name, alice.version, alice.user_seq) == ("Alice A", 2, 2)
    assert UserChanged(user=wire.author(alice), rooms=[]) in heard
    assert Personal(user=alice.pk, user_seq=2, kinds=["settings"]) in heard


def test_settings_are_ones_own_affair(alice, heard):
    commit(services.change_profile, alice, language="zh-hans", time_zone="Asia/Shanghai")
    alice.refresh_from_db()
    assert (alice.language, alice.version) == ("zh-hans", 1)
    assert not any(isinstance(event, UserChanged) for event in heard)


def test_no_change_takes_no_number(alice, heard):
    commit(services.change_profile, alice, display_name="", language="")
    alice.refresh_from_db()
    assert alice.user_seq == 1
    assert heard == []


def test_bad_profile_changes_nothing(alice):
    with pytest.raises(ValidationError):
        commit(services.change_profile, alice, display_name="a\u202eb", language="zh-hans")
    assert alice.display_name == ""
    alice.refresh_from_db()
    assert alice.language == ""


def test_profile_by_page(alice):
    client = browser(alice)
    form = {"display_name": "Alice A", "language": "zh-hans", "time_zone": "Asia/Shanghai"}
    assert client.post("/profile/", form).status_code == 302
    response = client.get("/profile/")
    assert response["Content-Language"] == "zh-hans"
    assert client.post("/profile/", form | {"time_zone": "Mars/Olympus"}).status_code == 400
    assert client.post("/profile/", form | {"display_name": "\u202e"}).status_code == 400
    alice.refresh_from_db()
    assert (alice.display_name, alice.time_zone) == ("Alice A", "Asia/Shanghai")


def test_profile_by_api(alice):
    client = program(alice)
    answer = client.patch("/api/v1/users/me/", {"display_name": "Alice A"}, content_type=JSON).json()
    assert answer["display_name"] == "Alice A"
    assert answer["role"] == "admin"
    whole = {"display_name": "A", "language": "", "time_zone": "UTC"}
    assert client.put(f"/api/v1/users/{alice.pk}/", whole, content_type=JSON).json()["display_name"] == "A"
    del whole["language"]
    assert client.put("/api/v1/users/me/", whole, content_type=JSON).status_code == 400
    for bad in ({"username": "x"}, {"is_staff": True}, {"time_zone": "x"}, {"language": "xx"}, {"display_name": 7}):
        assert client.patch("/api/v1/users/me/", bad, content_type=JSON).status_code == 400, bad


def test_address_changes_only_with_the_password(alice, mailoutbox):
    client, page = program(alice), browser(alice)
    for body in ({"email": "new@example.org"}, {"email": "new@example.org", "current_password": "wrong"}):
        answer = client.patch("/api/v1/users/me/", body, content_type=JSON)
        assert list(answer.json()["errors"]) == ["current_password"]
    assert page.post("/profile/email/", {"email": "new@example.org", "password": "wrong"}).status_code == 400
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    assert page.post("/profile/email/", {"email": "New@example.org", "password": PASSWORD}).status_code == 302
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert [row.email for row in alice.emailaddress_set.all()] == ["new@example.org"]
    assert [mail.to for mail in mailoutbox] == [["alice@example.org"]]


# --- Others ---------------------------------------------------------------------------------------------------------


def test_people_of_my_workspaces(alice, bob, charlie, place):
    listed = browser(bob).get("/api/v1/users/").json()["results"]
    assert [row["username"] for row in listed] == ["alice", "bob"]
    assert set(listed[0]) == {"id", "username", "display_name", "avatar_url", "is_bot"}
    client = browser(bob)
    assert [row["username"] for row in client.get("/api/v1/users/?q=LIC").json()["results"]] == ["alice"]
    assert len(client.get(f"/api/v1/users/?workspace={place.pk}").json()["results"]) == 2
    assert client.get(f"/api/v1/users/?workspace={place.pk + 1}").json()["results"] == []
    assert client.get("/api/v1/users/?workspace=x").status_code == 400


def test_outsider_is_not_found_and_finds_nobody(alice, charlie):
    unseen = browser(charlie).get(f"/api/v1/users/{alice.pk}/")
    nobody = browser(charlie).get("/api/v1/users/999999/")
    assert unseen.status_code == nobody.status_code == 404
    assert unseen.json() | {"request_id": ""} == nobody.json() | {"request_id": ""}
    assert browser(alice).get(f"/api/v1/users/{charlie.pk}/").status_code == 404
    assert browser(charlie).get(f"/api/v1/users/{2**70}/").status_code == 404
    assert len(browser(charlie).get("/api/v1/users/").json()["results"]) == 1


def test_others_are_not_for_changing(alice, bob, charlie):
    client = program(alice)
    for path, status in ((f"/api/v1/users/{bob.pk}/", 403), (f"/api/v1/users/{charlie.pk}/", 404)):
        assert client.patch(path, {"display_name": "x"}, content_type=JSON).status_code == status
    assert client.get(f"/api/v1/users/{bob.pk}/").json()["username"] == "bob"


@pytest.mark.parametrize(
    "path", ["/api/v1/users/", "/api/v1/users/me/", "/api/v1/users/1/", "/api/v1/users/me/sessions/"]
)
def test_stranger_is_unauthenticated(alice, path):
    assert Client().get(path).status_code == 401
    assert Client().get("/profile/")["Location"].startswith("/accounts/login/")


# --- Deactivation ---------------------------------------------------------------------------------------------------


def test_deactivation_ends_everything_and_is_told_with_4403(alice, heard):
    dora = made("dora")
    client, other = browser(dora), program(dora)
    sids = sorted(Session.objects.values_list("sid", flat=True))
    assert client.delete("/api/v1/users/me/").status_code == 204
    assert not is_in(client)
    assert not is_in(other)
    assert [(sorted(e.sids), e.code) for e in heard if isinstance(e, SignedOut)] == [(sids, 4403)]


def test_admin_deactivates_others_do_not(alice, bob, mo, charlie):
    assert program(mo).delete(f"/api/v1/users/{bob.pk}/").status_code == 403
    assert program(charlie).delete(f"/api/v1/users/{bob.pk}/").status_code == 404
    assert program(bob).delete(f"/api/v1/users/{alice.pk}/").status_code == 403
    assert program(alice).delete(f"/api/v1/users/{bob.pk}/").status_code == 204
    bob.refresh_from_db()
    assert not bob.is_active


def test_reactivated_starts_without_sessions(root):
    dora = made("dora")
    client = browser(dora)
    commit(services.deactivate, root, dora, reason="spam")
    commit(services.reactivate, root, dora)
    assert not is_in(client)
    assert is_in(browser(dora))


def test_times_on_the_wire_have_three_decimals_and_z():
    at = timezone.datetime(2026, 11, 24, 9, 12, 3, 7999, tzinfo=timezone.get_default_timezone())
    assert wire.moment(at) == "2026-11-24T09:12:03.007Z"
