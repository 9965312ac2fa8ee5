"""What the benchmarks draw up: who is in which room, tables, plots."""

import pytest

from benchmarks.bench import plots, report
from benchmarks.bench.people import draw_places
from benchmarks.bench.results import Row

pytestmark = pytest.mark.once


def test_rooms_are_of_one_size_and_nobody_is_in_one_twice() -> None:
    places = draw_places(1000, 100, 5)
    assert all(len(set(mine)) == 5 for mine in places)
    sizes = [sum(room in mine for mine in places) for room in range(100)]
    assert set(sizes) == {50}


def test_report_shows_the_median_with_the_lowest_and_the_highest() -> None:
    row = Row("B1", "Chatsite", "a case")
    for value in (300.0, 100.0, 200.0):
        row.add(**{"deliveries/s": value, "none": None})
    [table] = report.tables([row])
    assert "| Chatsite | 200 (100 to 300) |  |" in table
    assert "none" not in table
    assert 'width="120.0"' in plots.bars("deliveries/s", [row])
