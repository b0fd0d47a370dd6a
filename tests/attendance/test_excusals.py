"""Who is not expected: written in three taps, seen by the roll calls already closed, withdrawn."""

from datetime import time, timedelta

import pytest

from apps.attendance import services
from apps.attendance.forms import ExcusalForm
from apps.attendance.models import Absence, Excusal, RollEntry
from apps.attendance.rules import Span
from apps.attendance.services import Excuse, span_of
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import ExcusalFactory
from tests.factories.classes import CourseFactory, SubjectFactory
from tests.factories.schools import SchoolFactory

from .conftest import SLOTS

Kind = Excusal.Kind
MORNING = Span(time(7), time(12))


@pytest.fixture
def excuse(classroom, educator):
    """The first pupil is excused, of today."""

    def excused(kind=Kind.INFIRMARY, hours=None, **kwargs) -> Excusal:
        why = Excuse(**{"kind": kind, "starts_on": today(), "ends_on": today(), "hours": hours} | kwargs)
        return services.excuse(student_id=classroom.pupils[0].pk, why=why, by=educator, at=now())

    return excused


@pytest.fixture
def withdraw(educator):
    return lambda excusal: services.withdraw_excusal(excusal_id=excusal.pk, by=educator, at=now())


def states_of(classroom) -> str:
    entries = RollEntry.objects.filter(student=classroom.pupils[0]).order_by("roll_call__starts_at")
    return "".join(entry.state[0] for entry in entries)


def standing() -> list[Span]:
    return [span_of(row) for row in Absence.objects.standing().order_by("starts_at")]


def test_the_roll_calls_that_missed_her_say_that_she_was_excused(classroom, excuse, educator, facts):
    roll = classroom.call("aap")
    facts()
    excuse()
    assert states_of(classroom) == "e"
    assert Absence.objects.standing().get().student == classroom.pupils[1]
    assert facts() == ["AbsenceAmended", "RollCallClosed"]
    roll.refresh_from_db()
    assert roll.corrected_by == educator


def test_whoever_a_roll_call_saw_stays_present(classroom, excuse, facts):
    classroom.call("p")
    classroom.call("l", hour=1)
    facts()
    excuse()
    assert states_of(classroom) == "pl"
    assert facts() == []


def test_only_the_roll_calls_that_begin_while_it_holds_are_changed(classroom, excuse):
    for hour in range(4):
        classroom.call("a", hour=hour)
    excuse(hours=Span(SLOTS[1].starts_at, SLOTS[2].ends_at))
    assert states_of(classroom) == "aeea"
    assert standing() == [SLOTS[0], SLOTS[3]]


def test_whoever_left_after_the_hour_had_begun_was_to_be_there(classroom, excuse):
    classroom.call("a")
    excuse(Kind.LEFT_EARLY, Span(time(8), time(20)))
    assert states_of(classroom) == "a"


def test_a_dispense_of_one_course_excuses_from_it_alone(classroom, excuse):
    classroom.call("a", course_id=classroom.course.pk)
    other = CourseFactory(class_group=classroom.group.class_group, subject=SubjectFactory(code="EPS"))
    classroom.call("a", hour=1, course_id=other.pk)
    excuse(Kind.EXEMPT, course=classroom.course)
    assert states_of(classroom) == "ea"


def test_some_days_of_exclusion_reach_back_over_each_of_them(classroom, excuse):
    days = [today() - timedelta(days=number) for number in range(3)]
    for day in days:
        classroom.call("a", held_on=day)
    excuse(Kind.EXCLUDED, starts_on=days[1])
    assert [row.held_on for row in Absence.objects.standing()] == [days[2]]


def test_the_same_written_twice_is_written_once(excuse):
    assert excuse() == excuse()
    assert Excusal.objects.count() == 1


def test_withdrawn_the_roll_calls_say_again_what_they_saw(classroom, excuse, withdraw, facts):
    classroom.call("a")
    excusal = excuse()
    facts()
    withdraw(excusal)
    assert states_of(classroom) == "a"
    assert standing() == [SLOTS[0]]
    assert facts() == ["AbsenceRecorded", "RollCallClosed"]
    withdraw(excusal)
    assert facts() == []


def test_withdrawn_what_nobody_saw_absent_alarms_nobody(classroom, excuse, withdraw, facts):
    excusal = excuse()
    roll = classroom.call("")
    RollEntry.objects.filter(roll_call=roll, student=classroom.pupils[0]).update(state="excused")
    facts()
    withdraw(excusal)
    assert states_of(classroom) == "p"
    assert standing() == []


def test_one_of_two_withdrawn_the_other_still_excuses(classroom, excuse, withdraw):
    classroom.call("a")
    first = excuse(hours=MORNING)
    excuse(Kind.EXCLUDED)
    withdraw(first)
    assert states_of(classroom) == "e"


def test_history_keeps_what_was_withdrawn(excuse, withdraw):
    excusal = excuse()
    withdraw(excusal)
    history = Excusal.pgh_event_model.objects.filter(pgh_obj_id=excusal.pk).order_by("pgh_id")
    assert [bool(row.cancelled_at) for row in history] == [False, True]


def test_three_weeks_of_exclusion_cost_what_one_day_costs_to_read(classroom, excuse, count_queries):
    for number in range(3):
        classroom.call("p", held_on=today() - timedelta(days=number))
    few = count_queries(excuse, Kind.EXCLUDED)
    assert count_queries(excuse, Kind.EXCLUDED, starts_on=today() - timedelta(days=20)) == few


