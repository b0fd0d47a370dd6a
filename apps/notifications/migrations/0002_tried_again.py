from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='delivery',
            name='one_delivery_per_channel',
        ),
        migrations.AddField(
            model_name='delivery',
            name='may_be_double',
            field=models.BooleanField(default=False, verbose_name='peut-être doublé'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('created', 'à envoyer'), ('sending', 'en cours d’envoi'), ('accepted', 'remise à l’opérateur'), ('delivered', 'reçue'), ('undelivered', 'non reçue'), ('expired', 'non partie'), ('refused', 'refusée par l’opérateur'), ('cancelled', 'annulée')], default='created', max_length=12, verbose_name='état'),
        ),
        migrations.AlterField(
            model_name='deliverychange',
            name='state',
            field=models.CharField(choices=[('created', 'à envoyer'), ('sending', 'en cours d’envoi'), ('accepted', 'remise à l’opérateur'), ('delivered', 'reçue'), ('undelivered', 'non reçue'), ('expired', 'non partie'), ('refused', 'refusée par l’opérateur'), ('cancelled', 'annulée')], max_length=12, verbose_name='état'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['undelivered', 'expired', 'refused', 'cancelled']), _negated=True), fields=('alert', 'channel'), name='one_live_delivery_per_channel'),
        ),
    ]
