"""Whom a message is for: by its words, its room and its thread, and by what each wants to hear."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as accounts
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Notification
from rooms import services
from rooms.models import Membership
from tests.background import run_tasks, waiting
from tests.messaging.notices.conftest import chooses, direct, level, made, reads, said, told


def test_a_mention_tells_the_one_whom_it_names(room, alice):
    assert told(said(alice, room, "look @bob")) == {"bob": "mention"}


def test_everybody_is_told_of_a_message_to_all(room, alice):
    assert told(said(alice, room, "look @all")) == {"bob": "mention", "dan": "mention"}


def test_nobody_is_told_of_their_own_words(room, bob):
    assert told(said(bob, room, "I, @bob, say to @all")) == {"alice": "mention", "dan": "mention"}


def test_a_plain_message_tells_nobody_and_asks_for_nothing(room, alice):
    said(alice, room)
    assert waiting() == []


def test_a_plain_message_costs_no_statement_more_than_one_in_an_empty_room(place, room, alice, bob):
    alone = made(alice, place, name="Attic")

    def cost(where) -> int:
        with CaptureQueriesContext(connection) as captured:
            said(alice, where)
        return len(captured)

    assert cost(room) == cost(alone)
    level(bob, room, "all")
    assert cost(room) == cost(alone) + 1


def test_a_batch_asks_once(room, alice):
    posts = [messages.Post(alice, room.pk, f"@bob {n}", f"6f1f0e0a-6b7e-4f5e-9c58-00000000000{n}") for n in range(5)]
    commit(messages.post_messages, posts)
    assert len(waiting()) == 1
    run_tasks()
    assert Notification.objects.count() == 5


def test_a_direct_message_tells_all_others(alice, bob, dan):
    assert told(said(alice, direct(alice, bob, dan))) == {"bob": "direct", "dan": "direct"}


def test_notes_to_oneself_tell_nobody(alice):
    said(alice, direct(alice))
    assert waiting() == []


def test_a_mention_in_a_direct_room_is_a_mention(alice, bob, dan):
    assert told(said(alice, direct(alice, bob, dan), "@bob!")) == {"bob": "mention", "dan": "direct"}


def test_who_hid_a_direct_room_is_told_when_it_is_back(alice, bob):
    talk = direct(alice, bob)
    told(said(alice, talk))
    commit(services.hide_room, bob, talk)
    assert told(said(alice, talk)) == {"bob": "direct"}


def test_a_reply_tells_who_follows_the_thread(room, alice, bob, dan):
    root = said(alice, room, "what is for dinner?")
    assert told(said(bob, room, "soup", reply_to=root)) == {"alice": "reply"}
    assert told(said(dan, room, "again?", reply_to=root)) == {"alice": "reply", "bob": "reply"}


def test_who_left_a_thread_off_is_not_told(room, alice, bob):
    root = said(alice, room, "what is for dinner?")
    told(said(bob, room, "soup", reply_to=root))
    commit(messages.change_following, alice, root.pk, following=False)
    assert told(said(bob, room, "or bread", reply_to=root)) == {}


def test_who_wants_everything_is_told_of_everything(room, alice, bob):
    level(bob, room, "all")
    assert told(said(alice, room)) == {"bob": "message"}


def test_a_room_that_says_nothing_follows_the_settings(room, alice, bob):
    chooses(bob, notify="all")
    assert told(said(alice, room)) == {"bob": "message"}
    level(bob, room, "mentions")
    assert told(said(alice, room)) == {}
    level(bob, room, None)
    assert told(said(alice, room)) == {"bob": "message"}
    chooses(bob, notify="nothing")
    assert told(said(alice, room, "@bob")) == {}


@pytest.mark.parametrize("words", ["@bob", "@all"])
def test_who_wants_nothing_of_a_room_is_told_nothing(room, alice, bob, words):
    level(bob, room, "nothing")
    assert "bob" not in told(said(alice, room, words))


def test_nothing_holds_for_direct_rooms_and_threads_too(room, alice, bob):
    talk = direct(alice, bob)
    assert told(said(alice, talk)) == {"bob": "direct"}
    level(bob, talk, "nothing")
    assert told(said(alice, talk)) == {}
    root = said(bob, room)
    level(bob, room, "nothing")
    assert told(said(alice, room, "yes", reply_to=root)) == {}


def test_hears_all_follows_every_choice(place, room, alice, bob):
    def hears(where=room) -> bool:
        return Membership.objects.get(room=where, user=bob).hears_all

    assert not hears()
    chooses(bob, notify="all")
    assert hears() and hears(made(alice, place, bob, name="Attic"))
    level(bob, room, "mentions")
    assert not hears()
    chooses(bob, notify="nothing")
    level(bob, room, "all")
    assert hears()
    chooses(bob, notify="mentions")
    assert hears()
    level(bob, room, None)
    assert not hears()


def test_a_block_silences_whom_one_does_not_want_to_hear(room, alice, bob, dan):
    commit(accounts.block, bob, alice)
    assert told(said(alice, room, "@bob and @dan")) == {"dan": "mention"}


def test_a_member_of_the_workspace_is_told_of_a_public_room_that_they_are_not_in(room, alice, mo):
    assert told(said(alice, room, "@mo come in")) == {"mo": "mention"}


def test_who_cannot_read_it_is_not_told(place, room, cellar, alice, bob, mo, gus, charlie):
    assert told(said(alice, cellar, "@mo @gus @charlie")) == {}
    assert told(said(alice, room, "@gus @charlie")) == {}
    attic = made(alice, place, bob, name="Attic", history="joined")
    assert told(said(alice, attic, "@mo @bob")) == {"bob": "mention"}


def test_an_edit_tells_nobody_anew(room, alice):
    message = said(alice, room, "look")
    commit(messages.edit_message, alice, message.pk, body="look @bob", edited_at=None)
    assert told(message) == {}


def test_joining_and_renaming_tell_nobody(place, room, alice, bob, mo):
    chooses(bob, notify="all")
    commit(services.join_room, mo, room)
    assert waiting() == []


def test_doing_it_again_tells_nobody_again(room, alice, bob, heard_of):
    message = said(alice, room, "look @bob")
    told(message)
    before = heard_of()
    from messaging.notices import delivery

    delivery.deliver([message.pk, message.pk])
    assert Notification.objects.count() == 1 and heard_of() == before


@pytest.fixture
def heard_of(bob):
    """Bob's version of what is personal."""

    def version() -> int:
        bob.refresh_from_db()
        return bob.user_seq

    return version


