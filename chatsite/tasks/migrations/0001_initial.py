import django.db.models.expressions
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='PendingTask',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(help_text='Where the function is, with dots.', max_length=200, verbose_name='task')),
                ('args', models.JSONField(default=list)),
                ('kwargs', models.JSONField(default=dict)),
                ('priority', models.SmallIntegerField(default=0, verbose_name='priority')),
                ('every', models.PositiveIntegerField(help_text='Of one that comes again and again: its row stays.', null=True, verbose_name='every so many seconds')),
                ('run_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='not before')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('leased_until', models.DateTimeField(help_text='Somebody is at it; past this moment they count as killed.', null=True, verbose_name='leased until')),
                ('failed_at', models.DateTimeField(help_text='When it was given up.', null=True, verbose_name='failed at')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
            ],
            options={
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
                'indexes': [models.Index(django.db.models.expressions.OrderBy(django.db.models.expressions.F('priority'), descending=True), models.F('run_after'), condition=models.Q(('failed_at', None)), name='task_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('every__isnull', False)), fields=('path',), name='periodic_task_once')],
            },
        ),
    ]
