"""Workspaces, rooms and members over REST: shapes, refusals, and nothing for who has no business here."""

import pytest

from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Invitation, Membership, Room
from tests.rooms.conftest import API, door, log_of, person, sent


def refused(response, code: str) -> bool:
    return response.json()["code"] == code and response["Content-Type"].startswith("application/problem+json")


def test_opening_a_room(place, bob):
    response = sent(bob, "post", "/rooms/", {"name": "Den", "kind": "private", "topic": None})
    assert response.status_code == 201
    room = response.json()
    assert (room["name"], room["kind"], room["role"], room["joined_seq"], room["head"]) == (
        "Den",
        "private",
        "moderator",
        1,
        1,
    )
    assert sent(bob, "get", f"/rooms/{room['id']}/").json() == room
    assert sent(bob, "get", "/rooms/").json() == {"next": None, "previous": None, "results": [room]}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "x"},
        {"name": "x", "kind": "direct"},
        {"name": "", "kind": "public"},
        {"name": "\u3000", "kind": "public"},
        {"name": 7, "kind": "public"},
        {"name": ["x"], "kind": "public"},
        {"name": None, "kind": "public"},
        {"name": "x" * 81, "kind": "public"},
        {"name": "x\u202ey", "kind": "public"},
        {"name": "x", "kind": "public", "topic": "x" * 251},
        {"name": "x", "kind": "public", "history": "none"},
        {"name": "x", "kind": "public", "slug": "mine"},
        {"name": "x", "kind": "public", "members_count": 9},
        {"name": "x", "kind": "public", "workspace": "1"},
    ],
)
def test_bad_rooms_are_invalid(place, bob, data):
    response = sent(bob, "post", "/rooms/", data)
    assert (response.status_code, refused(response, "invalid")) == (400, True)
    assert not Room.objects.exists()


def test_which_workspace(place, elsewhere, bob, gus, charlie):
    new = {"name": "Den", "kind": "public"}
    assert sent(bob, "post", "/rooms/", new | {"workspace": elsewhere.pk}).status_code == 404
    assert sent(bob, "post", "/rooms/", new | {"workspace": 10**18}).status_code == 404
    assert sent(gus, "post", "/rooms/", new).status_code == 403
    assert sent(person("nobody"), "post", "/rooms/", new).status_code == 403
    assert sent(charlie, "post", "/rooms/", new).json()["workspace"] == elsewhere.pk
    commit(services.admit, charlie, place)
    assert list(sent(charlie, "post", "/rooms/", new).json()["errors"]) == ["workspace"]


def test_discovering(place, room, private, alice, bob, gus, charlie):
    found = sent(bob, "get", f"/rooms/?discover=1&workspace={place.pk}").json()["results"]
    assert [(one["id"], one["role"], one["joined_seq"], one["unread"]) for one in found] == [(room.pk, None, None, 0)]
    assert sent(gus, "get", "/rooms/?discover=1").json()["results"] == []
    assert sent(charlie, "get", "/rooms/?discover=1").json()["results"] == []
    assert sent(charlie, "get", f"/rooms/?discover=1&workspace={place.pk}").status_code == 404
    assert sent(bob, "get", "/rooms/?discover=2").status_code == 400


def test_pages_of_a_list(place, alice, django_assert_max_num_queries):
    for number in range(5):
        commit(services.create_room, alice, place, name=f"Room {number}")
    client = door(alice)
    with django_assert_max_num_queries(5):
        first = client.get(API + "/rooms/?limit=2").json()
    second = client.get(first["next"]).json()
    assert [room["name"] for room in first["results"] + second["results"]] == ["Room 0", "Room 1", "Room 2", "Room 3"]
    assert client.get(second["previous"]).json()["results"] == first["results"]
    for bad in ("limit=0", "limit=101", "cursor=x", "workspace=x"):
        assert client.get(f"{API}/rooms/?{bad}").status_code == 400


def test_changing_and_archiving(room, alice, bob, charlie):
    path = f"/rooms/{room.pk}/"
    changed = sent(alice, "patch", path, {"topic": "Food", "slow_mode_seconds": 5}).json()
    assert (changed["topic"], changed["slow_mode_seconds"], changed["head"]) == ("Food", 5, 3)
    assert sent(bob, "patch", path, {"topic": "Mine"}).status_code == 403
    assert sent(charlie, "patch", path, {"topic": "Mine"}).status_code == 404
    for bad in (
        {"topic": None},
        {"slow_mode_seconds": 21_601},
        {"open_to_web": 1},
        {"archived_at": "now"},
        {"role": "moderator"},
    ):
        assert sent(alice, "patch", path, bad).status_code == 400
    assert sent(bob, "delete", path).status_code == 403
    assert sent(alice, "delete", path).status_code == 204
    assert sent(alice, "get", path).json()["archived"] is True
    assert sent(alice, "patch", path, {"topic": "More"}).status_code == 403
    assert sent(alice, "patch", path, {"archived": False}).json()["archived"] is False


def test_a_moderator_who_closes_a_room_to_themselves_is_answered(room, mo):
    assert sent(mo, "patch", f"/rooms/{room.pk}/", {"kind": "private"}).json()["kind"] == "private"
    assert sent(mo, "get", f"/rooms/{room.pk}/").status_code == 404


