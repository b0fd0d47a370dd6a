"""A strike, a storm: classes written absent at once, left alone by later rolls, taken back at once."""

from datetime import time

import pytest

from apps.attendance import services
from apps.attendance.models import Absence, WholeClassAbsence
from apps.attendance.rules import Period, Span
from apps.attendance.services import NobodyIsAbsent, WholeClasses, span_of
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.notifications.models import Alert
from apps.notifications.services import correct, tell_of_absence
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import AbsenceFactory, ExcusalFactory, JustificationFactory, ReasonFactory
from tests.factories.people import GuardianshipFactory
from tests.factories.schools import SchoolFactory

from .conftest import SLOTS, classroom_of

WHOLE_DAY = Span(SLOTS[0].starts_at, SLOTS[-1].ends_at)
MORNING = Span(SLOTS[0].starts_at, SLOTS[3].ends_at)


@pytest.fixture
def write(classroom, educator):
    """Vie scolaire writes the class absent."""

    def written(*rooms, **kwargs) -> WholeClassAbsence:
        values = {
            "group_ids": tuple(room.group.pk for room in rooms or [classroom]),
            "audience": "6e 1",
            "held_on": today(),
            "hours": WHOLE_DAY,
            "reason": ReasonFactory(label="Grève"),
        }
        what = WholeClasses(**values | kwargs)
        return services.write_whole_classes(what=what, by=educator, at=now())

    return written


@pytest.fixture
def undo(educator):
    return lambda entry: services.undo_whole_classes(entry_id=entry.pk, by=educator, at=now())


def absences_of(classroom) -> dict[str, list[Span]]:
    rows = Absence.objects.standing().order_by("starts_at").select_related("student")
    found: dict[str, list[Span]] = {}
    for row in rows:
        found.setdefault(row.student.sort_key, []).append(span_of(row))
    return found


def test_every_pupil_of_these_classes_is_absent(classroom, write, facts, educator):
    next_door = classroom_of(2)
    entry = write(classroom, next_door, line="bus")
    assert (entry.count, entry.recorded_by) == (5, educator)
    assert Absence.objects.filter(whole_classes=entry).count() == 5
    absence = Absence.objects.order_by("pk").first()
    assert (span_of(absence), absence.reason) == (WHOLE_DAY, "Grève\u202f: bus")
    assert (absence.is_justified, absence.listed_reason) == (False, entry.listed_reason)
    assert facts() == ["WholeClassesAbsent"]


def test_families_are_told_where_they_are_to_be(write, facts):
    write(tells_families=True)
    assert facts() == ["WholeClassesAbsent", *["AbsenceRecorded"] * 3]


def test_nobody_is_told_of_what_is_justified(write, facts):
    write(is_justified=True, tells_families=True)
    assert Absence.objects.filter(is_justified=True).count() == 3
    assert facts() == ["WholeClassesAbsent"]


def test_who_had_given_a_reason_is_justified_from_birth(classroom, write, facts):
    JustificationFactory(student=classroom.pupils[0], decided=True, state="accepted")
    write(tells_families=True)
    mine = Absence.objects.get(student=classroom.pupils[0])
    assert (mine.is_justified, mine.reason) == (True, "Maladie")
    assert facts().count("AbsenceRecorded") == 2


def test_written_twice_is_written_once(write):
    write()
    with pytest.raises(NobodyIsAbsent):
        write()
    assert Absence.objects.count() == 3


def test_who_was_seen_is_absent_already_or_is_excused_is_left_out(classroom, write):
    room = classroom_of(4)
    ExcusalFactory(student=room.pupils[3])
    room.call("pal")
    write(classroom, room)
    assert not Absence.objects.exclude(whole_classes=None).filter(student__in=room.pupils).exists()
    who = services.who_is_absent(WholeClasses((room.group.pk,), "6e 1", today(), WHOLE_DAY, ReasonFactory()))
    assert (who.student_ids, who.absent_already, who.seen, who.excused) == ((), 1, 2, 1)