# --- what has changed by the time it is delivered ---


def test_who_is_removed_meanwhile_is_not_told(room, cellar, alice, bob):
    message = said(alice, cellar, "@bob")
    commit(services.remove_member, alice, cellar, bob)
    assert told(message) == {}


def test_who_was_removed_and_came_again_is_not_told_of_what_was_before(cellar, alice, bob):
    message = said(alice, cellar, "@bob")
    commit(services.remove_member, alice, cellar, bob)
    commit(services.add_member, alice, cellar, bob)
    assert told(message) == {}


def test_who_is_banned_from_a_public_room_meanwhile_is_not_told(room, alice, mo, bob):
    message = said(alice, room, "@bob")
    commit(services.ban_from_room, alice, room, bob)
    assert told(message) == {}


def test_who_leaves_the_workspace_meanwhile_is_not_told(place, room, alice, mo):
    message = said(alice, room, "@mo")
    commit(services.remove_from_workspace, mo, place, mo)
    assert told(message) == {}


def test_who_has_read_it_meanwhile_is_not_told(room, alice, bob):
    message = said(alice, room, "@bob")
    reads(bob, room, message.seq)
    assert told(message) == {}


def test_who_has_read_the_thread_meanwhile_is_not_told(room, alice, bob):
    root = said(alice, room)
    reply = said(bob, room, "yes", reply_to=root)
    commit(messages.change_following, alice, root.pk, read_seq=reply.seq)
    assert told(reply) == {}


def test_who_answers_in_a_flat_room_is_still_told_of_what_names_them_there(room, alice, bob):
    root = said(alice, room)
    reply = said(alice, room, "@bob", reply_to=root)
    said(bob, room, "yes", reply_to=root)
    reads(bob, room, root.seq)
    assert told(reply) == {"bob": "mention"}


def test_what_is_deleted_meanwhile_tells_nobody(room, alice, bob):
    message = said(alice, room, "@bob")
    commit(messages.delete_message, alice, message.pk)
    assert told(message) == {}


def test_who_is_deactivated_meanwhile_is_not_told(room, alice, bob):
    message = said(alice, room, "@bob")
    commit(accounts.deactivate, bob, bob)
    assert told(message) == {}


def test_a_room_that_closes_meanwhile_tells_its_members_only(room, alice, bob, mo):
    message = said(alice, room, "@bob @mo")
    commit(services.change_room, alice, room, kind="private")
    assert told(message) == {"bob": "mention"}


def test_a_message_of_nowhere_is_no_failure(room, alice):
    from messaging.notices import delivery

    delivery.deliver([10**9])
    assert commit(delivery.tell, 10**9, [alice.pk]) == []
