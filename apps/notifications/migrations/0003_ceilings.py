import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_tried_again'),
    ]

    operations = [
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
            model_name='alertsettings',
            name='sms_a_day',
            field=models.PositiveIntegerField(default=2000, help_text='Au-delà, les alertes ne partent pas et vie scolaire les voit.', verbose_name='SMS par jour, au plus'),
        ),
        migrations.AddField(
            model_name='alertsettingsschoolhistory',
            name='sms_a_day',
            field=models.PositiveIntegerField(default=2000, help_text='Au-delà, les alertes ne partent pas et vie scolaire les voit.', verbose_name='SMS par jour, au plus'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint')], max_length=12, verbose_name='pourquoi'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint')], max_length=12, verbose_name='pourquoi'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertsettingsschoolhistory" ("grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "sends_sms", "sms_a_day") VALUES (NEW."grace_minutes", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."school_id", NEW."sends_sms", NEW."sms_a_day"); RETURN NULL;', hash='b55d3e0f9fee267fbee32b886506ba7369a7b82a', operation='INSERT', pgid='pgtrigger_insert_insert_94b60', table='notifications_alertsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_alertsettingsschoolhistory" ("grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "sends_sms", "sms_a_day") VALUES (NEW."grace_minutes", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."school_id", NEW."sends_sms", NEW."sms_a_day"); RETURN NULL;', hash='f855c276c70a7e8dbb857416302c8e0e9945c994', operation='UPDATE', pgid='pgtrigger_update_update_56c73', table='notifications_alertsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertsettings',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertsettingsschoolhistory" ("grace_minutes", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "sends_sms", "sms_a_day") VALUES (OLD."grace_minutes", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."school_id", OLD."sends_sms", OLD."sms_a_day"); RETURN NULL;', hash='84f9423de7b4f474e816eef31e949c360c3cea1d', operation='DELETE', pgid='pgtrigger_delete_delete_d31cf', table='notifications_alertsettings', when='AFTER')),
        ),
    ]
