"""What the mark sheet of a class of 42 costs our machine: opened, saved by cells, saved by a form."""

import json
from itertools import count, cycle
from urllib.parse import urlencode

from apps.classes.models import Enrolment
from tests.budget import AS_BROWSERS_SEND, cpu, show, statements
from tests.factories.grades import AssessmentFactory


def test_a_column_of_marks_costs_little(client, school, path_to, empty_view):
    assessment = AssessmentFactory(pupils=42)
    client.force_login(assessment.course.teacher.user)
    sheet, cells = path_to("grades:mark_sheet", assessment.pk), path_to("grades:cells")
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    marks, keys = cycle(["12,5", "8", "15,25", "Abs"]), count()
    there = dict.fromkeys(pupils, "")

    def save_cells():
        """As the browser's queue does: 42 cells in a batch with a key."""
        typed = {pk: next(marks) for pk in pupils}
        batch = {f"{assessment.pk}.{pk}": [there[pk], typed[pk]] for pk in pupils}
        key = {"Idempotency-Key": f"lot-{next(keys)}"}
        saved = client.post(cells, json.dumps(batch), "application/json", headers=key).json()["cells"]
        assert {fate["state"] for fate in saved.values()} == {"saved"}
        there.update(typed)
        next(marks)

    def save_form():
        """As a browser without scripts does."""
        typed = {str(pk): next(marks) for pk in pupils}
        assert client.post(sheet, urlencode(typed), content_type=AS_BROWSERS_SEND).status_code == 302
        next(marks)

    batch = len(statements(save_cells))
    costs = {
        "saving 42 cells in a batch (25 ms, all in)": cpu(save_cells),
        "saving 42 marks by a form (25 ms, all in)": cpu(save_form),
        "opening their sheet": cpu(lambda: client.get(sheet)),
    }
    show(costs, cpu(lambda: client.get(empty_view)))
    by_form, opening = len(statements(save_form)), len(statements(lambda: client.get(sheet)))
    print(f"statements: {batch} for a batch, {by_form} by a form, {opening} to open")  # noqa: T201
    assert batch <= 24
    assert by_form <= 19
    assert opening <= 13
