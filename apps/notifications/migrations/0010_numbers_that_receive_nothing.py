from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0009_words_of_a_digest'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ['delivered', 'undelivered'])), fields=['school', 'state', 'recipient', 'id'], name='delivery_known_fate'),
        ),
    ]
