"""Only what one may see now."""

import json

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.search import finding, lookup
from messaging.search import query as queries
from messaging.search.finding import find
from rooms import services
from tests.cast import program
from tests.messaging.search.conftest import bodies, say


def test_members_find_it_and_strangers_do_not(room, private, alice, bob, dan, gus, charlie):
    say(alice, private, "the secret cake")
    assert bodies(alice, "cake") == bodies(bob, "cake") == ["the secret cake"]
    assert bodies(dan, "cake") == bodies(gus, "cake") == bodies(charlie, "cake") == []


def test_a_public_room_is_for_the_workspace_but_not_for_guests(room, alice, dan, gus, charlie):
    say(alice, room, "open cake")
    assert bodies(dan, "cake") == ["open cake"]
    assert bodies(gus, "cake") == bodies(charlie, "cake") == []
    commit(services.add_member, alice, room, gus)
    assert bodies(gus, "cake") == ["open cake"]


def test_a_removed_member_finds_nothing_of_it_and_comes_back_to_all(private, alice, bob):
    say(alice, private, "cellar cake")
    commit(services.remove_member, alice, private, bob)
    assert bodies(bob, "cake") == []
    commit(services.add_member, alice, private, bob)
    assert bodies(bob, "cake") == ["cellar cake"]


def test_a_banned_one_finds_nothing_of_a_public_room(room, alice, bob):
    say(alice, room, "open cake")
    commit(services.ban_from_room, alice, room, bob)
    assert bodies(bob, "cake") == []


def test_who_left_the_workspace_finds_nothing(room, alice, bob, place):
    say(alice, room, "open cake")
    commit(services.remove_from_workspace, alice, place, bob)
    assert bodies(bob, "cake") == []


def test_history_that_begins_with_joining_begins_there_for_searches(place, alice, bob, dan):
    cellar = commit(services.create_room, alice, place, name="Cellar", history="joined")
    say(alice, cellar, "early cake")
    commit(services.add_member, alice, cellar, bob)
    say(alice, cellar, "late cake")
    assert bodies(alice, "cake") == ["late cake", "early cake"]
    assert bodies(bob, "cake") == ["late cake"]
    assert bodies(dan, "cake") == []
    other = commit(services.create_room, bob, place, name="Bob's")
    say(bob, other, "latest cake")
    assert bodies(bob, "cake") == ["latest cake", "late cake"]
    early = find(alice, queries.read("early")).messages[0]
    commit(messages.edit_message, alice, early.pk, body="early cake, edited", edited_at=None)
    assert bodies(bob, "edited") == []


def test_a_hidden_direct_room_is_not_searched_until_it_returns(place, alice, bob):
    direct, _new = commit(services.open_direct, alice, [bob.pk])
    say(alice, direct, "direct cake")
    assert bodies(bob, "cake") == ["direct cake"]
    commit(services.hide_room, bob, direct)
    assert bodies(bob, "cake") == []
    assert bodies(alice, "cake") == ["direct cake"]


def test_asking_for_a_room_answers_as_reading_it(room, private, place, alice, dan):
    cellar = commit(services.create_room, alice, place, name="Later", history="joined")
    with pytest.raises(ObjectDoesNotExist):
        find(dan, queries.read("cake", room_id=private.pk))
    with pytest.raises(ObjectDoesNotExist):
        find(dan, queries.read("cake", room_id=10**9))
    with pytest.raises(PermissionDenied):
        find(dan, queries.read("cake", room_id=cellar.pk))


def test_the_foreign_room_cannot_be_told_from_the_unknown(private, dan):
    answers = [
        json.loads(program(dan).get(f"/api/v1/search/?q=cake&room={room}").content) for room in (private.pk, 10**9)
    ]
    for answer in answers:
        del answer["request_id"]
    assert answers[0] == answers[1] and answers[0]["code"] == "not_found"


def test_many_rooms_are_as_few(place, alice, dan):
    rooms = [commit(services.create_room, alice, place, name=f"Room {n}") for n in range(5)]
    hidden = commit(services.create_room, alice, place, name="Hidden", kind="private")
    for one in (*rooms, hidden):
        say(alice, one, f"cake in {one.name}")
    few = bodies(dan, "cake")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "MOST_ROOMS", 2)
        assert bodies(dan, "cake") == few
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "A_FEW_ROOMS", 0)
        assert bodies(dan, "cake") == few == [f"cake in Room {n}" for n in (4, 3, 2, 1, 0)]


def test_who_asks_first_makes_no_difference(private, alice, bob, dan):
    """The query of what one may read is compiled once for all, and about each."""
    finding._rooms_of._statements.clear()
    finding._may_read._statements.clear()
    say(alice, private, "the secret cake")
    assert bodies(dan, "cake") == []
    assert bodies(alice, "cake") == ["the secret cake"]
    assert bodies(dan, "cake") == []
    assert bodies(bob, "cake") == bodies(bob, "cake in:cellar") == ["the secret cake"]


def test_a_candidate_that_may_not_be_read_is_not_shown(private, alice, dan, monkeypatch):
    """Whatever rooms are looked into: the statement that reads the rows asks for the right."""
    say(alice, private, "the secret cake")
    everything = [finding.Readable(private.pk, "shared", 1, "Cellar", "cellar")]
    monkeypatch.setattr(finding, "_rooms", lambda _user, _query: everything)
    assert bodies(alice, "cake") == ["the secret cake"]
    assert bodies(dan, "cake") == []
