"""Bans, invitations, settings of one's own, and workspaces over REST."""

from datetime import timedelta

from django.utils import timezone

from chatsite.realtime.commit import commit
from rooms import services
from tests.rooms.conftest import is_member, person, sent


def test_bans(room, alice, bob, dan):
    path = f"/rooms/{room.pk}/bans/"
    ends = (timezone.now() + timedelta(hours=1)).isoformat()
    answer = sent(alice, "post", path, {"user": bob.pk, "reason": "spam", "expires_at": ends})
    assert answer.status_code == 201
    ban = answer.json()
    assert (ban["user"]["id"], ban["by"], ban["reason"], ban["expires_at"][-1]) == (bob.pk, alice.pk, "spam", "Z")
    assert sent(alice, "get", path).json()["results"] == [ban]
    assert sent(dan, "get", path).status_code == 403
    assert sent(bob, "get", f"/rooms/{room.pk}/").status_code == 404
    assert sent(dan, "delete", f"{path}{bob.pk}/").status_code == 403
    assert sent(alice, "delete", f"{path}{bob.pk}/").status_code == 204
    assert sent(alice, "delete", f"{path}{bob.pk}/").status_code == 404
    assert sent(alice, "post", path, {"user": bob.pk, "expires_at": "yesterday"}).status_code == 400


def test_notify(room, alice, bob):
    path = f"/rooms/{room.pk}/notify/"
    assert sent(alice, "put", path, {"notify": "nothing"}).json() == {"notify": "nothing"}
    assert sent(alice, "put", path, {"notify": None}).json() == {"notify": None}
    assert sent(alice, "put", path, {}).status_code == 400
    assert sent(bob, "put", path, {"notify": "all"}).status_code == 403


def test_invitations(place, private, bob, charlie):
    path = f"/rooms/{private.pk}/invitations/"
    made = sent(bob, "post", path, {"max_uses": 1})
    assert made.status_code == 201
    link = made.json()
    assert (link["role"], link["room"], link["uses"], link["url"].endswith(f"/join/{link['code']}/")) == (
        "guest",
        private.pk,
        0,
        True,
    )
    assert sent(bob, "post", path, {"role": "member"}).status_code == 403
    assert sent(bob, "post", path, {"role": "owner"}).status_code == 400
    assert sent(bob, "get", path).json()["results"] == [link]
    accepted = sent(charlie, "post", f"/invitations/{link['code']}/")
    assert accepted.json() == {"workspace": place.pk, "room": private.pk}
    assert is_member(charlie, private)
    assert sent(charlie, "get", path).status_code == 403
    assert sent(charlie, "post", f"/workspaces/{place.pk}/invitations/", {}).status_code == 403
    assert sent(person("late"), "post", f"/invitations/{link['code']}/").status_code == 404
    other = sent(bob, "post", path, {}).json()
    assert sent(bob, "delete", f"{path}{other['id']}/").status_code == 204
    assert sent(person("later"), "post", f"/invitations/{other['code']}/").status_code == 404


def test_workspaces(place, elsewhere, alice, ada, bob, charlie):
    (mine,) = sent(bob, "get", "/workspaces/").json()["results"]
    assert (mine["id"], mine["name"], mine["role"]) == (place.pk, "House", "member")
    assert sent(bob, "post", "/workspaces/", {"name": "Mine"}).status_code == 403
    assert sent(ada, "post", "/workspaces/", {"name": "Second"}).json()["role"] == "owner"
    assert sent(ada, "patch", f"/workspaces/{place.pk}/", {"name": "Home"}).json()["name"] == "Home"
    assert sent(bob, "patch", f"/workspaces/{place.pk}/", {"name": "Mine"}).status_code == 403


def test_members_of_a_workspace(place, elsewhere, alice, ada, bob, gus, charlie):
    path = f"/workspaces/{place.pk}/members/"
    names = [one["user"]["username"] for one in sent(bob, "get", path).json()["results"]]
    assert names == ["alice", "ada", "bob", "gus"]
    assert [one["user"]["username"] for one in sent(gus, "get", path).json()["results"]] == ["gus"]
    assert sent(ada, "post", path, {"user": charlie.pk}).status_code == 404
    commit(services.admit, ada, elsewhere)
    assert sent(bob, "post", path, {"user": charlie.pk}).status_code == 403
    assert sent(ada, "post", path, {"user": charlie.pk}).json()["role"] == "member"
    assert sent(ada, "patch", f"{path}{charlie.pk}/", {"role": "owner"}).status_code == 403
    assert sent(ada, "patch", f"{path}{charlie.pk}/", {"role": "guest"}).json()["role"] == "guest"
    assert sent(alice, "patch", f"{path}{alice.pk}/", {"role": "guest"}).status_code == 403
    assert sent(charlie, "delete", f"{path}{bob.pk}/").status_code == 404  # a guest does not know of him
    assert sent(ada, "delete", f"{path}{charlie.pk}/").status_code == 204
    banned = sent(ada, "post", f"/workspaces/{place.pk}/bans/", {"user": bob.pk})
    assert banned.status_code == 201
    assert sent(bob, "get", "/workspaces/").json()["results"] == []
    assert len(sent(ada, "get", f"/workspaces/{place.pk}/bans/").json()["results"]) == 1
    assert sent(ada, "delete", f"/workspaces/{place.pk}/bans/{bob.pk}/").status_code == 204
