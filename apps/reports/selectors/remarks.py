"""What teachers wrote of pupils."""

from collections import defaultdict

from apps.reports.models import Remark


def remarks_of(class_term_id: int) -> dict[int, dict[int | None, str]]:
    """The remarks of a class's term, by student id, then by subject id (None: the general one). One query."""
    found: dict[int, dict[int | None, str]] = defaultdict(dict)
    rows = Remark.objects.filter(class_term=class_term_id)
    for student_id, subject_id, text in rows.values_list("student", "subject", "text"):
        found[student_id][subject_id] = text
    return dict(found)
