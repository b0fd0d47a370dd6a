"""Each cycle of each year has the rules of grading that its class terms followed, in as many versions.

What is closed keeps its own; what is open follows the commonest among the open ones, the last version.
"""

from collections import Counter

from django.db import migrations

from apps.classes.presets import read_scheme
from apps.core.tenancy import in_school

SECOND_CYCLE = ("2nd", "1ère", "1ere", "1re", "tle", "term")


def of_each_school(work):
    def run(apps, schema_editor):
        for school_id in apps.get_model("schools", "School").objects.order_by("pk").values_list("pk", flat=True):
            with in_school(school_id):
                work(apps, school_id)

    return run


def write_schemes(apps, school_id):
    Level = apps.get_model("classes", "Level")
    for level in Level.objects.filter(school=school_id):
        if level.code.lower().startswith(SECOND_CYCLE):
            Level.objects.filter(pk=level.pk).update(cycle="second")
    ClassTerm = apps.get_model("classes", "ClassTerm")
    rows = ClassTerm.objects.filter(school=school_id).order_by("pk")
    kinds = rows.order_by("class_group__year", "class_group__level__cycle").distinct()
    for year, name, cycle in kinds.values_list(
        "class_group__year", "class_group__year__name", "class_group__level__cycle"
    ):
        its = rows.filter(class_group__year=year, class_group__level__cycle=cycle)
        write_versions(apps, school_id, its, usual(apps, school_id, cycle, name) | {"year_id": year, "cycle": cycle})


def usual(apps, school_id, cycle, year):
    preset = read_scheme(cycle, year)
    conduct = apps.get_model("classes", "Subject").objects.filter(school=school_id, code=preset.conduct_code)
    return preset.settings | {"conduct_subject": conduct.first()}


def write_versions(apps, school_id, rows, settings):
    GradingScheme = apps.get_model("classes", "GradingScheme")
    says = {row.pk: (row.scheme, tuple(sorted(row.zero_codes))) for row in rows}
    open_ones = [row.pk for row in rows if row.state == "open"] or list(says)
    current = Counter(says[pk] for pk in open_ones).most_common(1)[0][0]
    closed = {says[row.pk] for row in rows if row.state != "open"} - {current}
    for version, said in enumerate([*sorted(closed), current], start=1):
        weighting, zero_codes = said
        scheme = GradingScheme.objects.create(
            school_id=school_id,
            version=version,
            **settings | {"weighting": weighting, "zero_codes": list(zero_codes)},
        )
        its = [pk for pk in says if says[pk] == said]
        rows.filter(pk__in=its).exclude(state="open").update(grading_scheme=scheme)
    rows.filter(state="open").update(grading_scheme=scheme)


def write_class_terms(apps, school_id):
    ClassTerm = apps.get_model("classes", "ClassTerm")
    for scheme in apps.get_model("classes", "GradingScheme").objects.filter(school=school_id):
        ClassTerm.objects.filter(grading_scheme=scheme).update(
            scheme=scheme.weighting, zero_codes=scheme.zero_codes
        )


class Migration(migrations.Migration):
    dependencies = [("classes", "0003_grading_schemes")]

    operations = [migrations.RunPython(of_each_school(write_schemes), of_each_school(write_class_terms))]
