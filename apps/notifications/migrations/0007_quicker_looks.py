from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_rules_and_ladders'),
        ('people', '0001_initial'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='alert',
            name='alert_waiting',
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(models.F('is_bulk'), models.F('due_at'), condition=models.Q(('state', 'waiting')), name='alert_to_tell'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('is_bulk'), models.F('nudged_until'), condition=models.Q(('state__in', ['created', 'sending'])), name='delivery_nudge'),
        ),
    ]
