"""Settings come from the environment: documented, checked, and refused with one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "k" * 50
PRODUCTION = {"CHAT_ENV": "production", "SECRET_KEY": KEY, "SITE_URL": "https://chat.example"}


def start(tmp_path, **env):
    """Load the settings in a process of its own; what it said, and its exit code."""
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "shell",
            "--no-imports",
            "-v0",
            "-c",
            "from django.conf import settings as s; print(s.CHAT_ENV)",
        ],
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHATSITE_DATA": str(tmp_path / "data"), **env},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_it_runs_with_no_environment_at_all(tmp_path):
    code, said, complaint = start(tmp_path)
    assert (code, said) == (0, "development"), complaint


def test_a_made_key_is_kept_and_nobody_else_reads_it(tmp_path):
    start(tmp_path)
    key = tmp_path / "data" / "secret_key"
    first = key.read_text()
    start(tmp_path)
    assert key.read_text() == first
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"CHAT_ENV": "prod"}, "CHAT_ENV is 'prod'; expected one of development, test, staging, production."),
        ({"DEBUG": "maybe"}, "DEBUG is 'maybe'; expected one of 1, true, yes, on, 0, false, no, off."),
        ({"DATABASE_POOL_MAX": "51"}, "DATABASE_POOL_MAX is 51; expected a number from 1 to 50."),
        ({"DATABASE_POOL_MAX": "many"}, "DATABASE_POOL_MAX is 'many'; expected a number from 1 to 50."),
        ({"COMMAND_DEADLINE": "nan"}, "COMMAND_DEADLINE is nan; expected a number from 0.5 to 60.0."),
        ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL is not an address that begins with sqlite:// or postgres:// or postgresql://."),
        ({"SITE_URL": "http://["}, "SITE_URL is not an address that begins with http:// or https://."),
        ({"SITE_URL": "http://a/b"}, "SITE_URL has a path; Chatsite lives at the root of a host."),
        ({"SESSION_STORE": "redis"}, "SESSION_STORE is redis, but REDIS_URL is not set."),
        ({"LOG_LEVELS": "a=LOUD"}, "LOG_LEVELS has 'a=LOUD'; expected logger=DEBUG, INFO, WARNING or ERROR."),
        ({"DEFAULT_TIME_ZONE": "Mars"}, "DEFAULT_TIME_ZONE is 'Mars'; expected the name of a time zone, as Europe/Berlin."),
        ({"CHATSITE_CRASH": "late:1"}, "CHATSITE_CRASH is 'late:1'; expected one of before_commit, after_commit, after_ack, mid_fanout, then : and a number from 1."),
        ({**PRODUCTION, "CHATSITE_CRASH": "after_ack:1"}, "CHATSITE_CRASH is set; production refuses it."),
        ({**PRODUCTION, "DEBUG": "1"}, "DEBUG is on; production refuses it."),
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY is not set; production needs one of its own."),
        ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY is a default or shorter than 32 characters; production needs one of its own."),
        ({**PRODUCTION, "SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY is a default or shorter than 32 characters; production needs one of its own."),
        ({**PRODUCTION, "SITE_URL": "http://a.example"}, "SITE_URL begins with http://; production needs https:// (or ALLOW_HTTP=1, if you know why)."),
    ],
)  # fmt: skip
def test_a_bad_value_stops_the_start_with_one_sentence(tmp_path, env, sentence):
    assert start(tmp_path, **env) == (1, "", sentence)


def test_a_bad_value_does_not_show_a_password(tmp_path):
    _, _, complaint = start(tmp_path, DATABASE_URL="mysql://me:hush@db/chat")
    assert "hush" not in complaint


@pytest.mark.parametrize("env", [PRODUCTION, {**PRODUCTION, "SITE_URL": "http://a.example", "ALLOW_HTTP": "1"}])
def test_production_starts_when_it_has_what_it_needs(tmp_path, env):
    code, said, complaint = start(tmp_path, **env)
    assert (code, said) == (0, "production"), complaint


def test_every_setting_stands_in_the_table():
    table = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "chatsite" / "settings.py").read_text()))
    for path in (ROOT / "chatsite").rglob("*.py"):
        read |= set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text()))
    assert read - {"DJANGO_SETTINGS_MODULE"} == documented
