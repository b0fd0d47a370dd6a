import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PhoneProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(max_length=16, verbose_name='numéro')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='référence')),
                ('state', models.CharField(choices=[('waiting', 'à envoyer'), ('sent', 'envoyé'), ('refused', 'refusé par l’opérateur'), ('capped', 'plafond du jour atteint')], default='waiting', max_length=8, verbose_name='état')),
                ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='réservé jusqu’au')),
                ('asked_at', models.DateTimeField(verbose_name='demandé le')),
                ('expires_at', models.DateTimeField(verbose_name='valable jusqu’au')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='vérifié le')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='utilisateur')),
            ],
            options={
                'verbose_name': 'vérification d’un numéro',
                'verbose_name_plural': 'vérifications de numéros',
                'indexes': [models.Index(fields=['user', 'asked_at'], name='phone_proof_of_user'), models.Index(fields=['phone', 'asked_at'], name='phone_proof_of_number'), models.Index(models.F('expires_at'), condition=models.Q(('verified_at', None)), name='phone_proof_unverified')],
            },
        ),
    ]
