from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self):
        from chatsite.realtime.source import register
        from messaging.journal import MentionCounts, MessageJournal
        from messaging.source import DatabaseSource
        from rooms import ports

        ports.register(MessageJournal(), MentionCounts())
        register(DatabaseSource())
