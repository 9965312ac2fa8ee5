"""The file: bad lines are named and skipped, plain and gzip are the same, rendering apart from the database."""

import gzip
import subprocess
import sys

import pytest
from django.core.management import CommandError

from messaging.importing.rendering import Renderers
from tests.messaging.importing.world import bring_in, conversation, line, recount, said
from tests.services import ROOT

pytestmark = pytest.mark.django_db


def test_bad_lines_are_named_and_skipped(owner, file):
    bad = [
        b"not json",
        b'{"room": "maths"}',
        line(sent_at="1700000000"),
        line(sent_at=True),
        line(sent_at=-1),
        line(sent_at=1_700_000_000_000),
        line(body="a\0b"),
        line(topic="\0"),
        line(body="\ud800"),
        b'{"room": "maths", "topic": "", "author": "A", "sent_at": 1, "body": "\xff"}',
        b'{"room": "maths", "topic": "", "author": "A", "sent_at": NaN, "body": "x"}',
        line(body="\u3000 \n"),
        line(body=None),
        line(room="!!"),
        line(author="\u3000"),
        line(author="x" * 81),
        line(author="ab\u202ecd"),
        b"[" * 100_000,
        b"[]",
    ]
    out, err = bring_in(file([line(0), *bad, b"", line(1) | {"more": 1}]))
    told = err.splitlines()
    assert [one.split(" is skipped: ")[0] for one in told] == [f"Line {number}" for number in range(2, 2 + len(bad))]
    assert all(len(one.split(": ", 1)[1]) > 10 for one in told)
    assert out.startswith(f"2 messages imported, 0 known already, {len(bad)} lines skipped; 1 rooms and 1 people made")
    recount()


def test_a_line_without_end_is_named_and_not_held(owner, file, monkeypatch):
    monkeypatch.setattr("messaging.importing.reading.LONGEST_LINE", 1000)
    _out, err = bring_in(file([line(0), line(body="x" * 5000), line(1)]))
    assert err == "Line 2 is skipped: The line is longer than 1000 bytes.\n"
    assert len(said()) == 2


def test_gzip_and_plain_are_the_same(owner, file):
    lines = conversation(12)
    bring_in(file(lines, name="packed", opened=gzip.open))
    out, _err = bring_in(file(lines))
    assert out.startswith("0 messages imported, 12 known already")


def test_a_cut_gzip_is_refused_whole(owner, file):
    path = file(conversation(500), name="packed.gz", opened=gzip.open)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(CommandError, match=r"cannot be read beyond line \d+: .* Nothing was imported"):
        bring_in(path)
    assert not said()


def test_processes_draw_what_this_one_draws():
    bodies = ["*a*", "@bo **b**", "```python\nx = 1\n```", "| a |\n| - |\n| b |"] * 60
    with Renderers(0) as alone, Renderers(2) as pool:
        expected = list(alone.drawn([bodies, bodies[:5], []], list))
        assert list(pool.drawn([bodies, bodies[:5], []], list)) == expected


def test_rendering_processes_load_no_database():
    program = "import sys, messaging.importing.rendering; sys.exit('django.db' in sys.modules or 'accounts.models' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
