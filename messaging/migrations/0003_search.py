"""The index of the search: no model's table, since each database has its own kind (`messaging/search/index.py`)."""

import sys

from django.db import migrations

AT_ONCE = 20_000
"""Messages that are indexed right here. More would hold up the start for minutes: `index_messages` does them, beside the server."""

POSTGRESQL = (
    "CREATE TABLE messaging_searchentry (message_id bigint PRIMARY KEY, room_id bigint NOT NULL, tokens tsvector NOT NULL)",
    "CREATE INDEX messaging_searchentry_tokens ON messaging_searchentry USING gin (tokens)",
)
SQLITE = (
    "CREATE VIRTUAL TABLE messaging_searchtext USING fts5(tokens, content='', detail=none, tokenize='ascii')",
)


def make(apps, schema_editor):
    from messaging.search.backfill import index_missing, missing

    connection = schema_editor.connection
    for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)
    messages = apps.get_model("messaging", "Message")
    if missing() <= AT_ONCE:
        while index_missing(messages):
            pass
    else:
        sys.stderr.write("\n  Older messages are found by a search once `manage index_messages` has run.\n")


def unmake(apps, schema_editor):
    table = "messaging_searchentry" if schema_editor.connection.vendor == "postgresql" else "messaging_searchtext"
    schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0002_rest_of_a_conversation'),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
