"""Queries that are compiled once: they answer as the ORM does, for whatever values, and what could not be compiled is refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User
from chatsite.compiled import Compiled
from chatsite.cursors import pipelined, prepared_cursor
from tests.cast import person

pytestmark = pytest.mark.django_db


def test_objects_come_with_what_is_selected_along():
    alice, bob = person("alice", display_name="Alice %s 'A'"), person("bob")
    expires_at = timezone.now() + timedelta(days=1)
    for user in (alice, bob):
        Session.objects.create(sid=user.username, user=user, stamp="x", expires_at=expires_at)
    ask = Compiled(lambda sid: Session.objects.select_related("user").filter(sid=sid), strings=(0,))
    for user in (alice, bob, alice):
        with CaptureQueriesContext(connection) as captured:
            found = ask.first(user.username)
            assert (found.user, found.user.display_name, found.expires_at) == (user, user.display_name, expires_at)
        assert len(captured) == 1
    assert ask.first("charlie") is None


def test_values_stand_where_they_belong_and_constants_stay():
    alice, bob = person("alice", is_bot=True), person("bob", display_name="100 % 'B'")
    rows = Compiled(
        lambda first, last: (
            User.objects.filter(
                Q(is_bot=True) | Q(display_name="100 % 'B'"),
                pk__gte=first,
                pk__lte=last,
            )
            .order_by("pk")
            .values_list("pk", "is_bot")
        )
    )
    assert rows(alice.pk, bob.pk) == [(alice.pk, True), (bob.pk, False)]
    assert rows(bob.pk, bob.pk) == [(bob.pk, False)]
    assert rows(bob.pk, alice.pk) == []


def test_a_flat_list_holds_the_values_themselves():
    alice, bob = person("alice"), person("bob")
    names = Compiled(lambda first: User.objects.filter(pk__gte=first).order_by("pk").values_list("username", flat=True))
    assert names(alice.pk) == ["alice", "bob"]
    assert (names.first(bob.pk), names.first(bob.pk + 1)) == ("bob", None)


def test_what_the_sql_depends_on_is_a_shape():
    people = [person(name) for name in ("alice", "bob", "dan")]
    rows = Compiled(lambda *pks, limit: User.objects.filter(pk__in=pks).order_by("pk").values_list("pk")[:limit])
    assert rows(people[2].pk, people[0].pk, limit=2) == [(people[0].pk,), (people[2].pk,)]
    assert rows(*(one.pk for one in people), limit=1) == [(people[0].pk,)]


def test_a_moment_of_compiling_is_no_constant():
    ask = Compiled(lambda user: Session.objects.filter(user=user, expires_at__gt=timezone.now()))
    if connection.vendor == "postgresql":
        with pytest.raises(TypeError, match="number or a text"):
            ask(1)
    else:  # it reaches the database as text
        assert ask(1) == []


def test_a_value_that_does_not_reach_the_database_is_refused():
    with pytest.raises(ValueError, match=r"\[1\] did not"):
        Compiled(lambda user, more: User.objects.filter(pk=user).annotate(n=Value(more + 1)))(1, 2)


def test_a_lock_is_compiled_and_its_row_is_as_the_orm_has_it():
    alice = person("alice")
    ask = Compiled(lambda pk: User.objects.select_for_update(no_key=True).filter(pk=pk))
    with transaction.atomic():
        assert ask.first(alice.pk) == alice
    assert ask.first(alice.pk + 1) is None


def test_statements_of_a_pipeline_answer_each_its_own():
    alice, bob = person("alice"), person("bob")
    with prepared_cursor() as first, prepared_cursor() as second, connection.cursor() as third, pipelined():
        first.execute("SELECT username FROM accounts_user WHERE id = %s", [alice.pk])
        second.execute("SELECT username FROM accounts_user WHERE id = %s", [bob.pk])
        third.execute("UPDATE accounts_user SET display_name = %s WHERE id = %s", ["Bob", bob.pk])
        assert (first.fetchall(), second.fetchall()) == ([("alice",)], [("bob",)])
    assert User.objects.get(pk=bob.pk).display_name == "Bob"


def test_what_fails_in_a_pipeline_is_raised_as_django_has_it():
    alice = person("alice")
    with pytest.raises(IntegrityError), transaction.atomic(), pipelined(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET username = NULL WHERE id = %s", [alice.pk])
    alice.refresh_from_db()
    assert alice.username == "alice"
    assert User.objects.count() == 1  # and the connection goes on


def test_only_what_asks_for_it_is_prepared():
    """Else every statement of a connection would be, once one was: batches of each size, and what is asked once."""
    if connection.vendor != "postgresql":
        return
    alice = person("alice")
    with prepared_cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user WHERE id = %s", [alice.pk])
        cursor.executemany("UPDATE accounts_user SET user_seq = %s WHERE id = %s", [[1, alice.pk], [70_000, alice.pk]])
    for _time in range(3):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 2 FROM accounts_user WHERE id = %s", [alice.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE NOT from_sql")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert len([one for one in kept if one.startswith("SELECT 1 FROM")]) == 1
    assert len([one for one in kept if one.startswith("UPDATE accounts_user SET user_seq")]) == 1
    assert not [one for one in kept if one.startswith("SELECT 2 FROM")]
