import apps.notifications.models.settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0008_charged_month'),
    ]

    operations = [
        migrations.AlterField(
            model_name='alertrule',
            name='wording',
            field=models.CharField(blank=True, help_text='Vide : les mots d’EduConnect, raccourcis pour tenir en un SMS. Un message qui regroupe plusieurs enfants garde les mots d’EduConnect.', max_length=320, validators=[apps.notifications.models.settings.validate_wording], verbose_name='modèle'),
        ),
        migrations.AlterField(
            model_name='alertruleschoolhistory',
            name='wording',
            field=models.CharField(blank=True, help_text='Vide : les mots d’EduConnect, raccourcis pour tenir en un SMS. Un message qui regroupe plusieurs enfants garde les mots d’EduConnect.', max_length=320, validators=[apps.notifications.models.settings.validate_wording], verbose_name='modèle'),
        ),
    ]
