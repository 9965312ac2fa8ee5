"""What was said before a benchmark began."""

import uuid

BATCH = 2000
WORDS = [
    "harbour",
    "quay",
    "herring",
    "salt",
    "fog",
    "lantern",
    "rope",
    "anchor",
    "tide",
    "gull",
    "mast",
    "sail",
    "cargo",
    "crane",
    "ferry",
    "pilot",
    "beacon",
    "storm",
    "deck",
    "crew",
]
DEEP = """
WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n <= {count})
INSERT INTO messaging_message (room_id, seq, event_seq, created_event_seq, kind, author_id, body, html, mentions, reactions, previews,
    attachments, created_at, replies, thread_title, posted, sent_mac_key)
SELECT {room}, n, n, n, 'message', {author}, 'This is message ' || n || ' of many.', '<p>This is message ' || n || ' of many.</p>',
    '{{"users": [], "all": false}}', '[]', '[]', '[]', CURRENT_TIMESTAMP, 0, '', n - 1, ''
FROM numbers
"""


def say(rooms: list, people: list, said: int, deep: int) -> None:
    """`deep` messages in the first room, `said` in each other one, and all members have read them."""
    if deep:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(DEEP.format(count=deep, room=rooms[0].pk, author=people[0].pk))
        _count(rooms[0], deep)
    for number, room in enumerate(rooms[1:] if said else []):
        for begin in range(0, said, BATCH):
            _batch(room, people[number % len(people)], begin, min(BATCH, said - begin))
        _count(room, said)


def _batch(room, author, begin: int, count: int) -> None:
    from django.db import transaction

    from messaging import search
    from messaging.models import Message

    rows = []
    for n in range(begin, begin + count):
        body = " ".join(WORDS[(n * step + n // 7) % len(WORDS)] for step in (1, 3, 7, 9, 11)) + f" {n}"
        numbers = {"seq": n + 2, "event_seq": n + 2, "created_event_seq": n + 2, "posted": n + 1}
        rows.append(
            Message(room=room, author=author, body=body, html=f"<p>{body}</p>", msg_id=str(uuid.uuid4()), **numbers)
        )
    with transaction.atomic():
        search.add(Message.objects.bulk_create(rows))


def _count(room, said: int) -> None:
    from rooms.models import Membership, RoomLog

    RoomLog.objects.filter(room=room).update(last_seq=said + 1, head=said + 1, posted=said)
    Membership.objects.filter(room=room).update(last_read_seq=said + 1, receipt_seq=said + 1, read_posted=said)
