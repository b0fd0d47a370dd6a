import tomllib
from pathlib import Path

from django.db import migrations

from apps.core.tenancy import in_school

FILE = Path(__file__).parents[1] / "reasons.toml"
KNOWN = {"label", "justifies", "is_for_families"}


def give_the_usual_list(apps, schema_editor) -> None:
    """To each school that has none, for it opened before there were lists: nothing can be justified without."""
    AbsenceReason = apps.get_model("attendance", "AbsenceReason")
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))["reasons"]
    rows = [{name: one[name] for name in KNOWN & one.keys()} for one in listed]
    for school_id in apps.get_model("schools", "School").objects.order_by("pk").values_list("pk", flat=True):
        with in_school(school_id):
            if not AbsenceReason.objects.filter(school=school_id).exists():
                AbsenceReason.objects.bulk_create(
                    AbsenceReason(position=place, **row) for place, row in enumerate(rows, start=1)
                )


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0004_thresholds_and_passes"),
        ("schools", "0002_school_logo_digest"),
    ]

    operations = [migrations.RunPython(give_the_usual_list, migrations.RunPython.noop)]
