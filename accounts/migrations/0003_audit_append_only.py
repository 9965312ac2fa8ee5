"""The audit log is only added to, whoever asks: also by hand, past the models."""

from django.db import migrations

# SQLite refuses changes alone: Django empties tables there by DELETE (a flush, a test).
REFUSING = {
    "postgresql": [
        """CREATE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'The audit log is only added to.'; END $$""",
        """CREATE TRIGGER accounts_audit_only_added BEFORE UPDATE OR DELETE ON accounts_auditentry
           FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse()""",
    ],
    "sqlite": [
        """CREATE TRIGGER accounts_audit_only_added BEFORE UPDATE ON accounts_auditentry
           BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END""",
    ],
}
ALLOWING = {
    "postgresql": [
        "DROP TRIGGER accounts_audit_only_added ON accounts_auditentry",
        "DROP FUNCTION accounts_audit_refuse()",
    ],
    "sqlite": ["DROP TRIGGER accounts_audit_only_added"],
}


def refuse(apps, schema_editor):
    for statement in REFUSING[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in ALLOWING[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_rest_of_a_conversation")]

    operations = [migrations.RunPython(refuse, allow)]
