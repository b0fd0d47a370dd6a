from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='SmsCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='jour')),
                ('what', models.CharField(max_length=40, verbose_name='de quoi')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='nombre')),
            ],
            options={
                'verbose_name': 'compte de SMS',
                'verbose_name_plural': 'comptes de SMS',
                'constraints': [models.UniqueConstraint(fields=('day', 'what'), name='one_count_a_day')],
            },
        ),
    ]
