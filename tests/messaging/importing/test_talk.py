"""What is said is kept: order, time, rooms, threads, mentions, whole texts."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging import reads, services
from messaging.importing import naming
from messaging.importing.places import thread_title
from messaging.models import Mention, Message
from rooms.models import Membership, Room, RoomRole
from tests.messaging.importing.world import bring_in, conversation, line, recount, said

pytestmark = pytest.mark.django_db


def test_order_and_time_are_kept_and_every_count_is_right(owner, file):
    lines = conversation(60)
    out, err = bring_in(file(lines))
    assert (
        out.startswith("60 messages imported, 0 known already, 0 lines skipped; 2 rooms and 3 people made;"),
        err,
    ) == (True, "")
    for slug in ("maths", "jobs"):
        expected = [one for one in lines if one["room"] == slug]
        assert [(row.body, row.created_at, row.author.display_name) for row in said(slug)] == [
            (one["body"], datetime.fromtimestamp(one["sent_at"], UTC), one["author"]) for one in expected
        ]
    recount()


def test_a_new_room_is_public_threaded_and_begins_with_its_opening(owner, file):
    bring_in(file([line()]))
    room = Room.objects.get(slug="maths")
    assert (room.kind, room.threads, room.created_by) == ("public", "threaded", owner)
    first = Message.objects.get(room=room, seq=1)
    assert (first.kind, first.system["event"]) == ("system", "room_created")
    assert Membership.objects.get(room=room, user=owner).role == RoomRole.MODERATOR


def test_topics_become_threads(owner, file):
    bring_in(file([line(0), line(1, topic="Sheaves"), line(2), line(3, topic=""), line(4, topic="Primes ")]))
    root, other, reply, alone, last = said()
    assert (root.thread_title, root.replies, root.thread_root, root.reply_to) == ("Primes", 2, None, None)
    assert (other.thread_title, other.replies) == ("Sheaves", 0)
    assert (reply.thread_root, reply.reply_to, reply.reply_to_seq, reply.thread_title) == (root, root, root.seq, "")
    assert (alone.thread_title, alone.thread_root) == ("", None)
    assert last.thread_root == root
    assert root.event_seq == last.event_seq + 1
    assert thread_title("x" * 121) == "x" * 119 + "…"


def test_a_second_file_goes_on_in_the_same_threads(owner, file):
    bring_in(file([line(0)]))
    bring_in(file([line(1)], name="second.jsonl"))
    root, reply = said()
    assert (root.replies, reply.thread_root) == (1, root)
    recount()


def test_a_deleted_root_is_not_answered(owner, file):
    bring_in(file([line(0)]))
    room = Room.objects.get(slug="maths")
    commit(services.delete_message, owner, said()[0].pk)
    bring_in(file([line(1)], name="second.jsonl"))
    assert [(row.thread_root, row.thread_title) for row in said()] == [(None, ""), (None, "Primes")]
    assert room.log.posted == 2
    recount()


def test_names_become_mentions(owner, file):
    bring_in(
        file(
            [
                line(0, body="Ask @**Bo Lund**, not `@**Bo Lund**` or @**Nobody**. @**all** @olga"),
                line(1, author="Bo Lund"),
            ]
        )
    )
    asking, _answer = said()
    bo = User.objects.get(username="bo-lund")
    assert asking.body == "Ask @bo-lund, not `@bo-lund` or @**Nobody**. @**all** @olga"
    assert f'<span class="mention" data-user="{bo.pk}">@bo-lund</span>' in asking.html
    assert asking.html.count('class="mention"') == 1
    assert asking.mentions == {"users": [bo.pk], "all": False}
    assert list(Mention.objects.values_list("message", "user", "author", "seq")) == [
        (asking.pk, bo.pk, asking.author_id, asking.seq)
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("@**Bo**", "@bo"),
        ("hi@**Bo**there", "hi @bo there"),
        ("@**Bo**'s and @**Bo**.", "@bo's and @bo."),
        ("@**Bo**...then", "@bo ...then"),
        ("@**Bo**-san", "@bo -san"),
        ("@**Bo\n** @** ** @**Al**", "@**Bo\n** @** ** @**Al**"),
    ],
)
def test_a_mention_stands_apart(body, shown):
    assert naming.with_usernames(body, {"Bo": "bo"}.get)[0] == shown


def test_a_long_body_is_kept_whole(owner, file, settings):
    body = "**long** " * settings.MAX_BODY_CHARS
    bring_in(file([line(body=body)]))
    assert said()[0].body == body
    assert len(said()[0].html) > len(body) - 10


def test_history_pages_through_it(owner, file):
    bring_in(file(conversation(130)))
    charlie = User.objects.create_user("charlie")
    room = Room.objects.get(slug="maths")
    with pytest.raises(Room.DoesNotExist):
        reads.history(charlie, room.pk)
    found, before = [], None
    while True:
        page = reads.history(owner, room.pk, before=before, limit=40)
        found = page["messages"] + found
        before = page["messages"][0]["seq"]
        if not page["has_before"]:
            break
    assert [one["seq"] for one in found] == list(range(1, room.log.last_seq + 1))
    root = next(one for one in found if one["thread"] and one["thread"].get("title") == "Primes")
    thread = reads.history(owner, room.pk, thread=root["id"], limit=100)["messages"]
    assert len(thread) == 1 + root["thread"]["replies"]
