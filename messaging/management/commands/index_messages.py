"""`manage index_messages`: what a search cannot find yet (`docs/operating.md`)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import ChatError
from messaging.importing.patience import committed
from messaging.search import backfill


class Command(BaseCommand):
    help = (
        "Indexes the messages that the search does not know yet, the newest first. It can be stopped and run again, and the server may "
        "run meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="forget the index first; until it is made again, searches find little"
        )

    def handle(self, *, anew: bool, verbosity: int, **options: Any) -> None:
        try:
            if anew:
                commit(backfill.forget_all)
            done = self._index(verbosity)
            committed(backfill.tidy)
        except ChatError as error:
            raise CommandError(f"{error.message} Run the same command again to go on.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the same command again to go on.", returncode=130) from None
        self.stdout.write(f"{done} messages indexed.")

    def _index(self, verbosity: int) -> int:
        total = backfill.missing()
        below: int | None = 2**62
        with tqdm(total=total, unit=" messages", disable=verbosity == 0, mininterval=0.5, file=self.stderr) as bar:
            while below := committed(backfill.index_missing, below=below):
                bar.update(min(backfill.BATCH, total - bar.n))
        return total
