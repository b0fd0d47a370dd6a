import apps.core.locks
import apps.core.tenancy
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_mailings_and_dead_letters'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.CreateModel(
            name='SmsGateway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(choices=[(1, 'première'), (2, 'seconde')], default=1, verbose_name='rang')),
                ('kind', models.CharField(choices=[('orange', 'Orange (SMS API)'), ('http', 'autre opérateur (HTTP, JSON)')], default='orange', max_length=10, verbose_name='opérateur')),
                ('is_active', models.BooleanField(default=True, verbose_name='en service')),
                ('url', models.CharField(blank=True, help_text='Vide pour Orange.', max_length=200, verbose_name='adresse')),
                ('status_url', models.CharField(blank=True, help_text='Où l’on demande, par notre référence, ce qu’un message est devenu.', max_length=200, verbose_name='adresse des questions')),
                ('knows_references', models.BooleanField(default=False, help_text='Un message envoyé deux fois sous la même référence n’en fait qu’un.', verbose_name='reconnaît nos références')),
                ('client_id', models.CharField(blank=True, max_length=100, verbose_name='identifiant client')),
                ('sealed_secret', models.TextField(blank=True, editable=False, verbose_name='secret')),
                ('sealed_signing_key', models.TextField(blank=True, editable=False, verbose_name='clé des accusés')),
                ('sender', models.CharField(blank=True, max_length=11, verbose_name='nom d’expéditeur')),
                ('sender_number', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^\\+225\\d{4,10}$', '+225 suivi du numéro.')], verbose_name='numéro d’expéditeur')),
                ('price', models.PositiveSmallIntegerField(default=15, verbose_name='prix d’un SMS (francs)')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='traductions')),
                ('receipts_at', models.CharField(blank=True, editable=False, max_length=200, verbose_name='accusés reçus à')),
                ('subscribed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='accusés demandés le')),
                ('down_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='injoignable jusqu’au')),
                ('balance', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='SMS restants')),
                ('balance_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='solde lu le')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'passerelle SMS',
                'verbose_name_plural': 'passerelles SMS',
                'constraints': [models.UniqueConstraint(fields=('school', 'rank'), name='one_gateway_of_a_rank'), apps.core.locks.RowsOfOneSchool(name='notifications_smsgateway_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_smsgateway_in_school')],
            },
        ),
        migrations.CreateModel(
            name='SmsGatewaySchoolhistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('rank', models.PositiveSmallIntegerField(choices=[(1, 'première'), (2, 'seconde')], default=1, verbose_name='rang')),
                ('kind', models.CharField(choices=[('orange', 'Orange (SMS API)'), ('http', 'autre opérateur (HTTP, JSON)')], default='orange', max_length=10, verbose_name='opérateur')),
                ('is_active', models.BooleanField(default=True, verbose_name='en service')),
                ('url', models.CharField(blank=True, help_text='Vide pour Orange.', max_length=200, verbose_name='adresse')),
                ('status_url', models.CharField(blank=True, help_text='Où l’on demande, par notre référence, ce qu’un message est devenu.', max_length=200, verbose_name='adresse des questions')),
                ('knows_references', models.BooleanField(default=False, help_text='Un message envoyé deux fois sous la même référence n’en fait qu’un.', verbose_name='reconnaît nos références')),
                ('client_id', models.CharField(blank=True, max_length=100, verbose_name='identifiant client')),
                ('sender', models.CharField(blank=True, max_length=11, verbose_name='nom d’expéditeur')),
                ('sender_number', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^\\+225\\d{4,10}$', '+225 suivi du numéro.')], verbose_name='numéro d’expéditeur')),
                ('price', models.PositiveSmallIntegerField(default=15, verbose_name='prix d’un SMS (francs)')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='traductions')),
                ('subscribed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='accusés demandés le')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='school_historys', to='notifications.smsgateway')),
                ('school', models.ForeignKey(db_constraint=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'abstract': False,
                'constraints': [apps.core.locks.RowsOfOneSchool(name='notifications_smsgatewayschoolhistory_wall')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(blank=True, max_length=100, verbose_name='référence')),
                ('provider_reference', models.CharField(blank=True, max_length=100, verbose_name='référence de l’opérateur')),
                ('recipient', models.CharField(blank=True, max_length=16, verbose_name='numéro')),
                ('word', models.CharField(choices=[('created', 'à envoyer'), ('sending', 'en cours d’envoi'), ('accepted', 'remise à l’opérateur'), ('delivered', 'reçue'), ('undelivered', 'non reçue'), ('expired', 'non partie'), ('refused', 'refusée par l’opérateur'), ('cancelled', 'annulée')], max_length=12, verbose_name='état')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='raison')),
                ('number_is_unknown', models.BooleanField(default=False, verbose_name='numéro inconnu')),
                ('received_at', models.DateTimeField(verbose_name='reçu le')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='appliqué le')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
                ('gateway', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.smsgateway', verbose_name='passerelle')),
            ],
            options={
                'verbose_name': 'accusé de réception',
                'verbose_name_plural': 'accusés de réception',
                'indexes': [models.Index(models.F('received_at'), condition=models.Q(('settled_at', None)), name='receipt_unsettled')],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'provider_reference', 'reference', 'recipient', 'word'), name='a_receipt_counts_once'), apps.core.locks.RowsOfOneSchool(name='notifications_receipt_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_receipt_in_school'), apps.core.locks.SameSchool(field='gateway', name='notifications_receipt_gateway_id_same')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='one_live_delivery_per_channel',
        ),
        migrations.AddField(
            model_name='delivery',
            name='gateway',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.smsgateway', verbose_name='passerelle'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(models.F('provider_reference'), condition=models.Q(('provider_reference', ''), _negated=True), name='delivery_of_provider'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['created', 'sending'])), fields=('alert', 'channel'), name='one_delivery_on_its_way'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=apps.core.locks.SameSchool(field='gateway', name='notifications_delivery_gateway_id_same'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='smsgateway',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_smsgatewayschoolhistory" ("client_id", "id", "is_active", "kind", "knows_references", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "rank", "school_id", "sender", "sender_number", "status_url", "subscribed_at", "url") VALUES (NEW."client_id", NEW."id", NEW."is_active", NEW."kind", NEW."knows_references", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."price", NEW."rank", NEW."school_id", NEW."sender", NEW."sender_number", NEW."status_url", NEW."subscribed_at", NEW."url"); RETURN NULL;', hash='19dd56281dedfc35eab2c3e9405744adb819bcee', operation='INSERT', pgid='pgtrigger_insert_insert_0cc68', table='notifications_smsgateway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='smsgateway',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."knows_references" IS DISTINCT FROM (NEW."knows_references") OR OLD."options" IS DISTINCT FROM (NEW."options") OR OLD."price" IS DISTINCT FROM (NEW."price") OR OLD."rank" IS DISTINCT FROM (NEW."rank") OR OLD."school_id" IS DISTINCT FROM (NEW."school_id") OR OLD."sender" IS DISTINCT FROM (NEW."sender") OR OLD."sender_number" IS DISTINCT FROM (NEW."sender_number") OR OLD."status_url" IS DISTINCT FROM (NEW."status_url") OR OLD."subscribed_at" IS DISTINCT FROM (NEW."subscribed_at") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "notifications_smsgatewayschoolhistory" ("client_id", "id", "is_active", "kind", "knows_references", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "rank", "school_id", "sender", "sender_number", "status_url", "subscribed_at", "url") VALUES (NEW."client_id", NEW."id", NEW."is_active", NEW."kind", NEW."knows_references", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."price", NEW."rank", NEW."school_id", NEW."sender", NEW."sender_number", NEW."status_url", NEW."subscribed_at", NEW."url"); RETURN NULL;', hash='cf1e176d50f4988f00c9741c1a83b640293e0ca8', operation='UPDATE', pgid='pgtrigger_update_update_c1b29', table='notifications_smsgateway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='smsgateway',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_smsgatewayschoolhistory" ("client_id", "id", "is_active", "kind", "knows_references", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "rank", "school_id", "sender", "sender_number", "status_url", "subscribed_at", "url") VALUES (OLD."client_id", OLD."id", OLD."is_active", OLD."kind", OLD."knows_references", OLD."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."price", OLD."rank", OLD."school_id", OLD."sender", OLD."sender_number", OLD."status_url", OLD."subscribed_at", OLD."url"); RETURN NULL;', hash='9f467e774f136bb463915064c83f40d40d80b328', operation='DELETE', pgid='pgtrigger_delete_delete_ba52b', table='notifications_smsgateway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='smsgatewayschoolhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='99ee609b6529967a07f588ac64e14d23d102298a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_81726', table='notifications_smsgatewayschoolhistory', when='BEFORE')),
        ),
    ]
