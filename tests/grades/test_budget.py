"""What the mark sheet of a class of 42 costs our machine: opened, saved by cells, saved by a form."""

import gzip
import json
import time
from collections.abc import Callable
from itertools import count, cycle
from urllib.parse import urlencode

import brotli
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from rjsmin import jsmin

from apps.classes.models import Enrolment
from apps.core.tenancy import in_school
from apps.grades.models import Assessment, Mark
from tests.budget import AS_BROWSERS_SEND, cpu, percentiles, show, statements
from tests.factories.grades import AssessmentFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture
def assessment(school, client):
    return column_of_forty_two(client)


@pytest.fixture
def save_cells(assessment, client, path_to):
    return saving(assessment, client, path_to("grades:cells"))


def column_of_forty_two(client) -> Assessment:
    """Its teacher signed in."""
    assessment = AssessmentFactory(pupils=42)
    client.force_login(assessment.course.teacher.user)
    return assessment


def saving(assessment: Assessment, client, cells: str) -> Callable[[], None]:
    """As the browser's queue does: 42 cells in a batch with a key, other marks each time."""
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    marks, keys = cycle(["12,5", "8", "15,25", "Abs"]), count()
    there = dict.fromkeys(pupils, "")

    def save():
        typed = {pk: next(marks) for pk in pupils}
        batch = {f"{assessment.pk}.{pk}": [there[pk], typed[pk]] for pk in pupils}
        key = {"Idempotency-Key": f"lot-{next(keys)}"}
        answer = client.post(cells, json.dumps(batch), "application/json", headers=key)
        assert {fate["state"] for fate in answer.json()["cells"].values()} == {"saved"}
        there.update(typed)
        next(marks)

    return save


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_saving_forty_two_marks_again_and_again(client, address_in):
    """Each save commits: in one transaction, each would wade through the rows that the others left behind."""
    school = SchoolFactory()
    with in_school(school.pk):
        save = saving(column_of_forty_two(client), client, address_in(school, "grades:cells"))
    print(f"42 marks in a batch: {percentiles(save)} (25 and 60 ms)")  # noqa: T201


def test_a_column_of_marks_costs_little(client, assessment, save_cells, path_to, empty_view):
    sheet = path_to("grades:mark_sheet", assessment.pk)
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    marks = cycle(["12,5", "8", "15,25", "Abs"])

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
    assert batch <= 20
    assert by_form <= 19
    assert opening <= 13


def test_sixty_marks_beside_a_bare_insert_of_the_same_rows(client, school, path_to):
    """Wall time, the least of a few, PostgreSQL's included; a ratio, for a person to read."""
    assessment = AssessmentFactory(pupils=60)
    client.force_login(assessment.course.teacher.user)
    cells = path_to("grades:cells")
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    batch = {f"{assessment.pk}.{pk}": ["", "12,5"] for pk in pupils}

    def insert():
        rows = [(school.pk, assessment.pk, pk) for pk in pupils]
        sql = "INSERT INTO grades_mark (school_id, assessment_id, student_id, value, missing) VALUES "
        with connection.cursor() as cursor:
            values = ", ".join(["(%s, %s, %s, 12.5, '')"] * len(rows))
            cursor.execute(sql + values, [value for row in rows for value in row])

    def send(body: dict):
        answer = client.post(cells, json.dumps(body), "application/json")
        assert {fate["state"] for fate in answer.json()["cells"].values()} == {"saved"}

    def one_by_one():
        for slot, pair in batch.items():
            send({slot: pair})

    def least(save, times: int) -> float:
        spent = []
        for _ in range(times):
            Mark.objects.filter(assessment=assessment).delete()
            start = time.perf_counter()
            save()
            spent.append(time.perf_counter() - start)
            assert assessment.marks.count() == 60
        return min(spent) * 1000

    bare, whole, each = least(insert, 5), least(lambda: send(batch), 5), least(one_by_one, 1)
    print(f"60 marks by a bare INSERT, history's triggers included: {bare:.1f} ms")  # noqa: T201
    print(f"in one batch: {whole:.1f} ms, {whole / bare:.1f} times that")  # noqa: T201
    print(f"one by one: {each:.0f} ms, {each / bare:.0f} times, {each / 60:.1f} ms each")  # noqa: T201


def test_a_gradebook_of_sixty_pupils_and_eight_assessments_travels_light(client, school, path_to):
    """As released: our own scripts without comments, the files in brotli, the page in gzip."""
    assessment = AssessmentFactory(pupils=60)
    columns = [assessment, *AssessmentFactory.create_batch(7, course=assessment.course, term=assessment.term)]
    pupils = list(Enrolment.objects.order_by("pk").values_list("student", flat=True))
    Mark.objects.bulk_create(
        Mark(assessment=column, student_id=pk, value=(pk * 7 + n * 3) % 41 / 2)
        for n, column in enumerate(columns)
        for pk in pupils
    )
    client.force_login(assessment.course.teacher.user)
    page = client.get(path_to("grades:mark_sheet", assessment.pk)).content
    loaded = {
        tag.get("src") or tag.get("href")
        for tag in BeautifulSoup(page, "html.parser").select("script[src], link[rel=stylesheet]")
    }
    again, files = len(gzip.compress(page)), sum(as_released(address) for address in loaded)
    print(f"first visit: {again + files} B in {1 + len(loaded)} requests; next ones: {again} B")  # noqa: T201
    assert again + files <= 45 * 1024
    assert again <= 8 * 1024


def as_released(address: str) -> int:
    file = settings.BASE_DIR / address.removeprefix("/")
    text = file.read_text()
    return len(brotli.compress((jsmin(text) if "/js/" in address else text).encode()))


def soup_of(page: bytes) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")
