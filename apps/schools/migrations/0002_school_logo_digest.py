from django.db import migrations, models

# Each school's logo is behind its wall: one school at a time.
TAKE_THOSE_THAT_ARE = """
    DO $$
      DECLARE its_id bigint;
      BEGIN
        FOR its_id IN SELECT id FROM schools_school LOOP
          PERFORM set_config('app.school', its_id::text, true);
          UPDATE schools_school SET logo_digest = schools_logo.digest
            FROM schools_logo WHERE schools_logo.school_id = its_id AND schools_school.id = its_id;
        END LOOP;
        PERFORM set_config('app.school', '', true);
      END
    $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='school',
            name='logo_digest',
            field=models.CharField(blank=True, default='', editable=False, max_length=16, verbose_name='logo'),
            preserve_default=False,
        ),
        migrations.RunSQL(TAKE_THOSE_THAT_ARE, migrations.RunSQL.noop),
    ]
