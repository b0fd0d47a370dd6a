from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_quicker_looks'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='charged_to',
            field=models.DateField(blank=True, null=True, verbose_name='compté en'),
        ),
    ]