def test_members(room, alice, bob, gus, charlie):
    path = f"/rooms/{room.pk}/members/"
    joined = sent(bob, "post", path, {"user": bob.pk})
    assert (joined.status_code, joined.json()["joined_event_seq"]) == (201, 2)
    assert sent(bob, "post", path, {"user": bob.pk}).status_code == 200
    assert sent(bob, "post", path, {"user": gus.pk}).status_code == 201
    listed = sent(gus, "get", path).json()["results"]
    assert [(one["user"]["username"], one["role"], one["last_read_seq"]) for one in listed] == [
        ("alice", "moderator", 1),
        ("bob", "member", 2),
        ("gus", "member", 3),
    ]
    assert sent(alice, "post", path, {"user": charlie.pk}).status_code == 404
    assert sent(alice, "post", path, {"user": 10**18}).status_code == 404
    assert sent(alice, "patch", f"{path}{bob.pk}/", {"role": "moderator"}).json()["role"] == "moderator"
    assert sent(bob, "delete", f"{path}{gus.pk}/").status_code == 204
    assert sent(bob, "delete", f"{path}{bob.pk}/").status_code == 204
    assert sent(bob, "delete", f"{path}{bob.pk}/").status_code == 404
    assert Room.objects.get().members_count == 1


def test_receipts_are_for_members_of_small_rooms(room, alice, bob):
    path = f"/rooms/{room.pk}/members/"
    assert "last_read_seq" not in sent(bob, "get", path).json()["results"][0]
    Room.objects.update(members_count=101)
    assert "last_read_seq" not in sent(alice, "get", path).json()["results"][0]


def test_outsider_gets_404_at_every_door(place, room, private, alice, bob, charlie, elsewhere):
    invitation = commit(services.create_invitation, alice, place, room=room)
    before = log_of(room).head, Membership.objects.count()
    for where in (room, private):
        doors = [
            ("get", "", None),
            ("patch", "", {"name": "x"}),
            ("delete", "", None),
            ("get", "members/", None),
            ("post", "members/", {"user": charlie.pk}),
            ("patch", f"members/{bob.pk}/", {"role": "member"}),
            ("delete", f"members/{alice.pk}/", None),
            ("get", "bans/", None),
            ("post", "bans/", {"user": bob.pk}),
            ("delete", f"bans/{bob.pk}/", None),
            ("put", "notify/", {"notify": "all"}),
            ("get", "invitations/", None),
            ("post", "invitations/", {}),
            ("delete", f"invitations/{invitation.pk}/", None),
        ]
        for method, rest, data in doors:
            answer = sent(charlie, method, f"/rooms/{where.pk}/{rest}", data)
            unknown = sent(charlie, method, f"/rooms/999999/{rest}", data)
            assert answer.status_code == 404, (method, rest)
            assert {**answer.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    for method, rest, data in (
        ("get", "", None),
        ("patch", "", {"name": "x"}),
        ("get", "members/", None),
        ("post", "members/", {"user": charlie.pk}),
        ("patch", f"members/{bob.pk}/", {"role": "guest"}),
        ("delete", f"members/{bob.pk}/", None),
        ("get", "bans/", None),
        ("post", "bans/", {"user": bob.pk}),
        ("get", "invitations/", None),
        ("post", "invitations/", {}),
    ):
        assert sent(charlie, method, f"/workspaces/{place.pk}/{rest}", data).status_code == 404, (method, rest)
    assert (log_of(room).head, Membership.objects.count()) == before


def test_swapped_parents_are_404(place, room, private, alice, bob, dan, elsewhere, charlie):
    commit(services.join_room, dan, room)
    into_room = commit(services.create_invitation, alice, place, room=room)
    into_place = commit(services.create_invitation, alice, place)
    commit(services.ban_from_room, alice, room, dan)
    for path in (
        f"/rooms/{private.pk}/members/{alice.pk}/",
        f"/rooms/{private.pk}/bans/{dan.pk}/",
        f"/rooms/{private.pk}/invitations/{into_room.pk}/",
        f"/rooms/{private.pk}/invitations/{into_place.pk}/",
    ):
        assert sent(bob, "delete", path).status_code == 404, path
    for path in (
        f"/workspaces/{elsewhere.pk}/members/{bob.pk}/",
        f"/workspaces/{elsewhere.pk}/invitations/{into_place.pk}/",
        f"/workspaces/{elsewhere.pk}/bans/{dan.pk}/",
    ):
        assert sent(charlie, "delete", path).status_code == 404, path
    assert sent(alice, "delete", f"/workspaces/{place.pk}/invitations/{into_room.pk}/").status_code == 404
    assert sent(alice, "delete", f"/workspaces/{place.pk}/bans/{dan.pk}/").status_code == 404
    assert (Invitation.objects.usable().count(), Ban.objects.count()) == (2, 1)


def test_anonymous_is_asked_to_sign_in(room):
    from rest_framework.test import APIClient

    for path in ("/rooms/", f"/rooms/{room.pk}/", "/workspaces/", f"/rooms/{room.pk}/members/"):
        assert APIClient().get(API + path).status_code == 401
    assert APIClient().post(API + "/invitations/x/").status_code == 401