def test_who_was_seen_at_another_hour_is_absent_from_these(classroom, write):
    classroom.call("ppp")
    write(hours=Span(SLOTS[1].starts_at, SLOTS[2].ends_at))
    assert Absence.objects.count() == 3


def test_a_later_roll_neither_shrinks_nor_doubles_it(classroom, write, facts):
    write(hours=MORNING)
    facts()
    classroom.call("aap", hour=1)
    assert list(absences_of(classroom).values()) == [[MORNING]] * 3
    assert facts() == ["RollCallClosed"]


def test_a_roll_of_other_hours_finds_other_absences(classroom, write):
    write(hours=MORNING)
    classroom.call("app", hour=4)
    classroom.call("app", hour=3)
    assert list(absences_of(classroom).values()) == [[MORNING, SLOTS[4]], [MORNING], [MORNING]]


def test_one_pupil_is_taken_out_by_vie_scolaire(classroom, write, educator):
    write()
    mine = Absence.objects.get(student=classroom.pupils[0])
    services.cancel_absence(absence_id=mine.pk, by=educator, at=now())
    classroom.call("ppp")
    assert len(absences_of(classroom)) == 2


def test_undone_it_is_undone_as_a_whole(classroom, write, undo, facts):
    entry = write(tells_families=True)
    facts()
    assert undo(entry) == 3
    assert not Absence.objects.standing().exists()
    assert facts() == ["AbsenceAmended"] * 3
    assert undo(entry) == 0
    entry.refresh_from_db()
    assert entry.cancelled_at


def test_undone_the_roll_calls_of_these_hours_speak_again(classroom, write, undo):
    entry = write(hours=MORNING)
    classroom.call("aap", hour=1)
    undo(entry)
    assert list(absences_of(classroom).values()) == [[SLOTS[1]], [SLOTS[1]]]


def test_undone_what_vie_scolaire_wrote_apart_stays(classroom, write, undo):
    entry = write()
    other = AbsenceFactory(student=classroom.pupils[0], held_on=today(), starts_at=time(20), ends_at=time(21))
    undo(entry)
    assert Absence.objects.standing().get() == other


def test_an_absence_of_whole_classes_is_justified_by_a_family_as_any_other(classroom, write, educator):
    write()
    services.write_justification(
        student_id=classroom.pupils[0].pk,
        said=services.Said(Period(today(), today()), ReasonFactory()),
        by=educator,
        at=now(),
    )
    assert Absence.objects.filter(is_justified=True).count() == 1


def test_sixty_pupils_cost_no_more_statements_than_three(write, undo, count_queries):
    ReasonFactory(label="Grève")

    def cost(pupils: int) -> tuple[int, int]:
        room = classroom_of(pupils)
        writing = count_queries(write, room, tells_families=True)
        return writing, count_queries(undo, WholeClassAbsence.objects.latest("pk"))

    assert cost(3) == cost(60)


def test_families_told_by_mistake_are_told_so(classroom, write, undo):
    GuardianshipFactory(student=classroom.pupils[0])
    entry = write(tells_families=True)
    absence = Absence.objects.get(student=classroom.pupils[0])
    tell_of_absence(absence_id=absence.pk, recorded_at=now(), now=now())
    undo(entry)
    correct(absence_id=absence.pk, now=now())
    assert Alert.objects.get().state == Alert.State.CANCELLED


# The page


@pytest.fixture
def page(path_to) -> str:
    return path_to("portal:whole_classes")


@pytest.fixture
def office(client, educator):
    client.force_login(educator.user)
    return client


@pytest.fixture
def typed(classroom) -> dict:
    return {
        "classes": [classroom.group.pk],
        "jour": today().isoformat(),
        "motif": ReasonFactory(label="Intempéries").pk,
        "precision": "pluie",
        "justifiee": "non",
    }


