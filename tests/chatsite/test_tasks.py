"""Background work: rows of the transaction that asks, done at least once, by one at a time."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.functions import Now
from django.tasks import task
from django.tasks.exceptions import InvalidTask
from django.test import Client
from django.utils import timezone

from chatsite.realtime.commit import commit
from chatsite.tasks import schedule, table, work
from chatsite.tasks.models import PendingTask
from tests.background import run_tasks, waiting
from tests.chatsite import tasks_to_try as try_it
from tests.chatsite.tasks_to_try import Broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_done(monkeypatch):
    """Nor is anything scheduled but what the test says."""
    try_it.done.clear()
    monkeypatch.setattr(schedule, "_every", {})


def only() -> PendingTask:
    return PendingTask.objects.get()


def late(**more) -> None:
    """Let time pass: what waits for a moment, or for a lease, waits no more."""
    PendingTask.objects.update(**{"run_after": Now(), **more})


# --- enqueueing ---


def test_a_task_is_done_later_and_then_its_row_is_gone():
    result = try_it.note.enqueue("hello")
    assert try_it.done == [] and str(only().pk) == result.id
    assert run_tasks() == [try_it.note.module_path]
    assert try_it.done == ["hello"] and not PendingTask.objects.exists()


def test_what_is_rolled_back_leaves_nothing():
    with transaction.atomic():
        try_it.note.enqueue("hello")
        transaction.set_rollback(True)
    assert waiting() == []


def test_enqueueing_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        try_it.note.enqueue("hello")


@pytest.mark.parametrize("word", [object(), {1, 2}])
def test_arguments_that_are_no_json_are_refused_at_once(word):
    with pytest.raises(TypeError):
        try_it.note.enqueue(word)
    assert waiting() == []


def test_a_task_that_wants_its_context_is_refused():
    with pytest.raises(InvalidTask):
        task(takes_context=True)(try_it.note.func)


def test_the_urgent_comes_first_then_the_older():
    for word in ("first", "second"):
        try_it.note.enqueue(word)
    try_it.urgent.enqueue("urgent")
    run_tasks()
    assert try_it.done == ["urgent", "first", "second"]


def test_what_is_put_off_waits_for_its_moment():
    try_it.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert run_tasks() == []
    assert run_tasks(late=True) == [try_it.note.module_path]


# --- leases ---


def test_what_somebody_is_at_is_nobody_elses_until_their_lease_is_over():
    try_it.note.enqueue("hello")
    first = table.claim()
    assert table.claim() is None
    late(leased_until=Now())
    second = table.claim()
    assert (first.pk, first.attempts, second.attempts) == (second.pk, 1, 2)


def test_whoever_is_heard_of_keeps_their_lease():
    try_it.note.enqueue("hello")
    row = table.claim()
    late(leased_until=Now())
    commit(table.renew, [row])
    assert table.claim() is None


def test_one_who_took_too_long_cannot_fail_it_for_the_next():
    try_it.note.enqueue("hello")
    first = table.claim()
    late(leased_until=Now())
    second = table.claim()
    assert commit(table.fail, first, Broken("late")) is False
    assert only().leased_until is not None and only().last_error == ""
    commit(table.renew, [first])
    work.perform(second)
    assert try_it.done == ["hello"] and not PendingTask.objects.exists()


def test_one_that_kills_whoever_is_at_it_is_given_up():
    try_it.note.enqueue("hello")
    for _attempt in range(table.ATTEMPTS):
        assert table.claim()
        late(leased_until=Now())
    work.perform(table.claim())
    assert only().failed_at and "killed 8 times" in only().last_error and try_it.done == []


# --- failures ---


def test_a_failure_is_tried_again_after_a_pause_that_grows():
    try_it.fail.enqueue("no")
    pauses = []
    for _attempt in range(table.ATTEMPTS - 1):
        late()
        work.perform(table.claim())
        pauses.append((only().run_after - timezone.now()).total_seconds())
        assert table.claim() is None
    assert pauses == sorted(pauses) and 1 < pauses[0] < 3 and 2000 < pauses[-1] < 4400


def test_after_the_last_attempt_it_stays_with_its_error_and_one_line_in_the_log(caplog):
    try_it.fail.enqueue("no")
    for _attempt in range(table.ATTEMPTS):
        late()
        work.perform(table.claim())
    late()
    assert table.claim() is None and try_it.done == ["tried"] * table.ATTEMPTS
    assert only().failed_at and only().last_error == "Broken: no"
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == ["task given up"]


def test_the_error_is_kept_without_secrets_and_rows():
    said = table.sentence(Broken("smtp://user:secret@host refused\nDETAIL: Key (email)=(bob@example.org) exists"))
    assert said == "Broken: smtp://host refused"
    assert len(table.sentence(Broken("x" * 10_000))) == 300


def test_a_task_of_another_version_waits_and_breaks_nothing():
    PendingTask.objects.create(path="messaging.tasks.of_next_year")
    work.perform(table.claim())
    assert only().failed_at is None and only().attempts == 1 and "ImportError" in only().last_error


def test_what_is_no_task_is_not_called():
    PendingTask.objects.create(path="os.getcwd")
    work.perform(table.claim())
    assert "is not a task" in only().last_error


# --- again and again ---


def test_what_comes_again_has_one_row_that_stays():
    try_it.schedule_pulse()
    for _time in range(2):
        commit(schedule.ensure)
    work.perform(table.claim())
    assert try_it.done == ["pulse"] and only().every == 1 and only().run_after > timezone.now()
    schedule.every(60, try_it.pulse)
    commit(schedule.ensure)
    assert only().every == 60


def test_what_comes_again_is_never_given_up_for_good():
    schedule.every(60, try_it.fail)
    commit(schedule.ensure)
    for _attempt in range(table.ATTEMPTS):
        late()
        work.perform(table.claim())
    assert only().failed_at is None and only().attempts == 0 and only().run_after > timezone.now()


def test_what_is_wanted_no_more_goes():
    PendingTask.objects.create(path="messaging.tasks.of_last_year", every=60)
    work.perform(table.claim())
    assert not PendingTask.objects.exists()


def test_the_apps_own_are_found(monkeypatch):
    monkeypatch.undo()
    schedule.discover()
    assert schedule.is_said("messaging.notices.tasks.mail_missed")


# --- looking at it ---


def test_figures_say_what_waits_and_how_long(place_set_up):
    try_it.note.enqueue("hello")
    PendingTask.objects.update(run_after=Now() - timedelta(minutes=5))
    PendingTask.objects.create(path="x", failed_at=Now())
    count, age, failed = table.measure()
    assert (count, failed) == (1, 1) and 299 < age < 310


@pytest.mark.parametrize("is_superuser", [True, False])
def test_superusers_run_again_what_was_given_up(place_set_up, is_superuser):
    from tests.cast import PASSWORD

    user = get_user_model().objects.create_user(
        "root", "root@example.org", PASSWORD, is_staff=True, is_superuser=is_superuser
    )
    row = PendingTask.objects.create(path=try_it.note.module_path, args=["again"], failed_at=Now(), attempts=8)
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    page = client.get("/admin/tasks/pendingtask/").content.decode()
    assert (try_it.note.module_path in page) == is_superuser
    client.post("/admin/tasks/pendingtask/", {"action": "run_again", "_selected_action": [row.pk]})
    run_tasks()
    assert try_it.done == (["again"] if is_superuser else [])
    gone = PendingTask.objects.create(path="x", failed_at=Now())
    client.post("/admin/tasks/pendingtask/", {"action": "drop", "_selected_action": [gone.pk]})
    assert PendingTask.objects.filter(pk=gone.pk).exists() != is_superuser
