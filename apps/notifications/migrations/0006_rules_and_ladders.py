import apps.core.locks
import apps.core.tenancy
import apps.notifications.models.settings
import datetime
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_gateways_and_receipts'),
        ('people', '0001_initial'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('absence', 'absence'), ('late', 'retard'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='fait')),
                ('is_on', models.BooleanField(default=True, verbose_name='alerte')),
                ('audience', models.CharField(choices=[('all', 'tous les responsables qui reçoivent les alertes'), ('first', 'le premier qui a un mobile')], default='all', max_length=8, verbose_name='qui')),
                ('ignores_quiet', models.BooleanField(default=False, verbose_name='même pendant le silence')),
                ('wording', models.CharField(blank=True, help_text='Vide : les mots d’EduConnect, raccourcis pour tenir en un SMS.', max_length=320, validators=[apps.notifications.models.settings.validate_wording], verbose_name='modèle')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'règle d’alerte',
                'verbose_name_plural': 'règles d’alerte',
                'constraints': [models.UniqueConstraint(fields=('school', 'kind'), name='one_rule_per_kind'), apps.core.locks.RowsOfOneSchool(name='notifications_alertrule_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_alertrule_in_school')],
            },
        ),
        migrations.CreateModel(
            name='AlertRuleSchoolhistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('absence', 'absence'), ('late', 'retard'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='fait')),
                ('is_on', models.BooleanField(default=True, verbose_name='alerte')),
                ('audience', models.CharField(choices=[('all', 'tous les responsables qui reçoivent les alertes'), ('first', 'le premier qui a un mobile')], default='all', max_length=8, verbose_name='qui')),
                ('ignores_quiet', models.BooleanField(default=False, verbose_name='même pendant le silence')),
                ('wording', models.CharField(blank=True, help_text='Vide : les mots d’EduConnect, raccourcis pour tenir en un SMS.', max_length=320, validators=[apps.notifications.models.settings.validate_wording], verbose_name='modèle')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='school_historys', to='notifications.alertrule')),
                ('school', models.ForeignKey(db_constraint=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'abstract': False,
                'constraints': [apps.core.locks.RowsOfOneSchool(name='notifications_alertruleschoolhistory_wall')],
            },
        ),
        migrations.CreateModel(
            name='BadNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, verbose_name='numéro')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='raison')),
                ('found_at', models.DateTimeField(verbose_name='constaté le')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'numéro à corriger',
                'verbose_name_plural': 'numéros à corriger',
                'constraints': [models.UniqueConstraint(fields=('school', 'number'), name='one_bad_number'), apps.core.locks.RowsOfOneSchool(name='notifications_badnumber_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_badnumber_in_school')],
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'courriel')], max_length=10, verbose_name='voie')),
                ('after_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(180)], verbose_name='si rien n’est confirmé en (minutes)')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='notifications.alertrule', verbose_name='règle')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'voie',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('rule', 'channel'), name='a_channel_once_per_rule'), apps.core.locks.RowsOfOneSchool(name='notifications_rung_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_rung_in_school'), apps.core.locks.SameSchool(field='rule', name='notifications_rung_rule_id_same')],
            },
        ),
        migrations.CreateModel(
            name='RungSchoolhistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordre')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'courriel')], max_length=10, verbose_name='voie')),
                ('after_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(180)], verbose_name='si rien n’est confirmé en (minutes)')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='school_historys', to='notifications.rung')),
                ('rule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='notifications.alertrule', verbose_name='règle')),
                ('school', models.ForeignKey(db_constraint=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'abstract': False,
                'constraints': [apps.core.locks.RowsOfOneSchool(name='notifications_rungschoolhistory_wall')],
            },
        ),
        migrations.CreateModel(
            name='SmsMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='mois')),
                ('messages', models.PositiveIntegerField(default=0, verbose_name='messages')),
                ('francs', models.PositiveIntegerField(default=0, verbose_name='francs')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'mois de SMS',
                'verbose_name_plural': 'mois de SMS',
                'constraints': [models.UniqueConstraint(fields=('school', 'month'), name='one_sms_month'), apps.core.locks.RowsOfOneSchool(name='notifications_smsmonth_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_smsmonth_in_school')],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alert',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alert',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alert',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alertsettings',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alertsettings',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='alertsettings',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='alert',
            name='climbs_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='voie suivante le'),
        ),
        migrations.AddField(
            model_name='alert',
            name='lead',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.alert', verbose_name='dite avec'),
        ),
        migrations.AddField(
            model_name='alert',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='lue le'),
        ),
        migrations.AddField(
            model_name='alert',
            name='rung',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='voies essayées'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='climbs_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='voie suivante le'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='lead',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='notifications.alert', verbose_name='dite avec'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='lue le'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='rung',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='voies essayées'),
        ),
        migrations.AddField(
            model_name='alertsettings',
            name='budget',
            field=models.PositiveIntegerField(blank=True, help_text='Averti à 80 %. Une fois épuisé, rien ne part et vie scolaire voit la liste. Vide : aucun.', null=True, verbose_name='budget SMS du mois (francs)'),
        ),
        migrations.AddField(
            model_name='alertsettings',
            name='digest_minutes',
            field=models.PositiveSmallIntegerField(default=5, help_text='Plusieurs enfants d’une famille à alerter dans ce délai font un seul message. 0 : jamais.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='regroupement (minutes)'),
        ),
        migrations.AddField(
            model_name='alertsettings',
            name='quiet_from',
            field=models.TimeField(default=datetime.time(20, 0), verbose_name='silence à partir de'),
        ),
        migrations.AddField(
            model_name='alertsettings',
            name='quiet_until',
            field=models.TimeField(default=datetime.time(6, 30), verbose_name='silence jusqu’à'),
        ),
        migrations.AddField(
            model_name='alertsettings',
            name='sms_price',
            field=models.PositiveSmallIntegerField(default=15, help_text='Celui de la passerelle d’EduConnect ; une passerelle de l’école a le sien.', verbose_name='prix d’un SMS (francs)'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='budget',
            field=models.PositiveIntegerField(blank=True, help_text='Averti à 80 %. Une fois épuisé, rien ne part et vie scolaire voit la liste. Vide : aucun.', null=True, verbose_name='budget SMS du mois (francs)'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='digest_minutes',
            field=models.PositiveSmallIntegerField(default=5, help_text='Plusieurs enfants d’une famille à alerter dans ce délai font un seul message. 0 : jamais.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='regroupement (minutes)'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='quiet_from',
            field=models.TimeField(default=datetime.time(20, 0), verbose_name='silence à partir de'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='quiet_until',
            field=models.TimeField(default=datetime.time(6, 30), verbose_name='silence jusqu’à'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='sms_price',
            field=models.PositiveSmallIntegerField(default=15, help_text='Celui de la passerelle d’EduConnect ; une passerelle de l’école a le sien.', verbose_name='prix d’un SMS (francs)'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='cost',
            field=models.PositiveIntegerField(default=0, verbose_name='coût (francs)'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('absence', 'absence'), ('late', 'retard'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='state',
            field=models.CharField(choices=[('waiting', 'en attente'), ('sent', 'confiée à l’envoi'), ('online', 'à lire sur le portail'), ('unsent', 'non partie'), ('cancelled', 'annulée')], default='waiting', max_length=10, verbose_name='état'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('no_email', 'aucun courriel dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint'), ('broken', 'erreur d’EduConnect : à renvoyer'), ('budget', 'budget SMS du mois épuisé'), ('bad_number', 'numéro inconnu de l’opérateur'), ('rule_off', 'l’école n’alerte pas de ce fait')], max_length=12, verbose_name='pourquoi'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='kind',
            field=models.CharField(choices=[('absence', 'absence'), ('late', 'retard'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='state',
            field=models.CharField(choices=[('waiting', 'en attente'), ('sent', 'confiée à l’envoi'), ('online', 'à lire sur le portail'), ('unsent', 'non partie'), ('cancelled', 'annulée')], default='waiting', max_length=10, verbose_name='état'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('no_email', 'aucun courriel dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint'), ('broken', 'erreur d’EduConnect : à renvoyer'), ('budget', 'budget SMS du mois épuisé'), ('bad_number', 'numéro inconnu de l’opérateur'), ('rule_off', 'l’école n’alerte pas de ce fait')], max_length=12, verbose_name='pourquoi'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('sms', 'SMS'), ('email', 'courriel')], default='sms', max_length=10, verbose_name='voie'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='recipient',
            field=models.CharField(max_length=254, verbose_name='destinataire'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(models.F('climbs_at'), condition=models.Q(('climbs_at', None), _negated=True), name='alert_climbing'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['guardian', '-created_at'], name='alert_of_guardian'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertschoolhistory" ("climbs_at", "created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "lead_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "rung", "school_id", "state", "student_id", "text", "why") VALUES (NEW."climbs_at", NEW."created_at", NEW."due_at", NEW."guardian_id", NEW."id", NEW."is_bulk", NEW."key", NEW."kind", NEW."lead_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."read_at", NEW."rung", NEW."school_id", NEW."state", NEW."student_id", NEW."text", NEW."why"); RETURN NULL;', hash='7c18c00a8a08e9528c44c8771be9c52c48d93206', operation='INSERT', pgid='pgtrigger_insert_insert_5cebb', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_alertschoolhistory" ("climbs_at", "created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "lead_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "rung", "school_id", "state", "student_id", "text", "why") VALUES (NEW."climbs_at", NEW."created_at", NEW."due_at", NEW."guardian_id", NEW."id", NEW."is_bulk", NEW."key", NEW."kind", NEW."lead_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."read_at", NEW."rung", NEW."school_id", NEW."state", NEW."student_id", NEW."text", NEW."why"); RETURN NULL;', hash='6186f3340840b73344c0df436e9d0464779f1181', operation='UPDATE', pgid='pgtrigger_update_update_761d8', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertschoolhistory" ("climbs_at", "created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "lead_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_at", "rung", "school_id", "state", "student_id", "text", "why") VALUES (OLD."climbs_at", OLD."created_at", OLD."due_at", OLD."guardian_id", OLD."id", OLD."is_bulk", OLD."key", OLD."kind", OLD."lead_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."read_at", OLD."rung", OLD."school_id", OLD."state", OLD."student_id", OLD."text", OLD."why"); RETURN NULL;', hash='85e7889ff6f776d3d863ce5e3f2d0892fe5f756d', operation='DELETE', pgid='pgtrigger_delete_delete_96bfb', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertsettingsschoolhistory" ("budget", "digest_minutes", "grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "school_id", "sends_sms", "sms_a_day", "sms_price") VALUES (NEW."budget", NEW."digest_minutes", NEW."grace_minutes", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."school_id", NEW."sends_sms", NEW."sms_a_day", NEW."sms_price"); RETURN NULL;', hash='925ace6c9ee37827482e5ffe57c4d2d0f9b58ae6', operation='INSERT', pgid='pgtrigger_insert_insert_94b60', table='notifications_alertsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_alertsettingsschoolhistory" ("budget", "digest_minutes", "grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "school_id", "sends_sms", "sms_a_day", "sms_price") VALUES (NEW."budget", NEW."digest_minutes", NEW."grace_minutes", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."school_id", NEW."sends_sms", NEW."sms_a_day", NEW."sms_price"); RETURN NULL;', hash='8a6771523efb15251cfcd6a717ef28071c7a4db1', operation='UPDATE', pgid='pgtrigger_update_update_56c73', table='notifications_alertsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertsettingsschoolhistory" ("budget", "digest_minutes", "grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "school_id", "sends_sms", "sms_a_day", "sms_price") VALUES (OLD."budget", OLD."digest_minutes", OLD."grace_minutes", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until", OLD."school_id", OLD."sends_sms", OLD."sms_a_day", OLD."sms_price"); RETURN NULL;', hash='dc9b65a92b418560402298d62fff0a9d8dc6bec7', operation='DELETE', pgid='pgtrigger_delete_delete_d31cf', table='notifications_alertsettings', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=apps.core.locks.SameSchool(field='lead', name='notifications_alert_lead_id_same'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertruleschoolhistory" ("audience", "id", "ignores_quiet", "is_on", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "wording") VALUES (NEW."audience", NEW."id", NEW."ignores_quiet", NEW."is_on", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."school_id", NEW."wording"); RETURN NULL;', hash='b088934bf6b6717dde78f67a3f371ea3ab67aa25', operation='INSERT', pgid='pgtrigger_insert_insert_d3921', table='notifications_alertrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_alertruleschoolhistory" ("audience", "id", "ignores_quiet", "is_on", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "wording") VALUES (NEW."audience", NEW."id", NEW."ignores_quiet", NEW."is_on", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."school_id", NEW."wording"); RETURN NULL;', hash='2251fc708a726f8c4b6a67607ad8a7217a5f4e90', operation='UPDATE', pgid='pgtrigger_update_update_edc72', table='notifications_alertrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertruleschoolhistory" ("audience", "id", "ignores_quiet", "is_on", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "wording") VALUES (OLD."audience", OLD."id", OLD."ignores_quiet", OLD."is_on", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."school_id", OLD."wording"); RETURN NULL;', hash='4bf64fe2c3ff18535c1119178495d7f76d73889a', operation='DELETE', pgid='pgtrigger_delete_delete_114f2', table='notifications_alertrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertruleschoolhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3179572bcff804c632ea51a283ab7ac3f37e026e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3e57c', table='notifications_alertruleschoolhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_rungschoolhistory" ("after_minutes", "channel", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "rule_id", "school_id") VALUES (NEW."after_minutes", NEW."channel", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."rule_id", NEW."school_id"); RETURN NULL;', hash='68fd494a05c7f059589a50c77b98aca7ccc38482', operation='INSERT', pgid='pgtrigger_insert_insert_bf1a1', table='notifications_rung', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_rungschoolhistory" ("after_minutes", "channel", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "rule_id", "school_id") VALUES (NEW."after_minutes", NEW."channel", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."rule_id", NEW."school_id"); RETURN NULL;', hash='6d3d5a83efd3dbfddcd5a784fe1a6e204b26763f', operation='UPDATE', pgid='pgtrigger_update_update_5ff29', table='notifications_rung', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_rungschoolhistory" ("after_minutes", "channel", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "rule_id", "school_id") VALUES (OLD."after_minutes", OLD."channel", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."rule_id", OLD."school_id"); RETURN NULL;', hash='a3df1ed22b15f46bfac57320b78d25a1e536dc03', operation='DELETE', pgid='pgtrigger_delete_delete_fa404', table='notifications_rung', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rungschoolhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0a10358636bd53d4c7d689ded7c234103d8fcd89', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_923e4', table='notifications_rungschoolhistory', when='BEFORE')),
        ),
    ]
