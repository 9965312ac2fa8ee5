"""The catalogues of translations: whole, of one piece with what the code says, and compiled."""

import ast
import gettext
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.services import ROOT, needed, program

pytestmark = pytest.mark.once

CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
NAMES = [catalogue.parts[-3] for catalogue in CATALOGUES]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|%%|\{\w+\}")
LEFT_OUT = (".git", ".*_cache", ".hypothesis", ".venv", "__pycache__", "node_modules", "static", "tests", "var")


@dataclass
class Entry:
    """One entry of a .po file, by its keywords: `msgid`, `msgid_plural`, `msgstr`, `msgstr[0]`, ..."""

    texts: dict[str, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def id(self) -> str:
        return self.texts["msgid"]

    @property
    def ids(self) -> list[str]:
        return [text for keyword, text in self.texts.items() if keyword.startswith("msgid")]

    @property
    def strings(self) -> list[str]:
        return [text for keyword, text in self.texts.items() if keyword.startswith("msgstr")]


def entries_of(catalogue: Path) -> list[Entry]:
    """What stands in `catalogue`; its head is the first, the entry of the empty msgid."""
    found, keyword = [Entry()], ""
    for line in catalogue.read_text(encoding="utf-8").splitlines():
        if not line and found[-1].texts:
            found.append(Entry())
        elif line.startswith("#,"):
            found[-1].flags += line
        elif line.startswith('"'):
            found[-1].texts[keyword] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            keyword, text = line.split(" ", 1)
            found[-1].texts[keyword] = ast.literal_eval(text)
    return [entry for entry in found if entry.texts]


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


@pytest.fixture(params=CATALOGUES, ids=NAMES)
def catalogue(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_is_a_catalogue_for_each_language_but_english(settings):
    from django.utils.translation import to_locale

    assert sorted(to_locale(code) for code, _name in settings.LANGUAGES if code != "en") == NAMES


def test_no_entry_is_empty_or_fuzzy(catalogue):
    entries = entries_of(catalogue)
    assert len(entries) > 400
    assert [entry.id for entry in entries if "fuzzy" in entry.flags or not all(entry.strings)] == []


def test_placeholders_are_those_of_the_original(catalogue):
    """Of an entry with plurals, those of its plural: "used once" has no number to fill in."""
    wrong = [
        entry.id
        for entry in entries_of(catalogue)[1:]
        if any(placeholders(text) != placeholders(entry.ids[-1]) for text in entry.strings)
    ]
    assert wrong == []


def test_lines_and_ends_are_those_of_the_original(catalogue):
    wrong = [
        entry.id
        for entry in entries_of(catalogue)[1:]
        if any(text.count("\n") != entry.ids[-1].count("\n") or text != text.strip(" ") for text in entry.strings)
    ]
    assert wrong == []


def test_chinese_is_written_with_its_own_marks():
    """No space beside a Chinese character (the browser sets it), no Latin comma or full stop behind one."""
    chinese = next(catalogue for catalogue in CATALOGUES if catalogue.parts[-3] == "zh_Hans")
    foreign = re.compile(
        r"[\u3400-\u9fff，。：；！？、] |[ ,;:!?][\u3400-\u9fff]|[\u3400-\u9fff](?:[,;:!?()]|\.$)|[０-９]"
    )
    said = [text for entry in entries_of(chinese)[1:] for text in entry.strings]
    assert [text for text in said if foreign.search(text)] == []


def test_what_is_compiled_is_what_is_written(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    del compiled[""]  # the head: newer versions of msgfmt leave its date out
    written: dict[object, str] = {}
    for entry in entries_of(catalogue)[1:]:
        context = entry.texts.get("msgctxt")
        name = entry.id if context is None else f"{context}\x04{entry.id}"
        if "msgid_plural" in entry.texts:
            written |= {(name, number): text for number, text in enumerate(entry.strings)}
        else:
            written[name] = entry.texts["msgstr"]
    assert compiled == written


def test_nothing_new_and_nothing_obsolete(catalogue, tmp_path):
    """As docs/translating.md makes it, in a copy: what the code says and what the catalogue holds are the same."""
    with needed():
        program("xgettext"), program("msgmerge")
    copy = tmp_path / "chatsite"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    locale = catalogue.parts[-3]
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--locale",
        locale,
        "--no-location",
        "--no-obsolete",
        "--no-wrap",
    ]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = copy / catalogue.relative_to(ROOT)
    ids, now = ([entry.ids for entry in entries_of(each)] for each in (catalogue, made))
    assert {"new": [one for one in now if one not in ids], "obsolete": [one for one in ids if one not in now]} == {
        "new": [],
        "obsolete": [],
    }
