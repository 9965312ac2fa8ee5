"""Messages out of their rooms: of any rooms and in any order, each as it looks alone."""

from collections.abc import Sequence

from accounts.models import User
from messaging import pages, viewing, wire
from messaging.memory import Known
from messaging.models import Message
from messaging.templatetags.talk import shortly


def gathered(rows: Sequence[Message], user: User, *, blocked: frozenset[int] = frozenset()) -> list[pages.Entry]:
    """`rows` (read with their authors) for `user`, in their order, those of `blocked` people folded; one more query for what they quote."""
    quotes = _quotes(rows, user)
    found = []
    for row in rows:
        entry = viewing.entry(Known(wire.message(row)))
        is_folded = row.author_id in blocked and not row.is_deleted
        entry.mark = pages.Mark(
            classes="blocked" if is_folded else "",
            is_folded=is_folded,
            time=shortly(entry.at),
            quote=quotes.get(row.reply_to_id or 0),
            pressed=frozenset(one["emoji"] for one in entry.message["reactions"] if user.pk in one["users"]),
        )
        found.append(entry)
    return found


def _quotes(rows: Sequence[Message], user: User) -> dict[int, dict[str, str]]:
    answered = {row.reply_to_id for row in rows if row.reply_to_id}
    if not answered:
        return {}
    quoted = Message.objects.wire().visible_to(user).filter(pk__in=answered)
    return {row.pk: pages.excerpt(wire.message(row)) for row in quoted}
