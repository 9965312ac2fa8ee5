"""A small file to import, and what is looked at afterwards."""

import itertools
from io import StringIO

from django.core.management import call_command

from messaging.models import Message
from rooms.models import Membership, Room, RoomLog

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
