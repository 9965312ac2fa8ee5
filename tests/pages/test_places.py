"""Pages of workspaces and rooms: everything by links and forms, each form with its errors beside the fields."""

import re

import pytest
from django.test import Client

from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Installation, Invitation, Room, Workspace, WorkspaceMembership
from tests.cast import PASSWORD, person
from tests.pages.conftest import browser, said, text_of


def test_start_page_leads_to_my_workspace(place, bob, charlie, client):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert browser(bob).get("/").headers["Location"] == f"/w/{place.pk}/"
    assert "You are in no workspace" in text_of(browser(charlie), "/")


def test_workspace_shows_my_rooms_with_what_is_unread(place, room, private, alice, bob):
    said(room, alice, "hello @bob")
    page = text_of(browser(bob), f"/w/{place.pk}/")
    assert "1 unread" in page
    assert "1 for you" in page
    assert "Cellar" in page
    assert "Cellar" not in text_of(browser(alice), f"/w/{place.pk}/")


def test_outsider_sees_no_workspace(place, charlie):
    for rest in ("", "members/", "discover/", "rooms/new/", "invitations/", "settings/"):
        assert browser(charlie).get(f"/w/{place.pk}/{rest}").status_code == 404


def test_switcher_shows_from_two_workspaces_on(place, bob):
    client = browser(bob)
    assert "switcher" not in text_of(client, f"/w/{place.pk}/")
    other = Workspace.objects.create(name="Elsewhere")
    WorkspaceMembership.objects.create(workspace=other, user=bob)
    assert (
        "Elsewhere"
        in re.search(r"<details class=\"switcher\">.*?</details>", text_of(client, f"/w/{place.pk}/"), re.DOTALL)[0]
    )
    assert client.get(f"/w/{other.pk}/").status_code == 200


def test_room_is_opened(place, bob):
    response = browser(bob).post(
        f"/w/{place.pk}/rooms/new/", {"name": "Garden", "kind": "private", "history": "joined", "topic": ""}
    )
    made = Room.objects.get(name="Garden")
    assert response.headers["Location"] == f"/rooms/{made.pk}/"
    assert (made.kind, made.history) == ("private", "joined")


@pytest.mark.parametrize("name", ["", "　", "\u202egnirts", "n" * 81])
def test_bad_name_stands_beside_its_field_and_the_rest_stays(place, bob, name):
    response = browser(bob).post(
        f"/w/{place.pk}/rooms/new/", {"name": name, "kind": "public", "history": "shared", "topic": "herbs"}
    )
    assert response.status_code == 400
    assert 'id="id_name_error"' in response.content.decode()
    assert 'value="herbs"' in response.content.decode()
    assert not Room.objects.exists()


def test_guest_opens_no_room(place, gus):
    assert browser(gus).get(f"/w/{place.pk}/rooms/new/").status_code == 403
    assert "/rooms/new/" not in text_of(browser(gus), f"/w/{place.pk}/")


def test_discovering(place, room, dan, gus):
    assert "Kitchen" in text_of(browser(dan), f"/w/{place.pk}/discover/")
    assert "No such room" in text_of(browser(dan), f"/w/{place.pk}/discover/?q=garage")
    assert "Kitchen" not in text_of(browser(gus), f"/w/{place.pk}/discover/")


def test_members_are_added_and_moderators_manage_them(room, alice, bob, dan):
    assert browser(bob).post(f"/rooms/{room.pk}/members/", {"username": "@Dan"}).status_code == 302
    assert room.memberships.filter(user=dan).exists()
    client = browser(alice)
    assert client.post(f"/rooms/{room.pk}/members/{dan.pk}/role/", {"role": "moderator"}).status_code == 302
    assert room.memberships.get(user=dan).role == "moderator"
    assert client.post(f"/rooms/{room.pk}/members/{dan.pk}/removal/", {"reason": ""}).status_code == 302
    assert not room.memberships.filter(user=dan).exists()
    assert browser(bob).post(f"/rooms/{room.pk}/members/{alice.pk}/removal/").status_code == 403


def test_unknown_username_stands_beside_its_field(room, bob, charlie):
    for username in ("nobody", "charlie"):
        response = browser(bob).post(f"/rooms/{room.pk}/members/", {"username": username})
        assert response.status_code == 400
        assert 'id="id_username_error"' in response.content.decode()


def test_ban_and_its_lifting(room, alice, bob):
    client = browser(alice)
    assert (
        client.post(f"/rooms/{room.pk}/members/{bob.pk}/ban/", {"reason": "noise", "expires_at": "7"}).status_code
        == 302
    )
    ban = Ban.objects.get(user=bob)
    assert ban.expires_at
    assert "noise" in text_of(client, f"/rooms/{room.pk}/members/")
    assert browser(bob).get(f"/rooms/{room.pk}/").status_code == 403
    assert client.post(f"/rooms/{room.pk}/bans/{ban.pk}/lifting/").status_code == 302
    assert browser(bob).get(f"/rooms/{room.pk}/").status_code == 200


