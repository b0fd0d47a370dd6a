"""What the mark sheet of a class of 42 costs our machine: to open it, to save it with one press."""

from itertools import cycle
from urllib.parse import urlencode

from apps.classes.models import Enrolment
from tests.budget import AS_BROWSERS_SEND, cpu, show, statements
from tests.factories.grades import AssessmentFactory


def test_a_column_of_marks_costs_little(client, htmx, school, path_to, empty_view):
    assessment = AssessmentFactory(pupils=42)
    for browser in (client, htmx):
        browser.force_login(assessment.course.teacher.user)
    sheet = path_to("grades:mark_sheet", assessment.pk)
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    marks = cycle(["12,5", "8", "15,25", "Abs"])

    def save():
        typed = {str(pk): next(marks) for pk in pupils}
        saved = htmx.post(sheet, urlencode(typed), content_type=AS_BROWSERS_SEND)
        assert saved.status_code == 200
        next(marks)

    costs = {
        "saving 42 marks (25 ms, all in)": cpu(save),
        "opening their sheet": cpu(lambda: client.get(sheet)),
    }
    show(costs, cpu(lambda: client.get(empty_view)))
    saving, opening = len(statements(save)), len(statements(lambda: client.get(sheet)))
    print(f"statements: {saving} to save, {opening} to open")  # noqa: T201
    assert saving <= 19
    assert opening <= 11
