"""The audit log, and people in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from accounts import services
from accounts.models import AuditEntry, User
from chatsite.realtime.commit import commit
from tests.accounts.conftest import browser, is_in, made, program


@pytest.fixture
def staff_mo(mo):
    User.objects.filter(pk=mo.pk).update(is_staff=True)
    mo.refresh_from_db()
    return mo


def act(client, action: str, *people: User):
    return client.post(
        "/admin/accounts/user/", {"action": action, "_selected_action": [p.pk for p in people]}, follow=True
    )


def test_audit_is_only_added_to(alice, bob):
    entry = commit(services.audit, alice, "message.deleted", bob, reason="rude", room=7)
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason=""),
        lambda: AuditEntry.objects.bulk_update([entry], ["reason"]),
    ):
        with pytest.raises(TypeError):
            change()
    row = AuditEntry.objects.get()
    assert (row.target_type, row.target_id, row.reason, row.details) == (
        "accounts.user",
        str(bob.pk),
        "rude",
        {"room": 7},
    )


def test_the_table_itself_refuses_what_the_models_do(alice, bob):
    entry = commit(services.audit, alice, "message.deleted", bob, reason="rude")
    statements = ["UPDATE accounts_auditentry SET reason = '' WHERE id = %s"]
    if connection.vendor == "postgresql":  # SQLite's tables are emptied by DELETE
        statements.append("DELETE FROM accounts_auditentry WHERE id = %s")
    for statement in statements:
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])
    assert AuditEntry.objects.get().reason == "rude"


def test_audit_names_address_and_request(alice, bob):
    program(alice).delete(f"/api/v1/users/{bob.pk}/", headers={"X-Request-ID": "seen-here"})
    row = AuditEntry.objects.get(action="user.deactivated")
    assert (row.actor, row.address, row.request_id) == (alice, "127.0.0.1", "seen-here")


def test_moderator_sees_their_people_and_no_others(staff_mo, alice, bob, charlie):
    page = browser(staff_mo).get("/admin/accounts/user/").content.decode()
    assert "alice" in page
    assert "bob" in page
    assert "charlie" not in page
    assert browser(staff_mo).get(f"/admin/accounts/user/{charlie.pk}/change/").status_code == 302
    assert browser(staff_mo).get(f"/admin/accounts/user/{bob.pk}/change/").status_code == 200


def test_superuser_sees_everybody(root, alice, charlie):
    page = browser(root).get("/admin/accounts/user/").content.decode()
    assert "alice" in page
    assert "charlie" in page


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_others_do_not_enter(request, who):
    client = browser(request.getfixturevalue(who))
    assert client.get("/admin/accounts/user/").status_code in (302, 403)


def test_nobody_becomes_superuser(root, staff_mo, bob):
    for client in (browser(root), browser(staff_mo)):
        address = f"/admin/accounts/user/{bob.pk}/change/"
        assert client.post(address, {"is_superuser": "on", "is_staff": "on"}).status_code == 403
        assert client.get("/admin/accounts/user/add/").status_code == 403
        assert client.post(f"/admin/accounts/user/{bob.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get("/admin/auth/group/").status_code == 404
    bob.refresh_from_db()
    assert not (bob.is_superuser)
    assert not (bob.is_staff)
    assert not bob.user_permissions.exists()
    assert Permission.objects.exists()


def test_actions_go_through_the_services_and_into_the_log(root, bob):
    client, theirs = browser(root), browser(bob)
    act(client, "end_sessions", bob)
    assert not is_in(theirs)
    act(client, "deactivate", bob)
    bob.refresh_from_db()
    assert not bob.is_active
    act(client, "reactivate", bob)
    act(client, "let_in", bob)
    bob.refresh_from_db()
    assert bob.is_active
    assert bob.is_staff
    done = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(done) == ["sessions.ended", "user.deactivated", "user.reactivated", "user.let_into_admin"]


def test_moderator_may_look_but_not_close_accounts(staff_mo, bob, root):
    client = browser(staff_mo)
    act(client, "deactivate", bob)
    act(client, "let_in", bob)
    act(client, "deactivate", root)
    for person in (bob, root):
        person.refresh_from_db()
        assert person.is_active
    assert not bob.is_staff
    assert not AuditEntry.objects.exists()


def test_admin_closes_no_superuser(alice, root):
    with pytest.raises(Exception, match="admin may deactivate"):
        commit(services.deactivate, alice, root)


def test_audit_in_the_admin_is_for_reading(root, bob, alice):
    commit(services.audit, alice, "user.tested", bob)
    entry = AuditEntry.objects.get()
    client = browser(root)
    assert "user.tested" in client.get("/admin/accounts/auditentry/").content.decode()
    address = f"/admin/accounts/auditentry/{entry.pk}/"
    assert client.post(f"{address}change/", {"reason": "x"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403


def test_own_password_page_of_the_admin_is_allauths(root):
    response = browser(root).get("/admin/password_change/")
    assert response["Location"] == "/accounts/password/change/"


def test_signing_out_of_the_admin_is_signing_out(root):
    client = browser(root)
    client.post("/admin/logout/")
    assert not is_in(client)


def test_passwords_stand_on_no_page(root, bob):
    page = browser(root).get(f"/admin/accounts/user/{bob.pk}/change/").content.decode()
    assert bob.password not in page
    assert made("zed").password not in page
