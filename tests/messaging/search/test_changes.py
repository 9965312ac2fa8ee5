"""A search knows what was said a moment ago, and nothing that is gone."""

import json
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from chatsite.realtime.commit import commit
from messaging import search
from messaging import services as messages
from messaging.models import Message
from messaging.search import backfill, lookup
from messaging.search.query import read
from tests.messaging.importing.world import bring_in, conversation
from tests.messaging.search.conftest import bodies, say


def entries() -> int:
    """What the index holds."""
    table = "messaging_searchentry" if connection.vendor == "postgresql" else "messaging_searchtext_docsize"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def candidates(box: str) -> list[int]:
    """What the index alone says."""
    rooms = list(Message.objects.values_list("room", flat=True).distinct())
    asked = [[token] for term in read(box).terms for token in term.tokens]
    return [pk for ids in lookup.candidates(asked, [lookup.Ground(rooms)], below=None) for pk in ids]


def test_an_edited_message_is_found_by_its_new_words_alone(room, alice):
    row = say(alice, room, "strawberry 草莓")
    commit(messages.edit_message, alice, row.pk, body="raspberry 覆盆子", edited_at=None)
    assert bodies(alice, "raspberry") == bodies(alice, "覆盆") == ["raspberry 覆盆子"]
    assert bodies(alice, "strawberry") == bodies(alice, "草莓") == []
    assert candidates("strawberry") == candidates("草莓") == [], "Not even the index remembers."


def test_a_deleted_message_is_gone_from_the_index_too(room, alice, bob):
    row, other = say(alice, room, "strawberry"), say(bob, room, "strawberry too")
    commit(messages.delete_message, alice, row.pk)
    assert bodies(alice, "strawberry") == ["strawberry too"]
    assert candidates("strawberry") == [other.pk]
    assert entries() == 1


def test_an_edit_that_changes_nothing_to_find_is_no_new_entry(room, alice):
    row = say(alice, room, "strawberry jam")
    commit(messages.edit_message, alice, row.pk, body="**Strawberry** jam!", edited_at=None)
    assert bodies(alice, "strawberry") == ["**Strawberry** jam!"]
    assert entries() == 1


def test_what_was_rolled_back_is_not_found(room, alice):
    with transaction.atomic():
        say(alice, room, "strawberry")
        transaction.set_rollback(True)
    assert candidates("strawberry") == []


def test_a_row_that_changed_behind_the_index_is_not_found_by_what_it_was(room, alice):
    row = say(alice, room, "strawberry")
    Message.objects.filter(pk=row.pk).update(body="raspberry")
    assert candidates("strawberry") == [row.pk]
    assert bodies(alice, "strawberry") == []
    Message.objects.filter(pk=row.pk).delete()
    assert bodies(alice, "strawberry") == []


def test_a_batch_is_two_statements(room, alice, django_assert_num_queries):
    rows = [say(alice, room, f"tea {number}") for number in range(20)]
    for row in rows:
        search.forget(row)
    with django_assert_num_queries(2):
        search.add(rows)
    assert len(bodies(alice, "tea")) == 20


def test_older_messages_are_indexed_by_the_command_which_can_be_stopped(room, alice, monkeypatch):
    rows = [say(alice, room, f"tea number {number}") for number in range(7)]
    gone = say(alice, room, "tea that is gone")
    commit(messages.delete_message, alice, gone.pk)
    for row in rows[:5]:
        search.forget(row)
    assert backfill.missing() == 5
    monkeypatch.setattr(backfill, "BATCH", 2)
    assert commit(backfill.index_missing) == rows[3].pk
    assert bodies(alice, "tea") == [f"tea number {number}" for number in (6, 5, 4, 3)]
    out = StringIO()
    call_command("index_messages", verbosity=0, stdout=out)
    assert out.getvalue().startswith("3 messages")
    assert len(bodies(alice, "tea")) == 7
    assert backfill.missing() == 0


def test_the_index_can_be_made_anew(room, alice):
    say(alice, room, "tea")
    call_command("index_messages", "--anew", verbosity=0, stdout=StringIO())
    assert bodies(alice, "tea") == ["tea"]
    assert entries() == 1


def test_imported_messages_are_found_in_their_order(place, alice, tmp_path):
    file = tmp_path / "chat.jsonl"
    file.write_text("\n".join(map(json.dumps, conversation(120))))
    bring_in(file)
    found = [int(body.split()[1]) for body in bodies(alice, "message", limit=100)]
    assert found == sorted(found, reverse=True) and found[0] == 119 and len(found) == 100
    assert bodies(alice, '"message 77"') == ["Message 77"]
    assert bodies(alice, "数学") != []
