"""Two who write of one pupil at the same instant: one is kept, the other is told, whatever the order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from apps.core.tenancy import in_school
from apps.reports.models import Remark
from apps.reports.services import SavedRemarks, save_remarks
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory, SubjectFactory
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 25
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("of_a_subject", [True, False])
def test_of_two_at_once_one_is_kept_and_the_other_told(of_a_subject):
    school = SchoolFactory()
    with in_school(school.pk):
        group = ClassGroupFactory(pupils=1)
        student_id, class_term = group.enrolments.get().student_id, group.class_terms.get()
        subject_id = SubjectFactory().pk if of_a_subject else None
        teachers = [MemberFactory(), MemberFactory()]
    gate = Barrier(2, timeout=30)

    def write(teacher, text: str) -> SavedRemarks:
        try:
            with in_school(school.pk):
                gate.wait()
                return save_remarks(
                    subject_id=subject_id,
                    class_terms={student_id: class_term.pk},
                    texts={student_id: text},
                    seen={student_id: ""},
                    by=teacher,
                    at=NOON,
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for race in range(RACES):
            texts = [f"Bien, {race}.", f"Mal, {race}."]
            hers, theirs = pool.map(write, teachers, texts)
            with in_school(school.pk):
                kept = Remark.objects.get()
                won, lost = (hers, theirs) if kept.text == texts[0] else (theirs, hers)
                assert (won.changed, won.conflicts) == ([student_id], {})
                assert (lost.changed, lost.conflicts[student_id].text) == ([], kept.text)
                kept.delete()
