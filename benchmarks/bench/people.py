"""Makes people, rooms and what was said in them, straight in the database of a Chatsite that does not run yet.

    python -m benchmarks.bench.people --people 500 --rooms 1 --out people.json

In the environment of the server. The file has a row for each person: `{id, token, cookie, rooms}`, everybody signed in.
"""

import argparse
import json
import os
import random
import secrets
from datetime import timedelta
from pathlib import Path

BATCH = 1000
DAY = timedelta(days=1)
"""How long the tokens live: longer than any run."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--rooms", type=int, required=True)
    parser.add_argument("--each", type=int, default=1, help="rooms that each person is in")
    parser.add_argument("--said", type=int, default=0, help="messages in each room, and in the search's index")
    parser.add_argument("--deep", type=int, default=0, help="messages in the first room, in no index")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from chatsite.prepare import prepare, without_limits

    data = Path(os.environ["CHATSITE_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    prepare(data)
    with without_limits():
        fill(asked)


def fill(asked: argparse.Namespace) -> None:
    from django.db import connection, transaction

    with transaction.atomic():
        workspace, people = register(asked.people)
        rooms = open_rooms(workspace, people[0], asked.rooms)
        places = draw_places(asked.people, asked.rooms, asked.each)
        join(people, rooms, places)
        proofs = sign_in(people)
    if asked.said or asked.deep:
        from benchmarks.bench.past import say

        say(rooms, people, asked.said, asked.deep)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    rows = [
        {"id": one.pk, "token": token, "cookie": cookie, "rooms": [rooms[room].pk for room in mine]}
        for one, (token, cookie), mine in zip(people, proofs, places, strict=True)
    ]
    asked.out.write_text(json.dumps(rows))


def register(count: int) -> tuple:
    """A workspace, and its people; the first owns it."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from accounts.models import User
    from rooms.models import Installation, Role, Workspace, WorkspaceMembership
    from rooms.services import installation

    Installation.objects.filter(pk=installation().pk).update(set_up_at=timezone.now(), set_up_key="")
    workspace = Workspace.objects.create(name="Benchmark")
    unusable = make_password(None)
    people = User.objects.bulk_create(
        [
            User(username=f"person{n}", password=unusable, email=f"person{n}@example.org", mail_missed=False)
            for n in range(count)
        ],
        BATCH,
    )
    WorkspaceMembership.objects.bulk_create(
        [
            WorkspaceMembership(workspace=workspace, user=one, role=Role.MEMBER if n else Role.OWNER)
            for n, one in enumerate(people)
        ],
        BATCH,
    )
    return workspace, people


def open_rooms(workspace, owner, count: int) -> list:
    """Private rooms, each with its first system message."""
    from messaging.models import Message
    from rooms.models import Room, RoomLog

    rooms = Room.objects.bulk_create(
        [
            Room(
                workspace=workspace,
                slug=f"room-{n}",
                name=f"Room {n}",
                kind=Room.Kind.PRIVATE,
                created_by=owner,
                members_count=0,
            )
            for n in range(count)
        ],
        BATCH,
    )
    RoomLog.objects.bulk_create([RoomLog(room=room, last_seq=1, head=1) for room in rooms], BATCH)
    opened = {"seq": 1, "event_seq": 1, "created_event_seq": 1, "posted": 0, "kind": Message.Kind.SYSTEM}
    Message.objects.bulk_create(
        [
            Message(room=room, author=owner, system={"event": "room_created", "new": room.name}, **opened)
            for room in rooms
        ],
        BATCH,
    )
    return rooms


def draw_places(people: int, rooms: int, each: int) -> list[list[int]]:
    """For each person the numbers of `each` rooms: all rooms are of about one size."""
    if rooms % each:
        raise SystemExit(f"{rooms} rooms cannot be shared out over {each} places of each person; expected a multiple.")
    chance = random.Random(7)
    places: list[list[int]] = [[] for _person in range(people)]
    for layer in range(each):
        order = list(range(people))
        if each > 1:
            chance.shuffle(order)
        for position, person in enumerate(order):
            places[person].append(layer * (rooms // each) + position * (rooms // each) // people)
    return places


def join(people: list, rooms: list, places: list[list[int]]) -> None:
    from rooms.models import Membership, Room, RoomRole

    start = {"joined_seq": 1, "joined_event_seq": 1, "last_read_seq": 1, "read_posted": 0, "receipt_seq": 1}
    members = [
        Membership(room=rooms[room], user=one, role=RoomRole.MEMBER, **start)
        for one, mine in zip(people, places, strict=True)
        for room in mine
    ]
    Membership.objects.bulk_create(members, BATCH)
    for member in members:
        member.room.members_count += 1
    Room.objects.bulk_update(rooms, ["members_count"], BATCH)


def sign_in(people: list) -> list[tuple[str, str]]:
    """A session for each, which comes with a token as well as with a cookie; `(token, cookie)`."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session as Data
    from django.utils import timezone
    from rest_framework_simplejwt.tokens import AccessToken

    from accounts.models import Session, hash_of

    now = timezone.now()
    until = now + settings.SESSION_LIFE
    keys = [secrets.token_hex(16) for _person in people]
    nothing = SessionStore().encode({})
    Data.objects.bulk_create([Data(session_key=key, session_data=nothing, expire_date=until) for key in keys], BATCH)
    stamp = people[0].get_session_auth_hash()  # of one password, hence the same for all
    sessions = Session.objects.bulk_create(
        [
            Session(user=one, key_hash=hash_of(key), stamp=stamp, expires_at=until)
            for one, key in zip(people, keys, strict=True)
        ],
        BATCH,
    )
    tokens = []
    for session in sessions:
        token = AccessToken()
        token.set_exp(lifetime=DAY)
        token["user_id"], token["sid"], token["role"] = session.user_id, session.sid, "user"
        tokens.append(str(token))
    return list(zip(tokens, keys, strict=True))


if __name__ == "__main__":
    main()
