"""`manage import_messages`: order, time, threads, mentions; nothing twice; bad lines named; every count right."""

import gzip
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging import reads, services
from messaging.importing import importer, naming
from messaging.importing.importer import Import, survey
from messaging.importing.places import thread_title
from messaging.importing.rendering import Renderers
from messaging.models import Mention, Message
from messaging.services import marks
from rooms import services as rooms
from rooms.models import Membership, Room, RoomLog, RoomRole, Workspace
from tests.services import ROOT

pytestmark = pytest.mark.django_db

START = 1_700_000_000


def line(number=0, **members):
    said = {
        "room": "maths",
        "topic": "Primes",
        "author": "Ada Chen",
        "sent_at": START + number,
        "body": f"Message {number}",
    }
    return said | members


def conversation(count, authors=("Ada Chen", "Bo Lund", "Çağla Öz"), topics=("Primes", "Sheaves", "Ünïcode 数学")):
    return [
        line(
            number,
            author=authors[number % len(authors)],
            topic=topics[number % 7 % len(topics)],
            room=("maths", "jobs")[number % 5 == 0],
        )
        for number in range(count)
    ]


@pytest.fixture
def owner():
    return commit(
        rooms.set_up, None, workspace="Place", username="olga", email="olga@example.org", password="hunter2-hunter2"
    )


