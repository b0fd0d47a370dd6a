"""The school's own list of reasons: where it comes from, what it makes of an absence."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.attendance import services
from apps.attendance.api import set_up_reasons
from apps.attendance.models import Absence, AbsenceReason
from apps.core.clock import now
from apps.core.tenancy import in_school
from tests.factories.attendance import ReasonFactory
from tests.factories.schools import SchoolFactory


def test_a_new_school_has_the_usual_list_once(school):
    set_up_reasons()
    AbsenceReason.objects.filter(label="Grève").delete()
    set_up_reasons()
    labels = AbsenceReason.objects.order_by("position").values_list("label", flat=True)
    assert {"Maladie", "Décès dans la famille", "Fête religieuse", "Réveil tardif"} <= set(labels)
    assert "Grève" not in labels
    assert labels[0] == "Maladie"


def test_a_school_opened_before_there_were_lists_gets_one_and_keeps_its_own(school):
    ReasonFactory(label="Le nôtre")
    older = SchoolFactory()
    then = MigrationLoader(connection).project_state(("attendance", "0004_thresholds_and_passes")).apps
    import_module("apps.attendance.migrations.0005_reasons_of_older_schools").give_the_usual_list(then, None)
    assert AbsenceReason.objects.get().label == "Le nôtre"
    with in_school(older.pk):
        given = list(AbsenceReason.objects.order_by("position").values())
        assert given
        AbsenceReason.objects.all().delete()
        set_up_reasons()
        usual = list(AbsenceReason.objects.order_by("position").values())
        assert [one | {"id": 0} for one in given] == [one | {"id": 0} for one in usual]


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
    services.justify_absence(
        absence_id=Absence.objects.get().pk, listed=listed, reason=line, by=educator, at=now()
    )
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason, absence.listed_reason) == (justifies, words, listed)
    services.withdraw_justification(absence_id=absence.pk, by=educator, at=now())
    absence = Absence.objects.get()
    assert (absence.is_justified, absence.reason, absence.listed_reason) == (False, "", None)
