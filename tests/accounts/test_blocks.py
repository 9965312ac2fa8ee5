"""Blocking a person: a list of one's own, which nobody else is told of."""

import pytest
from django.core.exceptions import ValidationError

from accounts import services
from accounts.models import Block, User
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal
from tests.cast import person, program

PATH = "/api/v1/users/me/blocks/"


def user_seq(user: User) -> int:
    return User.objects.values_list("user_seq", flat=True).get(pk=user.pk)


def post(user, data):
    return program(user).post(PATH, data, content_type="application/json")


def test_blocking_twice_is_blocking_once(place, alice, bob, heard):
    before = user_seq(alice)
    assert commit(services.block, alice, bob)[1]
    assert not commit(services.block, alice, bob)[1]
    assert heard == [Personal(user=alice.pk, user_seq=before + 1, kinds=["settings"])]
    assert services.blocked_by(alice) == {bob.pk}
    assert services.blocked_by(bob) == frozenset()
    commit(services.unblock, alice, bob.pk)
    assert (services.blocked_by(alice), user_seq(alice)) == (frozenset(), before + 2)
    with pytest.raises(Block.DoesNotExist):
        commit(services.unblock, alice, bob.pk)


def test_nobody_blocks_themselves(place, alice):
    with pytest.raises(ValidationError):
        commit(services.block, alice, alice)
    assert post(alice, {"user": alice.pk}).status_code == 400


def test_the_list_over_rest(place, alice, bob, charlie):
    made = post(alice, {"user": bob.pk})
    assert made.status_code == 201
    assert made.json()["user"]["username"] == "bob"
    assert made.json()["created_at"].endswith("Z")
    assert post(alice, {"user": bob.pk}).status_code == 200
    assert program(alice).get(PATH).json() == {"next": None, "previous": None, "results": [made.json()]}
    assert program(bob).get(PATH).json()["results"] == []
    assert program(bob).delete(f"{PATH}{bob.pk}/").status_code == 404
    assert program(alice).delete(f"{PATH}{bob.pk}/").status_code == 204
    assert program(alice).delete(f"{PATH}{bob.pk}/").status_code == 404
    assert not Block.objects.exists()


@pytest.mark.parametrize("data", [{}, {"user": "1"}, {"user": 0}, {"user": None}, {"user": 1, "blocked": 2}])
def test_bad_bodies_are_invalid(place, alice, data):
    assert post(alice, data).status_code == 400


def test_who_is_not_seen_is_not_found(place, alice, charlie):
    for pk in (charlie.pk, 999_999, 2**63 - 1):
        assert post(alice, {"user": pk}).status_code == 404
    assert program(alice).delete(f"{PATH}{10**30}/").status_code == 404


def test_the_list_comes_in_pages(place, alice):
    people = [person(f"p{number}", place) for number in range(3)]
    for one in people:
        commit(services.block, alice, one)
    client = program(alice)
    first = client.get(PATH + "?limit=2").json()
    rest = client.get(first["next"]).json()
    assert [row["user"]["id"] for row in first["results"] + rest["results"]] == [one.pk for one in people]