def test_room_settings(room, alice, bob):
    form = {"name": "Scullery", "topic": "Dishes", "kind": "public", "history": "shared"}
    assert browser(bob).post(f"/rooms/{room.pk}/settings/", form).status_code == 403
    client = browser(alice)
    assert client.post(f"/rooms/{room.pk}/settings/", form).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.topic) == ("Scullery", "Dishes")
    assert client.post(f"/rooms/{room.pk}/settings/", form | {"name": " "}).status_code == 400
    assert client.post(f"/rooms/{room.pk}/archiving/").status_code == 302
    assert client.post(f"/rooms/{room.pk}/archiving/", {"open": "1"}).status_code == 302
    room.refresh_from_db()
    assert not room.is_archived


def test_notify(room, bob):
    client = browser(bob)
    for choice, kept in (("nothing", "nothing"), ("", None)):
        assert client.post(f"/rooms/{room.pk}/notify/", {"notify": choice}).status_code == 302
        assert room.memberships.get(user=bob).notify == kept
    assert client.post(f"/rooms/{room.pk}/notify/", {"notify": "loud"}).status_code == 400


def test_workspace_roles_and_leaving(place, alice, bob, dan):
    client = browser(alice)
    assert client.post(f"/w/{place.pk}/members/{bob.pk}/role/", {"role": "moderator"}).status_code == 302
    assert place.memberships.get(user=bob).role == "moderator"
    response = client.post(f"/w/{place.pk}/members/{alice.pk}/removal/", {"reason": ""})
    assert response.status_code == 403
    assert "A workspace needs an owner" in response.content.decode()
    assert browser(dan).post(f"/w/{place.pk}/members/{dan.pk}/removal/").headers["Location"] == "/"
    assert not place.memberships.filter(user=dan).exists()
    assert (
        browser(bob).post(f"/w/{place.pk}/members/{alice.pk}/ban/", {"reason": "", "expires_at": ""}).status_code == 403
    )


def test_invitation_lets_a_newcomer_sign_up(place, alice):
    assert (
        browser(alice)
        .post(f"/w/{place.pk}/invitations/", {"role": "member", "expires_at": "7", "max_uses": "1"})
        .status_code
        == 302
    )
    made = Invitation.objects.get()
    assert made.code in text_of(browser(alice), f"/w/{place.pk}/invitations/")
    newcomer = Client()
    assert "You are invited to House" in text_of(newcomer, f"/join/{made.code}/")
    response = newcomer.post("/accounts/signup/", {"username": "nora", "email": "", "password1": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    assert newcomer.get("/", follow=True).status_code == 200
    assert place.memberships.filter(user__username="nora").exists()
    assert Client().get(f"/join/{made.code}/").status_code == 404


def test_invitation_into_a_room_lets_somebody_in_who_has_an_account(room, alice):
    made = commit(services.create_invitation, alice, room.workspace, room=room)
    nora = person("nora")
    client = browser(nora)
    assert "Come in" in text_of(client, f"/join/{made.code}/")
    assert client.post(f"/join/{made.code}/").headers["Location"] == f"/rooms/{room.pk}/"
    assert room.memberships.filter(user=nora).exists()


def test_invitations_are_for_those_who_moderate(place, room, alice, bob):
    assert browser(bob).get(f"/w/{place.pk}/invitations/").status_code == 403
    assert browser(bob).get(f"/rooms/{room.pk}/invitations/").status_code == 403
    made = commit(services.create_invitation, alice, place)
    assert browser(bob).post(f"/invitations/{made.pk}/revocation/").status_code == 404
    assert browser(alice).post(f"/invitations/{made.pk}/revocation/").status_code == 302
    assert not Invitation.objects.usable().exists()


def test_set_up_happens_once_and_signs_the_owner_in(db):
    Workspace.objects.all().delete()
    Installation.objects.update(set_up_at=None)
    link = services.set_up_link()
    client = Client()
    assert client.get("/").status_code == 503
    assert client.get("/set-up/wrong/").status_code == 503
    form = {"workspace": "Harbour", "username": "amara", "email": "amara@example.org", "password": "x"}
    response = client.post(link, form)
    assert response.status_code == 400
    assert 'id="id_password_error"' in response.content.decode()
    assert 'value="Harbour"' in response.content.decode()
    assert client.post(link, form | {"password": PASSWORD}).status_code == 302
    assert "Harbour" in client.get("/", follow=True).content.decode()
    assert Client().get(link).status_code == 404
