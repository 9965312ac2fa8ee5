"""What a message is indexed by: whatever somebody may ask of its text has its tokens in it."""

import itertools
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messaging.models import Message
from messaging.search import tokens
from messaging.search.query import Term
from messaging.search.text import fold, folded_at_once, is_cjk, is_short, words

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("aBcüßЖжאبहिन्दี 　天气很好断线重连カタかなガ한국어①ﬁＡ１→∀👍🏽\u200d\ufe0f_-.,:/*`#\n"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    max_size=80,
)  # fmt: skip


def message(body: str = "", **columns) -> Message:
    given = {"room_id": 7, "author_id": 3, "created_at": NOW, "attachments": [], "thread_title": "", "html": ""}
    return Message(pk=1, body=body, **(given | columns))


def indexed(body: str = "", **columns) -> set[str]:
    return set(tokens.of_message(message(body, **columns)))


def holds(row: Message, *asked: str) -> bool:
    """Whether a search for these words would find `row`: by the index, and by its text."""
    term = Term(asked)
    return set(term.tokens) <= set(tokens.of_message(row)) and term.needle in tokens.readable(row)


@given(TEXTS)
@example("Straße")
@example("\u0345a\u0345")
@example("か\u3099き")
def test_a_message_is_found_by_every_word_of_it(text):
    row = message(text)
    for word in words(text):
        assert holds(row, word)
        assert holds(row, *words(word))


@given(TEXTS, st.data())
def test_a_message_is_found_by_parts_of_its_words_and_pairs_of_its_characters(text, data):
    row = message(text)
    for word in words(text):
        least = 1 if is_cjk(word) else 3
        if len(word) >= least:
            start = data.draw(st.integers(0, len(word) - least))
            part = word[start : data.draw(st.integers(start + least, len(word)))]
            assert holds(row, *words(part))


@given(TEXTS)
def test_neighbours_are_a_phrase(text):
    row, found = message(text), words(text)
    for first, second in itertools.pairwise(found):
        assert holds(row, first, second)


@given(TEXTS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(TEXTS, st.data())
@example("abc\u01f0", None)
def test_a_word_that_stands_in_the_folded_text_stands_in_its_words(text, data):
    """So a text need not be cut into words to see that a word is a part of it."""
    folded = folded_at_once(text)
    if folded is None:
        return
    assert folded == fold(text)
    for word in words(text):
        start = data.draw(st.integers(0, len(word) - 1)) if data else 0
        assert word[start:] in folded
    if not data:
        assert "abcj" not in folded
    elif part := words(folded[data.draw(st.integers(0, len(folded))) :][:4]):
        assert (part[0] in folded) == (part[0] in tokens.readable(message(text)))


@given(TEXTS)
def test_no_text_passes_for_a_mark_or_breaks_a_token(text):
    marks = set(tokens.marks(message(text)))
    found = tokens.of_message(message(text))
    assert {token for token in found if token.startswith(tokens.MARK)} == marks
    assert len(found) == len(set(found))
    assert all(token and not set(token) & set(" \"'\\") for token in found)


def test_the_forms_of_a_word_are_one():
    assert words("Ｈｅｌｌｏ HELLO hello") == ["hello"] * 3
    assert words("Straße STRASSE") == ["strasse"] * 2
    assert words("ｶﾀｶﾅ") == ["カタカナ"]
    assert words("exam\u00adple") == ["example"]


def test_scripts_are_cut_where_they_meet():
    assert words("用django写、很快") == ["用", "django", "写", "很快"]
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("**bold**, `code_here()` → 👍🏽") == ["bold", "code", "here", "→", "👍", "🏽"]


def test_titles_and_names_of_files_count_as_text():
    file = {"id": 1, "name": "Grundriss.pdf", "content_type": "application/pdf"}
    row = message("", thread_title="Umbau", attachments=[file])
    assert holds(row, "umbau")
    assert holds(row, "grundriss", "pdf")
    assert not holds(row, "umbau", "grundriss"), "A phrase does not run from one into the next."


def test_marks_say_where_who_when_and_what_hangs_on_it():
    picture = {"id": 1, "name": "a.png", "content_type": "image/png"}
    found = indexed("x", html='<p><a href="https://example.org">x</a></p>', attachments=[picture])
    assert {"§r7", "§u3", "§file", "§picture", "§link"} <= found
    assert not {"§file", "§picture", "§link"} & indexed("x")
    assert len([token for token in found if re.fullmatch("§[def]\\d+", token)]) == 3


@given(st.integers(0, 40_000), st.integers(0, 3_000))
def test_a_span_of_days_is_covered_and_nothing_beside_it(first, length):
    last = first + length
    marks = list(tokens.between(first, last))
    assert len(marks) <= 2 * (31 + 15) + 8
    for day in {first, last, (first + last) // 2}:
        assert len(set(marks) & set(_days(day))) == 1
    for day in (first - 1, last + 1):
        assert day < 0 or not set(marks) & set(_days(day))


def _days(day: int) -> list[str]:
    return [
        token
        for token in tokens.marks(message(created_at=datetime.fromtimestamp(day * 86400 + 5, UTC)))
        if re.fullmatch("§[def]\\d+", token)
    ]


def test_a_long_message_is_whole_and_a_longer_one_is_bounded():
    chinese = "".join(chr(0x4E00 + number * 7 % 9973) for number in range(9_980))
    assert holds(message(chinese + " lastword 最后"), "lastword")
    assert holds(message(chinese + " lastword 最后"), "最后")
    long = "".join(chr(0x4E00 + number % 20_000) for number in range(60_000))
    assert len(indexed(long)) <= tokens.MAX_TOKENS + 10


@pytest.mark.parametrize(("word", "short"), [("a", True), ("is", True), ("the", False), ("天", False), ("한국", False)])
def test_one_and_two_letters_are_whole_words(word, short):
    assert is_short(word) == short


def test_little_is_asked_for_however_long_the_word():
    asked = tokens.asked("supercalifragilisticexpialidocious")
    assert len(asked) == tokens.MOST_OF_A_WORD
    assert asked[0] == "supe" and asked[-1] == "ious"
    assert tokens.asked("the") == ["the"] and tokens.asked("them") == ["them"]


def test_what_only_has_the_parts_is_not_even_asked_about():
    """The parts of a word in other words, the words of a phrase apart."""
    for said, asked in (
        ("restart, then sting", "resting"),
        ("failed deploy, deployment has failed", "deployment failed"),
        ("断和线", "断线"),
    ):
        assert not set(Term(tuple(words(asked))).tokens) <= indexed(said), asked


@given(st.lists(st.text("abé断", min_size=1, max_size=5), min_size=2, max_size=5), st.data())
def test_a_phrase_may_begin_and_end_within_a_word(said, data):
    found = words(" ".join(said))
    first = data.draw(st.integers(0, max(0, len(found[0]) - (1 if is_cjk(found[0]) else 3))))
    last = data.draw(st.integers(min(len(found[-1]), 1 if is_cjk(found[-1]) else 3), len(found[-1])))
    if len(found) > 1:
        assert holds(message(" ".join(said)), found[0][first:], *found[1:-1], found[-1][:last])
