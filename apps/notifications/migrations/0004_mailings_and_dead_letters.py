import apps.core.locks
import apps.core.tenancy
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_phoneproof'),
        ('notifications', '0003_ceilings'),
        ('schools', '0002_school_logo_digest'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=480, verbose_name='message')),
                ('audience', models.CharField(max_length=200, verbose_name='à qui')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='responsables')),
                ('created_at', models.DateTimeField(verbose_name='écrit le')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='par')),
                ('school', models.ForeignKey(db_index=False, default=apps.core.tenancy.current_school_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school', verbose_name='établissement')),
            ],
            options={
                'verbose_name': 'message aux familles',
                'verbose_name_plural': 'messages aux familles',
                'indexes': [models.Index(fields=['school', '-created_at'], name='mailing_latest')],
                'constraints': [apps.core.locks.RowsOfOneSchool(name='notifications_mailing_wall'), models.UniqueConstraint(fields=('school', 'id'), name='notifications_mailing_in_school'), apps.core.locks.SameSchool(field='author', name='notifications_mailing_author_id_same')],
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
        migrations.AddField(
            model_name='alert',
            name='is_bulk',
            field=models.BooleanField(default=False, verbose_name='envoi en nombre'),
        ),
        migrations.AddField(
            model_name='alert',
            name='text',
            field=models.CharField(blank=True, max_length=480, verbose_name='texte'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='is_bulk',
            field=models.BooleanField(default=False, verbose_name='envoi en nombre'),
        ),
        migrations.AddField(
            model_name='alertschoolhistory',
            name='text',
            field=models.CharField(blank=True, max_length=480, verbose_name='texte'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='is_bulk',
            field=models.BooleanField(default=False, verbose_name='envoi en nombre'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('absence', 'absence'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint'), ('broken', 'erreur d’EduConnect : à renvoyer')], max_length=12, verbose_name='pourquoi'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='kind',
            field=models.CharField(choices=[('absence', 'absence'), ('correction', 'correction'), ('mailing', 'message aux familles')], max_length=12, verbose_name='nature'),
        ),
        migrations.AlterField(
            model_name='alertschoolhistory',
            name='why',
            field=models.CharField(blank=True, choices=[('no_guardian', 'aucun responsable à prévenir'), ('no_mobile', 'aucun mobile dans la fiche'), ('sms_off', 'l’école n’envoie pas de SMS'), ('too_late', 'plus de quatre heures de retard'), ('same_number', 'déjà dit au même numéro'), ('not_true', 'l’absence a été corrigée ou justifiée'), ('in_doubt', 'peut-être reçue'), ('cap_number', 'trop de SMS à ce numéro aujourd’hui'), ('cap_school', 'plafond du jour de l’école atteint'), ('cap_platform', 'plafond du jour d’EduConnect atteint'), ('broken', 'erreur d’EduConnect : à renvoyer')], max_length=12, verbose_name='pourquoi'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertschoolhistory" ("created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "state", "student_id", "text", "why") VALUES (NEW."created_at", NEW."due_at", NEW."guardian_id", NEW."id", NEW."is_bulk", NEW."key", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."school_id", NEW."state", NEW."student_id", NEW."text", NEW."why"); RETURN NULL;', hash='16ed7dd62d1bbf5a90a6cf51d799aaaf9c552498', operation='INSERT', pgid='pgtrigger_insert_insert_5cebb', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_alertschoolhistory" ("created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "state", "student_id", "text", "why") VALUES (NEW."created_at", NEW."due_at", NEW."guardian_id", NEW."id", NEW."is_bulk", NEW."key", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."school_id", NEW."state", NEW."student_id", NEW."text", NEW."why"); RETURN NULL;', hash='283e09347c44731b51f75b14f5cfd604898262e6', operation='UPDATE', pgid='pgtrigger_update_update_761d8', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_alertschoolhistory" ("created_at", "due_at", "guardian_id", "id", "is_bulk", "key", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "school_id", "state", "student_id", "text", "why") VALUES (OLD."created_at", OLD."due_at", OLD."guardian_id", OLD."id", OLD."is_bulk", OLD."key", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."school_id", OLD."state", OLD."student_id", OLD."text", OLD."why"); RETURN NULL;', hash='94ad64dc5b346b1251c6b79216bb5e15fe5ccdae', operation='DELETE', pgid='pgtrigger_delete_delete_96bfb', table='notifications_alert', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deliverychange',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='42d4cdc695ed4f1ba1703bbc0dc99ec383e23eb2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c9f2d', table='notifications_deliverychange', when='BEFORE')),
        ),
    ]
