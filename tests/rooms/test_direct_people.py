"""Among whom a direct room is, and when they no longer write to one another."""

import pytest
from django.core.exceptions import ValidationError

from accounts import services as accounts
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Room
from tests.rooms.conftest import person, sent
from tests.rooms.test_direct import say, seen, talk


def test_it_is_among_people_who_see_each_other(place, elsewhere, room, alice, bob, dan, gus, charlie):
    assert sent(alice, "post", "/rooms/direct/", {"users": [charlie.pk]}).status_code == 404
    assert sent(alice, "post", "/rooms/direct/", {"users": [bob.pk, 999_999]}).status_code == 404
    assert sent(gus, "post", "/rooms/direct/", {"users": [alice.pk]}).status_code == 404
    commit(services.add_member, alice, room, gus)
    assert sent(gus, "post", "/rooms/direct/", {"users": [alice.pk]}).status_code == 201
    assert sent(gus, "post", "/rooms/direct/", {"users": [alice.pk, bob.pk]}).status_code == 404
    say(bob, talk(bob, gus))
    assert sent(gus, "post", "/rooms/direct/", {"users": [alice.pk, bob.pk]}).status_code == 201
    commit(services.admit, dan, elsewhere)
    assert sent(dan, "post", "/rooms/direct/", {"users": [charlie.pk]}).status_code == 201
    apart = sent(dan, "post", "/rooms/direct/", {"users": [charlie.pk, bob.pk]})
    assert (apart.status_code, "one workspace" in apart.json()["detail"]) == (403, True)


@pytest.mark.parametrize("users", [None, 7, "7", [["7"]], ["7"], [0], [-1], [True], [1.5], [None], {"a": 1}, [10**30]])
def test_what_are_no_people_is_invalid(place, alice, users):
    answer = sent(alice, "post", "/rooms/direct/", {"users": users})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Room.objects.exists()


def test_nine_others_and_no_more(place, alice):
    people = [person(f"p{number}", place).pk for number in range(10)]
    assert sent(alice, "post", "/rooms/direct/", {"users": people}).status_code == 400
    with pytest.raises(ValidationError):
        commit(services.open_direct, alice, people)
    assert sent(alice, "post", "/rooms/direct/", {"users": people[:9]}).json()["members_count"] == 10
    assert sent(alice, "post", "/rooms/direct/", {"users": [alice.pk, *people[:9]]}).status_code == 200
    assert sent(alice, "post", "/rooms/direct/", {}).status_code == 400
    assert sent(alice, "post", "/rooms/direct/", {"users": people[:1], "name": "x"}).status_code == 400


def test_who_is_deactivated_is_written_to_no_more(place, alice, bob, dan):
    pair, three = talk(alice, bob), talk(alice, bob, dan)
    say(alice, pair)
    commit(accounts.deactivate, bob, bob)
    assert sent(alice, "post", "/rooms/direct/", {"users": [bob.pk]}).status_code == 200
    refused = sent(alice, "post", f"/rooms/{pair.pk}/messages/", {"body": "hello?"})
    assert (refused.status_code, "Nobody is left" in refused.json()["detail"]) == (403, True)
    assert sent(alice, "get", f"/rooms/{pair.pk}/messages/").status_code == 200
    assert sent(alice, "post", f"/rooms/{three.pk}/messages/", {"body": "hello?"}).status_code == 201
    commit(accounts.deactivate, dan, dan)
    assert sent(alice, "post", f"/rooms/{three.pk}/messages/", {"body": "hello?"}).status_code == 403
    four = sent(alice, "post", "/rooms/direct/", {"users": [bob.pk, person("nell", place).pk]})
    assert (four.status_code, four.json()["detail"]) == (403, "This account is deactivated.")


def test_who_leaves_the_workspace_keeps_what_was_said_and_says_no_more(place, alice, bob):
    room = talk(alice, bob)
    say(alice, room)
    commit(services.remove_from_workspace, alice, place, bob)
    assert seen(bob) == {room.pk}
    for user in (alice, bob):
        assert sent(user, "get", f"/rooms/{room.pk}/messages/").status_code == 200
        assert sent(user, "post", f"/rooms/{room.pk}/messages/", {"body": "still here"}).status_code == 403
    commit(services.add_to_workspace, alice, place, bob)
    assert sent(bob, "post", f"/rooms/{room.pk}/messages/", {"body": "back"}).status_code == 201


def test_blocking_ends_what_two_say_and_not_what_three_do(place, alice, bob, dan):
    pair, three = talk(alice, bob), talk(alice, bob, dan)
    say(alice, pair)
    commit(accounts.block, bob, alice)
    for user, other, word in ((alice, bob, "takes no direct messages"), (bob, alice, "You blocked")):
        for path, data in (
            ("/rooms/direct/", {"users": [other.pk]}),
            (f"/rooms/{pair.pk}/messages/", {"body": "hello"}),
        ):
            refused = sent(user, "post", path, data)
            assert (refused.status_code, word in refused.json()["detail"]) == (403, True)
        assert sent(user, "get", f"/rooms/{pair.pk}/messages/").status_code == 200
        assert say(user, three).seq
    commit(accounts.unblock, bob, alice.pk)
    assert say(alice, pair).seq == 2


def test_a_first_word_to_somebody_who_blocks_one_is_refused(place, alice, bob):
    commit(accounts.block, bob, alice)
    for user, other in ((alice, bob), (bob, alice)):
        assert sent(user, "post", "/rooms/direct/", {"users": [other.pk]}).status_code == 403
    assert not Room.objects.exists()
