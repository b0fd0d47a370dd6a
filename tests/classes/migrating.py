"""Schools of before the grading schemes, taken to them, back and again; what is found at each stage, as JSON.

Run as the owner of an empty database, by test_migrations.py: `python -m tests.classes.migrating`.
"""

import json
import sys
from datetime import date

import django


def main() -> None:
    django.setup()
    from apps.core.tenancy import in_school

    stages, school_ids = {}, [school(slug) for slug in ("ici", "ailleurs")]
    for school_id, rows in zip(school_ids, BEFORE, strict=True):
        with in_school(school_id):
            fill(rows)
    for stage, migration in STAGES:
        to(migration)
        stages[stage] = []
        for school_id in school_ids:
            with in_school(school_id):
                stages[stage].append(told(migration))
    sys.stdout.write(json.dumps(stages))


OLD, NEW = "0002_codes_that_count_zero", "0005_class_terms_follow_schemes"
STAGES = (("before", OLD), ("after", NEW), ("back", OLD), ("again", NEW))
# By level, each class's terms: state, weighting, codes that count zero.
BEFORE = [
    {
        "6e": [("locked", "bareme", []), ("open", "coef", ["absent"]), ("open", "coef", ["absent"])],
        "Tle": [("published", "coef", ["exempt", "absent"]), ("open", "bareme", [])],
    },
    {"3e": [("open", "coef", [])], "2nde": [("locked", "coef", []), ("locked", "bareme", ["absent"])]},
]


def to(migration: str) -> None:
    from django.core.management import call_command

    call_command("migrate", "classes", migration, verbosity=0)


def models_at(migration: str):
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection).project_state(("classes", migration)).apps.get_model


def school(slug: str) -> int:
    to(OLD)
    return models_at(OLD)("schools", "School").objects.create(slug=slug, name=slug).pk


def fill(levels: dict) -> None:
    """A class by level, its terms in order."""
    model = models_at(OLD)
    year = model("schools", "SchoolYear").objects.create(
        name="2026-2027", opens_on=date(2026, 9, 7), closes_on=date(2027, 7, 14)
    )
    calendar = model("classes", "Calendar").objects.create(year=year)
    terms = [
        model("classes", "Term").objects.create(
            calendar=calendar,
            number=n,
            name=f"Trimestre {n}",
            starts_on=date(2026, 8 + n, 8),
            ends_on=date(2026, 9 + n, 7),
        )
        for n in (1, 2, 3)
    ]
    for code, rows in levels.items():
        level = model("classes", "Level").objects.create(code=code, name=code)
        class_group = model("classes", "ClassGroup").objects.create(
            year=year, calendar=calendar, level=level, name=f"{code} 1"
        )
        for term, (state, weighting, zero_codes) in zip(terms, rows, strict=False):
            model("classes", "ClassTerm").objects.create(
                class_group=class_group, term=term, state=state, scheme=weighting, zero_codes=zero_codes
            )


def told(migration: str) -> list:
    """Each class term: its class, its state, its weighting, its codes; then which version says so."""
    rows = models_at(migration)("classes", "ClassTerm").objects.order_by("pk")
    found = []
    for row in rows.select_related("class_group__level"):
        its = row.grading_scheme if migration == NEW else row
        weighting = its.weighting if migration == NEW else its.scheme
        about = [row.class_group.name, row.state, weighting, sorted(its.zero_codes)]
        found.append([*about, *([its.version, its.cycle] if migration == NEW else [])])
    return found


if __name__ == "__main__":
    main()
