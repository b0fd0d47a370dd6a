"""What is written of pupils, as bulletins take it."""

import unicodedata

import pytest
from django.db import IntegrityError, transaction

from apps.reports import press
from apps.reports.models import Remark
from apps.reports.rules import AT_MOST_OF_A_SUBJECT, for_print, tidy, unprintable
from apps.reports.selectors import remarks_of
from tests.factories.accounts import MemberFactory
from tests.factories.classes import ClassGroupFactory, SubjectFactory
from tests.factories.reports import RemarkFactory, facts
from tests.reports.test_press import sheet

pytestmark = pytest.mark.django_db


def test_remarks_come_by_pupil_and_subject_in_one_query(school, count_queries):
    group = ClassGroupFactory(pupils=2)
    class_term, author = group.class_terms.get(), MemberFactory()
    aya, koffi = (row.student for row in group.enrolments.order_by("pk"))
    maths = SubjectFactory()
    RemarkFactory(class_term=class_term, student=aya, subject=maths, text="Bien.", author=author)
    RemarkFactory(class_term=class_term, student=aya, subject=None, text="Bon trimestre.", author=author)
    RemarkFactory(class_term=class_term, student=koffi, subject=None, text="À revoir.", author=author)
    RemarkFactory(student=aya, text="D’une autre classe.", author=author)

    assert count_queries(remarks_of, class_term.pk) == 1
    assert remarks_of(class_term.pk) == {
        aya.pk: {maths.pk: "Bien.", None: "Bon trimestre."},
        koffi.pk: {None: "À revoir."},
    }


@pytest.mark.parametrize("subject", [SubjectFactory, lambda: None])
def test_there_is_one_remark_of_a_subject_and_one_general(school, subject):
    first = RemarkFactory(subject=subject())
    with pytest.raises(IntegrityError), transaction.atomic():
        RemarkFactory(class_term=first.class_term, student=first.student, subject=first.subject)


def test_the_database_keeps_what_the_column_prints(school):
    RemarkFactory(text="x" * AT_MOST_OF_A_SUBJECT)
    RemarkFactory(text="x" * (AT_MOST_OF_A_SUBJECT + 1), subject=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RemarkFactory(text="x" * (AT_MOST_OF_A_SUBJECT + 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        RemarkFactory(text="")


def test_each_change_of_a_remark_leaves_what_it_was(school):
    remark = RemarkFactory(text="Moyen.")
    remark.text = "Bien."
    remark.save()
    remark.delete()
    kept = Remark.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "text")
    assert list(kept) == [("insert", "Moyen."), ("update", "Bien."), ("delete", "Bien.")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Bon\ttravail,\r\ncontinuez.  ", "Bon travail, continuez."),
        ("Re\u0301gulier", "Régulier"),
        ("Attention\u202f!", "Attention\u202f!"),
        ("  \n ", ""),
    ],
)
def test_a_remark_is_one_tidy_line(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("Très bien\u202f: « œuvre » d’exception — 1/2 × N’Ɛ", ""),
        ("Bravo 👍", "👍"),
        ("حسن", "ح"),
        ("Bien\x00", "\x00"),
        ("Bien\ud800", "\ud800"),
    ],
)
def test_what_the_font_has_not_is_named(typed, which):
    assert unprintable(typed) == which


def test_all_that_is_taken_prints():
    """A character without a glyph would stop the printing of the whole class."""
    taken = "".join(char for char in map(chr, range(0x3000)) if not unprintable(char))
    assert len(taken) > 900
    assert press.report_card(sheet(facts(remark=unicodedata.normalize("NFC", taken))))
    assert for_print(taken) == taken
    assert for_print("Bravo 👍\t") == "Bravo ? "
