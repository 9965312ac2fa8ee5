"""`manage new_epoch`: part of every restore."""

from django.core.management.base import BaseCommand

from chatsite.realtime.commit import commit
from rooms import services


class Command(BaseCommand):
    help = "Gives the log another incarnation, as every restore of the database must: clients drop what they hold and load it anew."

    def handle(self, **options) -> None:
        self.stdout.write(commit(services.new_epoch))