@pytest.fixture
def file(tmp_path):
    def write(lines, name="chat.jsonl", opened=open):
        path = tmp_path / name
        with opened(path, "wb") as stream:
            for one in lines:
                stream.write((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n")
        return path

    return write


def bring_in(path, **options):
    """The command's two outputs."""
    out, err = StringIO(), StringIO()
    call_command("import_messages", path, processes=0, verbosity=0, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def said(slug="maths"):
    return list(Message.objects.filter(room__slug=slug, kind="message").order_by("seq"))


def recount():
    """Everything that is kept as a number is what counting gives."""
    for room in Room.objects.select_related("log"):
        rows = list(Message.objects.filter(room=room).order_by("seq"))
        assert [row.seq for row in rows] == list(range(1, room.log.last_seq + 1))
        assert max(row.event_seq for row in rows) == room.log.head
        assert len({row.event_seq for row in rows}) == len(rows)
        assert all(row.created_event_seq <= row.event_seq for row in rows)
        assert [row.posted for row in rows] == list(itertools.accumulate(row.kind == "message" for row in rows))
        assert rows[-1].posted == room.log.posted
        for row in rows:
            assert row.replies == sum(1 for other in rows if other.thread_root_id == row.pk)
        assert room.members_count == Membership.objects.filter(room=room).count()
        for member in Membership.objects.filter(room=room):
            by_seq = {row.seq: row for row in rows}
            assert by_seq[member.joined_seq].created_event_seq == member.joined_event_seq
            assert member.read_posted == by_seq[member.last_read_seq].posted
            assert member.receipt_seq >= member.last_read_seq
            own = [
                row
                for row in rows
                if row.seq > member.last_read_seq and row.kind == "message" and row.author_id == member.user_id
            ]
            assert member.own_after == len(own)


def unread(user, slug):
    member = Membership.objects.get(user=user, room__slug=slug)
    return RoomLog.objects.get(room=member.room_id).posted - member.read_posted - member.own_after


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


def test_authors_become_people_who_cannot_sign_in(owner, file):
    bring_in(
        file(
            [
                line(0),
                line(1, author="Ada  CHEN!"),
                line(2, author="😀"),
                line(3, author="Admin"),
                line(4, author="数学 爱好者"),
            ]
        )
    )
    people = {user.display_name: user for user in User.objects.exclude(pk=owner.pk)}
    assert set(people) == {"Ada Chen", "Ada CHEN!", "😀", "Admin", "数学 爱好者"}
    assert people["数学 爱好者"].username == "数学-爱好者"
    assert people["😀"].username == "person"
    assert people["Admin"].username.startswith("admin-")
    assert sum(user.username == "ada-chen" for user in people.values()) == 1
    assert not any(user.has_usable_password() for user in people.values())
    assert all(user.workspace_memberships.get().role == "member" for user in people.values())


def test_nobody_writes_under_the_name_of_a_real_person(owner, file):
    real = User.objects.create_user("ada-chen", password="hunter2-hunter2", display_name="Ada Chen")
    bring_in(file([line()]))
    assert said()[0].author != real
    assert said()[0].author.display_name == "Ada Chen"


def test_again_imports_nothing_even_after_renaming(owner, file):
    path = file(conversation(30))
    bring_in(path)
    ada = User.objects.get(username="ada-chen")
    ada.display_name = "Ada of Chen"
    ada.set_password("hunter2-hunter2")
    ada.save()
    before = list(Message.objects.values()), list(Membership.objects.values()), list(RoomLog.objects.values())
    out, _err = bring_in(path)
    assert out.startswith("0 messages imported, 30 known already, 0 lines skipped; 0 rooms and 0 people made;")
    assert (list(Message.objects.values()), list(Membership.objects.values()), list(RoomLog.objects.values())) == before
    assert User.objects.count() == 4


def test_equal_lines_are_each_a_message(owner, file):
    path = file([line(0, body="ping"), line(0, body="ping"), line(0, body="pong"), line(0, body="ping")])
    bring_in(path)
    bring_in(path)
    assert [row.body for row in said()] == ["ping", "ping", "pong", "ping"]


def test_stopped_between_batches_it_goes_on(owner, file, monkeypatch):
    monkeypatch.setattr(importer, "BATCH", {connection.vendor: 10})
    path = file(conversation(55))
    run = Import(path, survey(path, pytest.fail), actor=owner, workspace=Workspace.objects.get(), processes=0).run()
    next(run), next(run)
    run.close()
    assert Message.objects.filter(kind="message").count() == 20
    recount()
    out, _err = bring_in(path)
    assert out.startswith("35 messages imported, 20 known already")
    assert [row.body for row in said("jobs")] == [f"Message {number}" for number in range(0, 55, 5)]
    recount()


def test_bad_lines_are_named_and_skipped(owner, file):
    bad = [
        b"not json",
        b'{"room": "maths"}',
        line(sent_at="1700000000"),
        line(sent_at=True),
        line(sent_at=-1),
        line(sent_at=1_700_000_000_000),
        line(body="a\0b"),
        line(topic="\0"),
        line(body="\ud800"),
        b'{"room": "maths", "topic": "", "author": "A", "sent_at": 1, "body": "\xff"}',
        b'{"room": "maths", "topic": "", "author": "A", "sent_at": NaN, "body": "x"}',
        line(body="\u3000 \n"),
        line(body=None),
        line(room="!!"),
        line(author="\u3000"),
        line(author="x" * 81),
        line(author="ab\u202ecd"),
        b"[" * 100_000,
        b"[]",
    ]
    out, err = bring_in(file([line(0), *bad, b"", line(1) | {"more": 1}]))
    told = err.splitlines()
    assert [one.split(" is skipped: ")[0] for one in told] == [f"Line {number}" for number in range(2, 2 + len(bad))]
    assert all(len(one.split(": ", 1)[1]) > 10 for one in told)
    assert out.startswith(f"2 messages imported, 0 known already, {len(bad)} lines skipped; 1 rooms and 1 people made")
    recount()


def test_a_line_without_end_is_named_and_not_held(owner, file, monkeypatch):
    monkeypatch.setattr("messaging.importing.reading.LONGEST_LINE", 1000)
    _out, err = bring_in(file([line(0), line(body="x" * 5000), line(1)]))
    assert err == "Line 2 is skipped: The line is longer than 1000 bytes.\n"
    assert len(said()) == 2


def test_a_long_body_is_kept_whole(owner, file, settings):
    body = "**long** " * settings.MAX_BODY_CHARS
    bring_in(file([line(body=body)]))
    assert said()[0].body == body
    assert len(said()[0].html) > len(body) - 10


def test_gzip_and_plain_are_the_same(owner, file):
    lines = conversation(12)
    bring_in(file(lines, name="packed", opened=gzip.open))
    out, _err = bring_in(file(lines))
    assert out.startswith("0 messages imported, 12 known already")


def test_a_cut_gzip_is_refused_whole(owner, file):
    path = file(conversation(500), name="packed.gz", opened=gzip.open)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(CommandError, match=r"cannot be read beyond line \d+: .* Nothing was imported"):
        bring_in(path)
    assert not said()


def test_processes_draw_what_this_one_draws():
    bodies = ["*a*", "@bo **b**", "```python\nx = 1\n```", "| a |\n| - |\n| b |"] * 60
    with Renderers(0) as alone, Renderers(2) as pool:
        expected = list(alone.drawn([bodies, bodies[:5], []], list))
        assert list(pool.drawn([bodies, bodies[:5], []], list)) == expected


def test_rendering_processes_load_no_database():
    program = "import sys, messaging.importing.rendering; sys.exit('django.db' in sys.modules or 'accounts.models' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_nobody_has_thousands_unread(owner, file):
    bob = User.objects.create_user("bob", password="hunter2-hunter2")
    commit(rooms.add_to_workspace, owner, Workspace.objects.get(), bob, role="member")
    general = Room.objects.get(slug="general")
    commit(rooms.join_room, bob, general)
    seq = commit(
        services.post_message, owner, general.pk, body="before", msg_id="6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11"
    ).seq
    version = User.objects.get(pk=owner.pk).user_seq
    bring_in(file([line(number, room="general", author=("Ada Chen", "Bo Lund")[number % 2]) for number in range(9)]))
    assert unread(owner, "general") == 0
    assert User.objects.get(pk=owner.pk).user_seq > version
    assert unread(bob, "general") == 10  # bob had not read the message before
    assert unread(User.objects.get(username="ada-chen"), "general") == 0
    assert commit(marks.mark_read, bob, general.pk, seq).unread == 9
    recount()


def test_only_public_open_rooms_are_written_into(owner, file):
    place = Workspace.objects.get()
    commit(rooms.create_room, owner, place, name="secret", kind="private")
    archived = commit(rooms.create_room, owner, place, name="old")
    commit(rooms.archive_room, owner, archived)
    for room in ("secret", "old"):
        with pytest.raises(CommandError, match=f"The room {room} is"):
            bring_in(file([line(room=room)]))
    assert not User.objects.filter(username="ada-chen").exists()


def test_who_was_banned_stays_out_but_is_heard(owner, file):
    bring_in(file([line(0)]))
    room, ada = Room.objects.get(slug="maths"), User.objects.get(username="ada-chen")
    commit(rooms.ban_from_room, owner, room, ada)
    bring_in(file([line(1)], name="second.jsonl"))
    assert len(said()) == 2
    assert not Membership.objects.filter(room=room, user=ada).exists()
    recount()


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


def test_the_owner_is_named_or_found(owner, file):
    path = file([line()])
    with pytest.raises(CommandError, match="Nobody in the workspace is called charlie"):
        bring_in(path, owner="charlie")
    with pytest.raises(CommandError, match="No such file"):
        bring_in(path.with_name("nothing.jsonl"))
    mo = User.objects.create_user("mo")
    commit(rooms.add_to_workspace, owner, Workspace.objects.get(), mo, role="moderator")
    bring_in(path, owner="Mo")
    assert Room.objects.get(slug="maths").created_by == mo


def test_before_the_set_up_it_is_refused(file):
    with pytest.raises(CommandError, match="no workspace yet"):
        bring_in(file([line()]))


@pytest.mark.faults
def test_killed_in_the_middle_it_goes_on_and_leaves_no_process(file, tmp_path):
    path = str(file(conversation(10_000)))
    data = tmp_path / "data"
    data.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment["CHATSITE_DATA"] = str(data)
    command = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def manage(*words):
        return subprocess.run(
            [sys.executable, "manage.py", *words], **command, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def written():
        with closing(sqlite3.connect(data / "chatsite.sqlite3")) as database:
            return database.execute("SELECT count(*) FROM messaging_message WHERE kind = 'message'").fetchone()[0]

    manage("migrate")
    manage("set_up", "--workspace", "Place", "--owner", "olga", "--email", "olga@example.org")
    with subprocess.Popen(
        [sys.executable, "manage.py", "import_messages", path], **command, stdout=subprocess.DEVNULL
    ) as running:
        wait_until(lambda: written() >= 3000)
        children = _children(running.pid)
        running.kill()
    known = written()
    assert 3000 <= known < 10_000
    assert len(children) >= 2
    assert manage("import_messages", path).startswith(f"{10_000 - known} messages imported, {known} known already")
    assert manage("import_messages", path).startswith("0 messages imported, 10000 known already")
    assert written() == 10_000
    wait_until(lambda: not any(map(_is_running, children)))


def wait_until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


def _is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
