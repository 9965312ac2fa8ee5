"""Rooms that one follows without being a member."""

from typing import Any

from tests.reliability import frames
from tests.reliability.book import Book
from tests.reliability.connection import Connection
from tests.reliability.record import stated


async def watch(book: Book, connection: Connection, room: int) -> None:
    """Follow a room that one is not in; or, where that is so already, do not any more. Raises Refused, Lost.

    What the answer says holds from the next frame on.
    """
    held = book.rooms.get(room)
    if held and not held.is_watched:
        return

    def begun(answer: Any) -> None:
        told = frames.anything(answer)["room"]
        book.client.log.write("watched", conn=connection.number, room=stated(told))
        if room not in book.rooms and told["joined_event_seq"] is None:
            book.begin(connection, told)

    def ended(_answer: Any) -> None:
        book.client.log.write("unwatched", conn=connection.number, room=room)
        if room in book.rooms and book.rooms[room].is_watched:
            del book.rooms[room]

    if held:
        await book.client.command(connection, "unwatch", at_ack=ended, room=room)
    else:
        await book.client.command(connection, "watch", at_ack=begun, room=room)
