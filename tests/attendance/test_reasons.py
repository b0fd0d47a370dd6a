"""The school's own list of reasons: where it comes from, what it makes of an absence."""

import pytest

from apps.attendance import services
from apps.attendance.api import set_up_reasons
from apps.attendance.models import Absence, AbsenceReason
from tests.factories.attendance import ReasonFactory


def test_a_new_school_has_the_usual_list_once(school):
    set_up_reasons()
    AbsenceReason.objects.filter(label="Grève").delete()
    set_up_reasons()
    labels = AbsenceReason.objects.order_by("position").values_list("label", flat=True)
    assert {"Maladie", "Décès dans la famille", "Fête religieuse", "Réveil tardif"} <= set(labels)
    assert "Grève" not in labels
    assert labels[0] == "Maladie"


def test_some_reasons_do_not_justify_and_are_no_family_s_to_choose(school):
    set_up_reasons()
    late = AbsenceReason.objects.get(label="Réveil tardif")
    assert not late.justifies
    assert not late.is_for_families


@pytest.mark.parametrize(
    ("justifies", "line", "words"),
    [(True, "grippe", "Maladie\u202f: grippe"), (True, "", "Maladie"), (False, "", "Maladie")],
)
def test_a_listed_reason_is_written_beside_its_words(classroom, educator, justifies, line, words):
    classroom.call("a")
    listed = ReasonFactory(justifies=justifies)
    services.justify_absence(absence_id=Absence.objects.get().pk, listed=listed, reason=line, by=educator)
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason, absence.listed_reason) == (justifies, words, listed)
    services.withdraw_justification(absence_id=absence.pk, by=educator)
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason, absence.listed_reason) == (False, "", None)
