"""The index of the search: no model's table, since each database has its own kind (`messaging/search/index.py`)."""

import sys
from importlib import import_module

from django.db import migrations

AT_ONCE = 20_000
"""Messages that are indexed right here. More would hold up the start for minutes: `index_messages` does them, beside the server."""

SPANS = (
    "CREATE TABLE messaging_searchspan (mark varchar(20) NOT NULL, block bigint NOT NULL)",
    "CREATE INDEX messaging_searchspan_marks ON messaging_searchspan (mark, block)",
)
POSTGRESQL = (
    "DROP TABLE messaging_searchentry",
    "CREATE TABLE messaging_searchentry (message_id bigint PRIMARY KEY, room_id bigint NOT NULL, tokens int[] NOT NULL)",
    # These numbers cannot be compressed. Without statistics every search is planned alike: by the index of the tokens, however common they are.
    "ALTER TABLE messaging_searchentry ALTER tokens SET STORAGE EXTERNAL, ALTER tokens SET STATISTICS 0",
    # What waits to be sorted in is looked through by every search, and sorted in by whoever posts when it is full: with the usual 4 MB that
    # post waits for seconds, and is refused.
    "CREATE INDEX messaging_searchentry_tokens ON messaging_searchentry USING gin (tokens) WITH (gin_pending_list_limit = 256)",
)
SQLITE = (
    "DROP TABLE messaging_searchtext",
    "CREATE VIRTUAL TABLE messaging_searchtext USING fts5(tokens, content='', detail=none, tokenize='ascii')",
)


def make(apps, schema_editor):
    from messaging.search.backfill import index_missing, missing

    connection = schema_editor.connection
    for statement in (*SPANS, *(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)):
        schema_editor.execute(statement)
    messages = apps.get_model("messaging", "Message")
    if missing() <= AT_ONCE:
        while index_missing(messages):
            pass
    else:
        sys.stderr.write("\n  Older messages are found by a search once `manage index_messages` has run.\n")


def unmake(apps, schema_editor):
    former = import_module("messaging.migrations.0003_search")
    former.unmake(apps, schema_editor)
    schema_editor.execute("DROP TABLE messaging_searchspan")
    former.make(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0003_search'),
    ]

    operations = [
        migrations.RunPython(make, unmake),
    ]
