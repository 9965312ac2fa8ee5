"""The index of the search as it was at first; 0004 makes another."""

from django.db import migrations

POSTGRESQL = (
    "CREATE TABLE messaging_searchentry (message_id bigint PRIMARY KEY, room_id bigint NOT NULL, tokens tsvector NOT NULL)",
    "CREATE INDEX messaging_searchentry_tokens ON messaging_searchentry USING gin (tokens)",
)
SQLITE = (
    "CREATE VIRTUAL TABLE messaging_searchtext USING fts5(tokens, content='', detail=none, tokenize='ascii')",
)


def make(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


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
