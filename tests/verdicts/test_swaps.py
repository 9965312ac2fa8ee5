"""An id in another's place opens nothing, and what was one's own is so no more where one is out."""

import pytest

from chatsite.realtime.commit import commit
from rooms import services as rooms
from tests.verdicts.calls import Cell, Door, browser_of
from tests.verdicts.routes import Line
from tests.verdicts.world import say, tried

pytestmark = pytest.mark.django_db


def program(world, person: str) -> Door:
    return Door(headers={"Authorization": f"Bearer {world.access[person]}"})


def browser(world, person: str) -> Door:
    return browser_of(Cell(world, Line("GET", "", "", {}), person, ""))


def test_what_lies_in_another_room_is_not_in_this_one(world):
    """The owner may act in both rooms: only the address is wrong."""
    here, there = world.rooms["public"].pk, "private"
    ban, invitation = world.bans[there].pk, world.invitations[there].pk
    message = world.messages[there]
    api, page = program(world, "owner"), browser(world, "owner")
    with tried() as watch:
        for answer in (
            api.delete(f"/api/v1/rooms/{here}/invitations/{invitation}/"),
            api.delete(f"/api/v1/workspaces/{world.house.pk}/invitations/{invitation}/"),
            api.get(f"/api/v1/rooms/{here}/messages/?thread={message.pk}"),
            api.post(
                f"/api/v1/rooms/{here}/messages/",
                {"body": "a", "reply_to": message.pk},
                content_type="application/json",
            ),
            page.post(f"/rooms/{here}/bans/{ban}/lifting/"),
            page.post(f"/rooms/{here}/bans/{ban}/", {"reason": "other"}),
            page.post(f"/w/{world.house.pk}/bans/{ban}/", {"reason": "other"}),
            page.post(f"/w/{world.house.pk}/bans/{ban}/lifting/"),
        ):
            assert answer.status_code == 404, answer.content
        assert not watch.wrote(world)


def test_what_lies_in_another_workspace_is_not_in_this_one(world):
    """The outsider, made an admin of their own workspace, gets no hold on the other."""
    outsider = world.people["outsider"]
    with tried():
        own = outsider.workspace_memberships.get()
        own.role = "owner"
        own.save()
        mine, theirs = own.workspace_id, world.house.pk
        ban, invitation, tess = world.bans["house"], world.invitations["house"].pk, world.tess.pk
        api, page = program(world, "outsider"), browser(world, "outsider")
        for answer in (
            api.delete(f"/api/v1/workspaces/{mine}/members/{tess}/"),
            api.patch(f"/api/v1/workspaces/{mine}/members/{tess}/", {"role": "admin"}, content_type="application/json"),
            api.post(f"/api/v1/workspaces/{mine}/members/", {"user": tess}, content_type="application/json"),
            api.post(f"/api/v1/workspaces/{mine}/bans/", {"user": tess}, content_type="application/json"),
            api.delete(f"/api/v1/workspaces/{mine}/bans/{ban.user_id}/"),
            api.delete(f"/api/v1/workspaces/{mine}/invitations/{invitation}/"),
            api.delete(f"/api/v1/users/{tess}/"),
            api.get(f"/api/v1/rooms/?workspace={theirs}"),
            page.post(f"/w/{mine}/bans/{ban.pk}/lifting/"),
            page.post(f"/w/{mine}/bans/{ban.pk}/", {"reason": "other"}),
            page.post(f"/invitations/{invitation}/revocation/"),
            page.get(f"/w/{mine}/members/{tess}/"),
        ):
            assert answer.status_code == 404, answer.content


@pytest.mark.parametrize("out", ["remove_member", "ban_from_room"])
def test_ones_own_message_is_out_of_reach_once_one_is_out(world, out):
    owner, member, room = world.people["owner"], world.people["member"], world.rooms["private"]
    with tried():
        message = say(member, room, "mine")
        commit(getattr(rooms, out), owner, room, member)
        api, page = program(world, "member"), browser(world, "member")
        path = f"/api/v1/messages/{message.pk}/"
        for answer in (
            api.get(path),
            api.patch(path, {"body": "a", "edited_at": None}, content_type="application/json"),
            api.delete(path),
            page.post(f"/messages/{message.pk}/edit/", {"body": "a", "edited_at": ""}),
            page.post(f"/messages/{message.pk}/deletion/"),
        ):
            assert answer.status_code == 404, answer.content
        message.refresh_from_db()
        assert message.body == "mine"


def test_a_role_that_is_lost_is_lost_at_the_next_request(world):
    """No cached right: the same token and the same cookie, a moment later."""
    owner, moderator, room = world.people["owner"], world.people["moderator"], world.rooms["public"]
    with tried():
        api = program(world, "moderator")
        assert api.get(f"/api/v1/rooms/{room.pk}/bans/").status_code == 200
        commit(rooms.change_role, owner, world.house, moderator, role="member")
        assert api.get(f"/api/v1/rooms/{room.pk}/bans/").status_code == 403
        commit(rooms.remove_from_workspace, owner, world.house, moderator)
        assert api.get(f"/api/v1/rooms/{room.pk}/bans/").status_code == 404
        assert browser(world, "moderator").get(f"/rooms/{room.pk}/").status_code == 404
