"""A room that is open to the web: everybody reads it, and nobody gets anything else by that."""

import pytest
from django.db import transaction

from chatsite.realtime.commit import commit
from rooms import services
from tests.verdicts.calls import Cell
from tests.verdicts.routes import _line
from tests.verdicts.table import PEOPLE
from tests.verdicts.test_routes import ROUTES, try_command, try_route
from tests.verdicts.world import digest

pytestmark = pytest.mark.django_db

OPEN = """
GET    room                    oo oo ooof oooo o
GET    room_at                 oo oo ooof oooo o
GET    messages                oo oo ooof oooo o
POST   messages                sf of offn oofo f
POST   room_read               sf of offn oofo f
POST   room_joining            sn on ooof oooo n
GET    room_settings           sn on ooon oooo n
POST   room_settings           sn fn fffn oooo n
GET    room_members            sn on ooon oooo n
GET    room_member             sn on ooon oooo n
GET    room_pins               sn on ooon oooo n
GET    room_threads            sn on ooon oooo n
GET    message_readers         sn on offn oofo n
GET    message_reactions       sf of offn oofo f
POST   message_reactions       sf of offn oofo f
GET    api_room                so oo ooon oooo o
PATCH  api_room                sn fn fffn oooo n
GET    api_room_members        sn on ooon oooo n
POST   api_room_members/self   sn on ooof oooo n
GET    api_room_messages       so oo ooon oooo o
POST   api_room_messages       sf of offn oofo f
GET    api_room_changes        so oo ooon oooo o
GET    api_message             so oo ooon oooo o
POST   api_message_reactions   sf of offn oofo f
SOCKET message.send            sf of offn oofo f
SOCKET reaction.add            sf of offn oofo f
SOCKET typing                  sf of offn oofo f
SOCKET read                    sf of offn oofo f
SOCKET sync                    so oo ooon oooo o
SOCKET history                 so oo ooon oooo o
SOCKET watch                   so oo ooon oooo o
SOCKET unwatch                 so oo ooon oooo o
"""
"""As the lines of `table.py`. What is not named here is for who belongs, as in a room that is not open."""


def rows() -> list[tuple]:
    return [tuple(line.split(maxsplit=2)) for line in OPEN.strip().splitlines()]


@pytest.fixture
def opened(world):
    """The public room, open to the web for one test."""
    room, before = world.rooms["public"], world.digest
    with transaction.atomic():
        commit(services.change_room, world.people["owner"], room, open_to_web=True)
        world.digest = digest()
        yield world
        transaction.set_rollback(True)
    world.digest = before
    room.refresh_from_db()


@pytest.mark.parametrize(("method", "name", "letters"), rows(), ids=lambda part: part if " " not in part else "")
def test_everybody_gets_the_verdict_of_an_open_room(opened, method, name, letters):
    line = _line(method, name, letters)
    (verdicts,) = line.verdicts.values()
    routes = [route for route in ROUTES if line.is_of(route.name)] if method != "SOCKET" else [None]
    assert routes, "This line is of no route."
    wrong = []
    for person in PEOPLE:
        cell = Cell(opened, line, person, "public")
        found = try_route(routes[0], cell, verdicts[person]) if routes[0] else try_command(cell, verdicts[person])
        if found:
            wrong.append(f"{person}: {found}")
    assert not wrong, "\n".join(wrong)