def test_it_is_asked_once_with_the_count_and_the_cost_then_written(office, page, typed, classroom):
    for pupil in classroom.pupils:
        GuardianshipFactory(student=pupil)
    asked = office.post(page, typed | {"prevenir": "on"})
    assert not Absence.objects.exists()
    said = " ".join(soup(asked).select_one("main").text.split())
    assert "À écrire absents 3" in said
    assert "3 responsables 3 numéros × 15 F au plus" in said
    again = [(field["name"], field["value"]) for field in soup(asked).select("main [type=hidden]")]
    sent: dict[str, list] = {"confirmer": ["1"]}
    for name, value in again:
        sent.setdefault(name, []).append(value)
    assert "3 élèves écrits absents" in office.post(page, sent, follow=True).text
    entry = WholeClassAbsence.objects.get()
    assert (entry.count, entry.words, entry.tells_families) == (3, "Intempéries\u202f: pluie", True)
    assert span_of(Absence.objects.first()) == WHOLE_DAY
    office.post(page, sent)
    assert WholeClassAbsence.objects.count() == 1


def test_a_storm_keeps_all_classes_at_home_by_one_tick(office, page, typed, classroom):
    classroom_of(2)
    del typed["classes"]
    office.post(page, typed | {"toutes": "on", "confirmer": "1"})
    entry = WholeClassAbsence.objects.get()
    assert (entry.audience, entry.count) == ("Toutes les classes", 5)


def test_corrected_the_form_comes_back_as_it_was(office, page, typed):
    form = soup(office.post(page, typed | {"corriger": "1"}))
    assert form.select_one("[name=precision]")["value"] == "pluie"
    assert form.select_one("[name=classes][checked]")


def test_nobody_left_is_said_and_not_written(office, page, typed, write):
    write()
    asked = office.post(page, typed | {"confirmer": "1"})
    assert "Il ne reste personne" in asked.text
    assert WholeClassAbsence.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classes": []}, "au moins une classe"),
        ({"classes": ["0"]}, "choix valide"),
        ({"jour": ""}, "obligatoire"),
        ({"jour": "2099-01-01"}, "pas encore venu"),
        ({"jour": "2026-01-01"}, "Un mois en arrière"),
        ({"de": "10:00", "a": "09:00"}, "La fin vient après"),
        ({"motif": ""}, "Choisissez un motif"),
        ({"justifiee": ""}, "Dites si elles sont justifiées"),
        ({"justifiee": "oui", "prevenir": "on"}, "n’alerte personne"),
    ],
)
def test_what_is_wrong_is_said_beside_it(office, page, typed, change, said):
    answer = office.post(page, typed | change | {"confirmer": "1"})
    assert answer.status_code == 422
    assert said in " ".join(error.text for error in soup(answer).select(".err"))
    assert not WholeClassAbsence.objects.exists()


def test_it_is_taken_back_from_the_page(office, page, write, path_to):
    away = path_to("portal:whole_classes_undo", write().pk)
    assert soup(office.get(page)).find("form", action=away)
    assert "3 élèves ne sont plus absents" in office.post(away, follow=True).text
    assert not soup(office.get(page)).find("form", action=away)


def test_nobody_else_and_no_other_school_writes_any(client, page, typed, write, path_to, educator):
    away = path_to("portal:whole_classes_undo", write().pk)
    client.force_login(MemberFactory().user)
    assert client.post(page, typed).status_code == client.post(away).status_code == 404
    with in_school(SchoolFactory().pk):
        elsewhere = classroom_of(2)
        what = WholeClasses((elsewhere.group.pk,), "6e 1", today(), MORNING, ReasonFactory())
        entry = services.write_whole_classes(what=what, by=MemberFactory(), at=now())
    client.force_login(educator.user)
    assert client.post(path_to("portal:whole_classes_undo", entry.pk)).status_code == 404
    assert client.post(page, typed | {"classes": [elsewhere.group.pk]}).status_code == 422
