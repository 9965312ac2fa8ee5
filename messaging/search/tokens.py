"""What of a message is indexed: its tokens, the same for both databases.

A word of an alphabet is indexed by its runs of three and of four letters, so that its parts are found; one of up to three letters as
itself. Chinese, Japanese and Korean by single characters and bigrams. Where two words meet, their ends are a token, by which phrases are
found. Beside the words stand marks: where, by whom, when, and what hangs on it; they begin with MARK, which no word holds, so no text can
pass for one.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise

from messaging.models import Message
from messaging.search.text import flat, is_cjk, is_short, words

MARK = "§"
JOINT = "¦"
"""Between the ends of two words; no word holds it either."""
SIZES = (3, 4)
"""Letters of the runs by which parts of words are found. By three alone, each message with `restart` and `sting` is read for `resting`,
and where words are rare most is read in vain."""
MAX_CHARS = 20_000
"""Beyond it a text (an imported one) is not read any further."""
MAX_TOKENS = 25_000
"""Of one message: more than any text of 10,000 characters has."""
MOST_OF_A_WORD = 6
"""Runs by which a long word is asked for. The row that is found is read anyway, and says whether it holds the word."""
HAS = ("file", "link", "picture")
DAY_BITS = (0, 5, 9)
"""A moment is marked by its day, its 32 days and its 512 days, so that any range is a few marks."""


def of_message(message: Message) -> list[str]:
    """The tokens of `message`, each once."""
    found = dict.fromkeys(marks(message))
    room = len(found) + MAX_TOKENS
    for part in parts(message):
        found |= dict.fromkeys(of_text(part))
    return list(found)[:room]


def of_text(text: str) -> list[str]:
    """What a text is indexed by."""
    found = words(text[:MAX_CHARS])
    return [*chain.from_iterable(map(of_word, dict.fromkeys(found))), *joints(found)]


def parts(message: Message) -> list[str]:
    """The texts of `message`: title, names of its files, body."""
    return [message.thread_title, *(one["name"] for one in message.attachments), message.body]


def readable(message: Message) -> str:
    """All texts of `message`, as `flat` has them; none runs into the next."""
    return "\n".join(flat(part) for part in parts(message))


@functools.lru_cache(4096)
def of_word(word: str) -> tuple[str, ...]:
    """What a word is indexed by. Most of what is said is said in few words."""
    if is_cjk(word):
        return (*word, *runs(word, 2))
    return tuple(run for size in SIZES for run in runs(word, size)) if len(word) >= SIZES[0] else (word,)


def runs(word: str, size: int) -> list[str]:
    """The runs of `size` characters in `word`; none of a shorter one."""
    return [word[at : at + size] for at in range(len(word) - size + 1)]


def joints(words: Sequence[str]) -> list[str]:
    """Where each of `words` meets the next: as much of their ends as a phrase knows, which may begin and end within a word."""
    return [
        f"{one[-1:] if is_cjk(one) else one[-3:]}{JOINT}{other[:1] if is_cjk(other) else other[:3]}"
        for one, other in pairwise(words)
    ]


def asked(word: str) -> list[str]:
    """What a word of a query is asked for by: each is a token of every message that holds the word."""
    if is_cjk(word):
        return spread(runs(word, 2)) if len(word) > 1 else [word]
    return [word] if is_short(word) else spread(runs(word, min(len(word), SIZES[-1])))


def spread(tokens: list[str]) -> list[str]:
    """MOST_OF_A_WORD of `tokens` at most, from its beginning to its end."""
    last = len(tokens) - 1
    if last < MOST_OF_A_WORD:
        return tokens
    return [tokens[last * step // (MOST_OF_A_WORD - 1)] for step in range(MOST_OF_A_WORD)]


# --- Marks ---------------------------------------------------------------------------------------------------------


def marks(message: Message) -> Iterator[str]:
    yield in_room(message.room_id)
    yield by_author(message.author_id)
    yield from (has(what) for what in flags(message))
    yield from of_days(message.created_at)


def in_room(room: int) -> str:
    return f"{MARK}r{room}"


def by_author(author: int) -> str:
    return f"{MARK}u{author}"


def has(what: str) -> str:
    return f"{MARK}{what}"


def flags(message: Message) -> set[str]:
    """What hangs on `message`, of HAS."""
    found = set()
    if message.attachments:
        found.add("file")
    if any(one["content_type"].startswith("image/") for one in message.attachments):
        found.add("picture")
    if '<a href="http' in message.html:
        found.add("link")
    return found


def of_days(moment: datetime) -> list[str]:
    """The marks of a moment's day, 32 days and 512 days."""
    return [_days(level, day_of(moment) >> bits) for level, bits in enumerate(DAY_BITS)]


def day_of(moment: datetime) -> int:
    """The number of a moment's day (UTC) since 1970."""
    return max(0, int(moment.timestamp() // 86400))


def between(first: int, last: int) -> Iterable[str]:
    """Marks that cover the days from `first` to `last`, both included, in as few as can be."""
    while first <= last:
        level = max(
            level
            for level, bits in enumerate(DAY_BITS)
            if first % (1 << bits) == 0 and (level == 0 or first + (1 << bits) - 1 <= last)
        )
        yield _days(level, first >> DAY_BITS[level])
        first += 1 << DAY_BITS[level]


def _days(level: int, number: int) -> str:
    return f"{MARK}{'def'[level]}{number}"