# Pages


@pytest.fixture
def office(client, htmx, educator):
    client.force_login(educator.user)
    htmx.force_login(educator.user)
    return client


@pytest.fixture
def new(path_to, classroom):
    return lambda nature: path_to("attendance:excusal_new", classroom.pupils[0].pk, nature)


def test_from_a_name_to_the_infirmary_in_three_taps(office, htmx, classroom, path_to):
    pupil = classroom.pupils[0]
    part = soup(htmx.get(path_to("attendance:excusals") + f"?q={pupil.last_name[:4]}"))
    assert part.select_one("#found")
    page = soup(
        office.get(part.find("a", string=None, href=path_to("attendance:excusals_of", pupil.pk))["href"])
    )
    form = soup(office.get(page.find("a", href=lambda href: href.endswith("/infirmerie/"))["href"]))
    typed = {field["name"]: field["value"] for field in form.select("main [name][value]")}
    answer = office.post(path_to("attendance:excusal_new", pupil.pk, "infirmerie"), typed)
    assert answer.status_code == 302
    excusal = Excusal.objects.get()
    assert (excusal.student, excusal.kind, excusal.starts_on) == (pupil, Kind.INFIRMARY, today())
    assert excusal.ends_at > excusal.starts_at
    assert "c’est écrit" in office.get(answer.url).text


def test_what_is_typed_already_depends_on_why():
    moment = time(9, 41, 12)
    assert ExcusalForm.begins(Kind.LEFT_EARLY, today(), moment) == {"du": today(), "de": time(9, 41)}
    assert ExcusalForm.begins(Kind.INFIRMARY, today(), moment) == {
        "du": today(), "de": SLOTS[2].starts_at, "a": SLOTS[2].ends_at,
    }  # fmt: skip
    assert ExcusalForm.begins(Kind.EXCLUDED, today(), moment) == {"du": today()}


def test_an_exit_lasts_until_the_evening(office, new):
    office.post(new("depart"), {"du": today(), "de": "10:00", "note": "Sa mère"})
    excusal = Excusal.objects.get()
    assert (excusal.starts_at, excusal.ends_at, excusal.note) == (time(10), time(20), "Sa mère")


def test_a_dispense_is_of_days_and_perhaps_of_one_course(office, new, classroom):
    page = soup(office.get(new("dispense")))
    assert page.find("option", value=str(classroom.course.pk))
    last = today() + timedelta(days=30)
    office.post(new("dispense"), {"du": today(), "au": last, "cours": classroom.course.pk})
    excusal = Excusal.objects.get()
    assert (excusal.ends_on, excusal.course, excusal.starts_at) == (last, classroom.course, None)


@pytest.mark.parametrize(
    ("nature", "change", "said"),
    [
        ("exclusion", {"du": ""}, "Donnez le premier jour"),
        ("exclusion", {"du": "2016-01-01"}, "vérifiez l’année"),
        ("exclusion", {"au": "2026-01-01"}, "ne vient pas avant"),
        ("exclusion", {"de": "10:00", "a": "09:00"}, "La fin vient après"),
        ("depart", {"de": "21:00"}, "La fin vient après"),
        ("dispense", {"cours": "0"}, "choix valide"),
        ("dispense", {"note": "x" * 121}, "120"),
    ],
)
def test_what_is_wrong_is_said_beside_it(office, new, nature, change, said):
    page = office.post(new(nature), {"du": today()} | change)
    assert page.status_code == 422
    assert said in " ".join(error.text for error in soup(page).select(".err"))
    assert not Excusal.objects.exists()


def test_another_nature_does_not_exist(office, new):
    assert office.get(new("vacances")).status_code == 404


def test_the_day_shows_who_is_not_expected_then(office, path_to):
    one = ExcusalFactory(student__last_name="Zadi", starts_at=time(9), ends_at=time(10))
    ExcusalFactory(student__last_name="Parti", starts_on=today() - timedelta(days=1))
    ExcusalFactory(student__last_name="Repris", cancelled_at=now())
    page = soup(office.get(path_to("attendance:excusals")))
    assert [row.select_one("b").text for row in page.select("#found a.row")] == [str(one.student)]
    yesterday = office.get(path_to("attendance:excusals") + f"?jour={today() - timedelta(days=1)}")
    assert "Parti" in yesterday.text


def test_an_excusal_is_withdrawn_from_the_pupil_s_page(office, excuse, path_to, classroom):
    excusal = excuse()
    page = path_to("attendance:excusals_of", classroom.pupils[0].pk)
    away = path_to("attendance:excusal_withdraw", excusal.pk)
    assert soup(office.get(page)).find("form", action=away)
    assert "de nouveau attendu" in office.post(away, follow=True).text
    assert not soup(office.get(page)).find("form", action=away)


def test_nobody_else_writes_any(client, classroom, new, excuse, path_to):
    away = path_to("attendance:excusal_withdraw", excuse().pk)
    for member in (classroom.teacher, MemberFactory()):
        client.force_login(member.user)
        assert client.post(new("depart"), {"du": today()}).status_code == 404
        assert client.post(away).status_code == 404
    with in_school(SchoolFactory().pk):
        elsewhere = ExcusalFactory()
    assert client.post(path_to("attendance:excusal_withdraw", elsewhere.pk)).status_code == 404
