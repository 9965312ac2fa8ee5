"""`manage import_messages`: a conversation from elsewhere (`docs/importing.md`)."""

import time
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from accounts.models import User
from chatsite.realtime.errors import ChatError
from messaging.importing.importer import Import, Survey, survey
from messaging.importing.reading import BadLine, Damaged
from rooms.models import Role, Workspace, WorkspaceMembership

MOST_PROCESSES = 64


class Command(BaseCommand):
    help = (
        "Imports messages from FILE: JSON lines, plain or gzip, with room, topic, author, sent_at (Unix seconds) and body (Markdown). "
        "Bad lines are named and skipped. It can be stopped and run again: nothing is imported twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--owner",
            metavar="USERNAME",
            help="who opens the rooms that are not there yet; default: the workspace's owner",
        )
        parser.add_argument(
            "--processes",
            type=_processes,
            default=2,
            metavar="N",
            help="processes that render Markdown (2); 0: none beside this one",
        )

    def handle(self, *, file: Path, owner: str | None, processes: int, verbosity: int, **options: object) -> None:
        workspace = _workspace()
        actor = _owner(workspace, owner)
        try:
            found = survey(file, self._tell)
            self._import(Import(file, found, actor=actor, workspace=workspace, processes=processes), found, verbosity)
        except (OSError, Damaged) as error:
            raise CommandError(
                f"{error}. Nothing was imported." if isinstance(error, Damaged) else str(error)
            ) from None
        except (PermissionDenied, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from None
        except ChatError as error:
            raise CommandError(f"{error.message} Run the same command again to go on.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the same command again to go on.", returncode=130) from None

    def _tell(self, number: int, bad: BadLine) -> None:
        self.stderr.write(f"Line {number} is skipped: {bad}")

    def _import(self, work: Import, found: Survey, verbosity: int) -> None:
        started, new = time.monotonic(), 0
        with tqdm(
            total=found.messages, unit=" messages", disable=verbosity == 0, mininterval=0.5, file=self.stderr
        ) as bar:
            for step in work.run():
                new += step.new
                bar.update(step.read)
        seconds = max(time.monotonic() - started, 0.001)
        self.stdout.write(
            f"{new} messages imported, {found.messages - new} known already, {found.bad} lines skipped; "
            f"{work.places.made} rooms and {work.people.made} people made; {seconds:.1f} s, {found.messages / seconds:.0f} messages a second."
        )


def _processes(text: str) -> int:
    if not text.isdigit() or int(text) > MOST_PROCESSES:
        raise ArgumentTypeError(f"{text!r}: expected a number from 0 to {MOST_PROCESSES}.")
    return int(text)


def _workspace() -> Workspace:
    workspace = Workspace.objects.order_by("pk").first()
    if workspace is None:
        raise CommandError("There is no workspace yet: set the place up first, by its set-up page or by `set_up`.")
    return workspace


def _owner(workspace: Workspace, username: str | None) -> User:
    places = WorkspaceMembership.objects.filter(workspace=workspace, user__is_active=True).select_related("user")
    if username is None:
        place = places.filter(role=Role.OWNER).order_by("pk").first()
    else:
        place = places.filter(user__username=User.normalize_username(username)).first()
    if place is None:
        raise CommandError(
            f"Nobody in the workspace is called {username}."
            if username
            else "The workspace has no active owner; name somebody by --owner."
        )
    return place.user
