"""What is found: words and parts, phrases, Chinese, filters, and nothing that only looks like it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatsite.realtime.commit import commit
from messaging import search
from messaging import services as messages
from messaging.models import Message
from messaging.search import query as queries
from messaging.search.finding import find
from messaging.search.text import is_cjk, words
from rooms import services
from tests.messaging.search.conftest import bodies, say, seen


@pytest.mark.parametrize(
    ("said", "box"),
    [
        ("The deployment failed", "deployment"),
        ("The deployment failed", "DEPLOY"),
        ("The deployment failed", "ploym failed"),
        ("The deployment failed", '"deployment failed"'),
        ("The deployment failed", "“The   deployment”"),
        ("Ein C Programm", "c"),
        ("Größe ist alles", "GRÖSSE"),
        ("断线重连之后没有丢消息", "重连"),
        ("断线重连之后没有丢消息", "断"),
        ("断线重连之后没有丢消息", "断线重连　消息"),
        ("用django写服务器", "django"),
        ("用django写服务器", "用django写"),
        ("これはテストです", "テスト"),
        ("안녕하세요 여러분", "하세"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("release v1.2.3 is out", "v1.2.3"),
        ("`rm -rf build` cleans", "rm -rf"),
        ("see https://example.org/some/path", "example.org/some"),
        ("**bold** and _slanted_", "bold slanted"),
        ("thanks @bob", "@bob"),
        ("done 👍", "👍"),
        ("∀ x, x → x", "∀"),
        ("invoice 20261129", "1129"),
    ],
)
def test_it_is_found(room, alice, said, box):
    say(alice, room, "something else entirely, 完全不同")
    say(alice, room, said)
    assert bodies(alice, box) == [said]


@pytest.mark.parametrize(
    ("said", "box"),
    [
        ("The deployment failed", "deployment worked"),
        ("The deployment failed", '"failed deployment"'),
        ("The deployment failed", "ep"),
        ("a cat and a dog", "ca"),
        ("断线重连", "重线"),
        ("断线和重连", "断线重连"),
        ("restart, then sting", "resting"),
        ("hello", "§r1"),
    ],
)
def test_it_is_not_found(room, alice, said, box):
    say(alice, room, said)
    assert bodies(alice, box) == []


TEXT = st.text(st.sampled_from("abcdeü  断线重连消息かな한국어 123 -.,'\"\\&|!()*:@§"), min_size=1, max_size=40).filter(
    str.strip
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, data=st.data())
def test_whatever_is_said_is_found_by_its_words(room, alice, text, data):
    posted = say(alice, room, text)
    for word in words(text)[:4]:
        least = 1 if is_cjk(word) else min(3, len(word))
        start = data.draw(st.integers(0, len(word) - least)) if len(word) > 2 or is_cjk(word) else 0
        part = word[start:] if len(word) > 2 or is_cjk(word) else word
        found = find(alice, queries.read(part if len(part) >= least else word), limit=100)
        assert posted.pk in seen(found.messages)


@pytest.mark.parametrize(
    "box",
    ['"', '""', "' OR 1=1 --", "a' | 'b", "NEAR(a b)", "a AND NOT b", "col:a", "a*", "^a", "-a", "a & b | !c", "<->", "a:*", "\\", "%", "_", "{a b}", "§r1 OR §r2"],
)  # fmt: skip
def test_operators_are_words_or_nothing(room, alice, box):
    say(alice, room, "alpha beta")
    with suppress(ValidationError):
        assert bodies(alice, box) == []


def test_the_newest_comes_first(room, alice):
    for number in range(5):
        say(alice, room, f"tea number {number}")
    assert bodies(alice, "tea") == [f"tea number {number}" for number in (4, 3, 2, 1, 0)]


def test_filters_narrow_it_down(room, private, alice, bob):
    say(alice, room, "tea at four")
    say(bob, room, "no tea")
    say(bob, private, "tea https://example.org")
    assert bodies(alice, "tea", room_id=room.pk) == ["no tea", "tea at four"]
    assert bodies(alice, "tea", author_id=bob.pk) == ["tea https://example.org", "no tea"]
    assert bodies(alice, "tea in:cellar") == ["tea https://example.org"]
    assert bodies(alice, "in:#Kitchen from:@bob") == ["no tea"]
    assert bodies(bob, "tea from:me in:kitchen") == ["no tea"]
    assert bodies(alice, "has:link") == ["tea https://example.org"]
    assert bodies(alice, "tea has:file") == []
    assert bodies(alice, "tea from:nobody-at-all") == []
    assert bodies(alice, "from:alice from:bob in:kitchen in:cellar tea") == [
        "tea https://example.org",
        "no tea",
        "tea at four",
    ]


def test_a_file_is_found_by_what_it_is(room, alice):
    row = say(alice, room, "look")
    file = {
        "id": 1,
        "name": "Plan.png",
        "size": 1,
        "content_type": "image/png",
        "width": 1,
        "height": 1,
        "thumbnail": False,
    }
    former = search.entry(row)
    row.attachments = [file]
    row.save()
    commit(search.rewrite, row, former)
    assert bodies(alice, "plan.png") == bodies(alice, "has:picture") == bodies(alice, "has:file look") == ["look"]


def test_time_is_a_half_open_span(room, alice):
    now = timezone.now()
    for days in (0, 1, 40, 600):
        moved(say(alice, room, f"tea {days} days ago"), now - timedelta(days=days))
    assert bodies(alice, "tea", after=now - timedelta(days=1)) == ["tea 1 days ago", "tea 0 days ago"]
    assert bodies(alice, "tea", before=now - timedelta(days=1)) == ["tea 600 days ago", "tea 40 days ago"]
    assert bodies(alice, "", after=now - timedelta(days=50), before=now - timedelta(days=2)) == ["tea 40 days ago"]
    assert bodies(alice, "tea", after=now, before=now - timedelta(days=900)) == []
    day = timezone.localtime(now - timedelta(days=40)).date()
    assert bodies(alice, f"tea after:{day} before:{day + timedelta(days=1)}") == ["tea 40 days ago"]


def moved(row: Message, at) -> None:
    search.forget(row)
    row.created_at = at
    row.save(update_fields=["created_at"])
    search.add([row])


@pytest.mark.parametrize(
    "box",
    ["", "   ", "?!... ,,", "　　", "a\0b", "x" * 201, "中" * 10_000, " ".join("abcdefghijklm"), "has:nothing", "before:soon", "after:2026-13-40", "in:nowhere tea"],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_said_in_a_sentence(room, alice, box):
    with pytest.raises(ValidationError) as refused:
        find(alice, queries.read(box))
    assert len(refused.value.message_dict["q"][0]) > 10


def test_a_room_that_one_does_not_see_is_as_one_that_is_not_there(private, alice, dan):
    with pytest.raises(ValidationError) as foreign:
        find(dan, queries.read("in:cellar tea"))
    with pytest.raises(ValidationError) as unknown:
        find(dan, queries.read("in:other tea"))
    assert foreign.value.messages[0].replace("cellar", "other") == unknown.value.messages[0]


def test_a_room_is_called_by_its_name_in_any_case(place, alice, bob):
    kitchen = commit(services.create_room, alice, place, name="Küche")
    say(alice, kitchen, "tea")
    direct, _new = commit(services.open_direct, alice, [bob.pk])
    say(alice, direct, "tea for two")
    assert bodies(alice, "in:KÜCHE") == ["tea"]
    with pytest.raises(ValidationError):
        find(alice, queries.read('tea in:""'))


def test_system_messages_are_not_found(room, alice):
    commit(services.change_room, alice, room, topic="Cake")
    assert bodies(alice, "cake") == []


def test_a_title_is_found_and_a_changed_one_by_its_new_words(room, alice):
    row = say(alice, room, "root", title="Umbau")
    assert bodies(alice, "umbau") == ["root"]
    commit(messages.edit_message, alice, row.pk, body="root", edited_at=None, title="Neubau")
    assert bodies(alice, "umbau") == []
    assert bodies(alice, "neubau") == ["root"]
