"""`manage make_demo`: the demo in an empty database, without starting the server."""

from django.core.management.base import BaseCommand, CommandError

from chatsite.realtime.errors import ChatError
from messaging.demo.greeting import greeting
from messaging.demo.making import make


class Command(BaseCommand):
    help = "Fills an empty database with a small workspace that looks alive, to try Chatsite with, and prints the passwords, once."

    def handle(self, **options: object) -> None:
        try:
            passwords = make()
        except ChatError as error:
            raise CommandError(error.message) from None
        self.stdout.write(greeting(passwords))
