"""`manage set_up`: the set-up without a browser."""

import secrets
import select
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import ChatError
from rooms import services

PATIENCE = 5.0
"""Seconds."""


class Command(BaseCommand):
    help = (
        "Makes the workspace and its owner, once. The owner's password is read from standard input if there is one there, "
        "else made at random and printed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--workspace", required=True, metavar="NAME", help="what the workspace is called")
        parser.add_argument("--owner", required=True, metavar="USERNAME", help="the owner's username")
        parser.add_argument("--email", required=True, metavar="ADDRESS", help="the owner's e-mail address")

    def handle(self, *, workspace: str, owner: str, email: str, **options) -> None:
        given = piped_password()
        password = given or secrets.token_urlsafe(12)
        try:
            user = commit(services.set_up, None, workspace=workspace, username=owner, email=email, password=password)
        except ValidationError as error:
            sentences = [f"{name}: {' '.join(found)}" for name, found in error.message_dict.items()]
            raise CommandError("\n".join(sentences)) from None
        except ChatError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{workspace} is set up; its owner is {user.username}.")
        if not given:
            self.stdout.write(f"Password: {password}")


def piped_password() -> str:
    """The first line of standard input, unless that is a terminal; empty where nothing comes within `PATIENCE`."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    # A pipe that some program holds open without a word must not hold up the command for ever.
    ready, _writable, _failed = select.select([sys.stdin], [], [], PATIENCE)
    return sys.stdin.readline().rstrip("\r\n") if ready else ""
