"""What follows from what several processes say of who is here; the time is the test's."""

from chatsite.realtime.statuses import GRACE_SECONDS, SILENT_SECONDS, Statuses

ALICE, BOB = 1, 2


def said(statuses: Statuses, process: str, at: float = 0.0, *, whole: bool = False, counts=None, **users: str) -> None:
    ids = {"alice": ALICE, "bob": BOB}
    statuses.say(process, {ids[name]: status for name, status in users.items()}, counts or {}, at, whole=whole)


def test_the_best_of_what_is_said_holds():
    statuses = Statuses()
    said(statuses, "a", alice="away", bob="online")
    said(statuses, "b", alice="online", bob="dnd")
    assert statuses.settle(0) == {ALICE: "online", BOB: "dnd"}
    said(statuses, "b", alice="offline", bob="offline")
    assert statuses.settle(0) == {ALICE: "away", BOB: "online"}


def test_what_is_said_again_changes_nothing():
    statuses = Statuses()
    said(statuses, "a", alice="online")
    assert statuses.settle(0) == {ALICE: "online"}
    said(statuses, "a", alice="online")
    assert statuses.settle(1) == {}


def test_who_comes_back_in_time_was_not_offline():
    statuses = Statuses()
    said(statuses, "a", alice="online")
    statuses.settle(0)
    said(statuses, "a", alice="offline")
    assert statuses.settle(1) == {} and statuses.waits and statuses.shown == {ALICE: "online"}
    said(statuses, "b", alice="online")
    assert statuses.settle(2) == {} and not statuses.waits
    assert statuses.settle(1 + GRACE_SECONDS) == {}


def test_who_stays_away_is_offline_after_the_grace():
    statuses = Statuses()
    said(statuses, "a", alice="online")
    statuses.settle(0)
    said(statuses, "a", alice="offline")
    statuses.settle(1)
    assert statuses.settle(1 + GRACE_SECONDS) == {ALICE: "offline"}
    assert statuses.shown == {} and not statuses.waits


def test_a_whole_one_forgets_whom_it_does_not_name():
    statuses = Statuses()
    said(statuses, "a", alice="online", bob="online")
    statuses.settle(0)
    said(statuses, "a", whole=True, bob="away")
    assert statuses.settle(0) == {BOB: "away"}
    assert statuses.settle(GRACE_SECONDS) == {ALICE: "offline"}


def test_a_process_that_fell_silent_is_forgotten():
    statuses = Statuses()
    said(statuses, "me", at=0, bob="online")
    said(statuses, "killed", at=0, alice="online")
    statuses.settle(0)
    statuses.forget_silent(SILENT_SECONDS - 1, "me")
    assert statuses.knows("killed")
    statuses.forget_silent(SILENT_SECONDS, "me")
    assert not statuses.knows("killed") and statuses.knows("me")
    statuses.settle(SILENT_SECONDS)
    assert statuses.settle(SILENT_SECONDS + GRACE_SECONDS) == {ALICE: "offline"}


def test_a_status_that_a_newer_process_made_up_is_none():
    statuses = Statuses()
    said(statuses, "new", alice="dancing", bob="online")
    assert statuses.settle(0) == {BOB: "online"}


def test_somebody_with_two_processes_is_counted_once():
    statuses = Statuses()
    said(statuses, "a", alice="online", counts={7: 1})
    said(statuses, "b", alice="online", bob="online")
    assert statuses.counted_before("b") == {ALICE} and statuses.counted_before("a") == set()
    said(statuses, "b", counts={7: 1})
    assert statuses.count(7) == 2
