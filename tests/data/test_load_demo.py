"""The demo: what is in it, that it is the same each time, that it tells nobody, and that its figures hold."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from apps.accounts.models import Member, Role, User
from apps.attendance.models import Absence, LateArrival, RollCall, RollEntry, WholeClassAbsence
from apps.classes.models import ClassGroup, Enrolment
from apps.core.events import relay
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from apps.grades.api import Audience, summaries
from apps.grades.models import Assessment, Mark
from apps.messaging.models import Message, Participation
from apps.notifications.api import alerts_of_day
from apps.notifications.models import Alert, Delivery, DeliveryChange, SmsMonth
from apps.people.models import Guardianship, Student
from apps.portal.demo.cast import SCRIPTS
from apps.portal.demo.load import logins
from apps.schools.models import School
from tests.grades import oracle

from . import MORNING, load_demo


@pytest.fixture(scope="module")
def fingerprints(django_db_setup, django_db_blocker):
    """The small demo, loaded twice for its fingerprints, and left there for the tests of this module; and
    what it said.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        before = transaction.savepoint()
        load_demo(small=True)
        first = fingerprint()
        transaction.savepoint_rollback(before)
        said = load_demo(small=True)
        yield first, fingerprint(), said
        transaction.set_rollback(True)


@pytest.fixture
def demo(fingerprints, db):
    return fingerprints


@pytest.fixture
def college(demo):
    college = School.objects.get(slug="sainte-anne")
    with in_school(college.pk):
        yield college


def fingerprint() -> list:
    """Every row of both schools: each reference as the place of what it points to, never a key."""
    places: dict[type, dict[int, int]] = {}
    rows = []
    for school in School.objects.order_by("slug"):
        with in_school(school.pk):
            for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
                if model.__module__.startswith("apps.") and "history" not in model.__name__.lower():
                    keys = model.objects.order_by("pk").values_list("pk", flat=True)
                    places[model] = {pk: place for place, pk in enumerate(keys)}
            for model in places:
                rows += [_row(row, places) for row in model.objects.order_by("pk")]
    return rows


def _row(row: models.Model, places: dict) -> tuple:
    drawn = {"password", "date_joined", "token", "key"}  # an alert's key names its absence
    return (
        row._meta.label,
        *(
            places[field.remote_field.model][getattr(row, field.attname)]
            if isinstance(field, models.ForeignKey) and getattr(row, field.attname)
            else str(getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if field.name not in drawn and not field.primary_key
        ),
    )


def test_the_same_morning_gives_the_same_rows(demo):
    first, second, _ = demo
    assert first == second
    assert len(first) > 3000


def test_it_says_what_it_does_and_who_may_come_in(demo):
    said = demo[2]
    assert "Collège Sainte-Anne de Cocody" in said
    assert "Chargé en" in said
    assert "directrice" in said


def test_loaded_again_it_changes_nothing(demo):
    assert "rien ne change" in load_demo()
    assert fingerprint() == demo[1]


def test_it_tells_nobody(demo):
    """What families were told is past."""
    for script in SCRIPTS:
        with in_school(School.objects.get(slug=script.slug).pk):
            assert Absence.objects.exists()
            assert not RecordedEvent.objects.exists()
            assert not Alert.objects.filter(state="waiting").exists()
            assert not Delivery.objects.unfinished(MORNING + timedelta(days=1)).exists()
    assert relay() == 0
    for script in SCRIPTS:
        with in_school(School.objects.get(slug=script.slug).pk):
            told = Alert.objects.values_list("key", flat=True).distinct().count()
            assert told <= Absence.objects.filter(whole_classes=None).count()


def test_what_became_of_alerts_can_be_seen_in_each_state(college):
    today = {one.fate: one.count for one in alerts_of_day(MORNING.date())}
    assert today.keys() <= {"left", "failed"}
    states = set(Delivery.objects.values_list("state", flat=True))
    assert "delivered" in states != {"delivered"}
    month = SmsMonth.objects.order_by("-month").first()
    paid = Delivery.objects.filter(charged_to=month.month)
    assert month.francs == sum(paid.values_list("cost", flat=True)) > 0
    changes = DeliveryChange.objects.order_by("pk").values_list("delivery", "state")
    assert dict(changes) == dict(Delivery.objects.values_list("pk", "state"))


def test_a_whole_class_was_sent_home(college):
    entry = WholeClassAbsence.objects.get()
    assert entry.count == Absence.objects.filter(whole_classes=entry, is_justified=True).count() > 0


def test_each_login_opens_the_door_at_once(demo, client):
    for login in logins():
        answer = client.post("/connexion/", {"login": login.login, "password": login.password})
        assert answer.status_code == 302, login.login
        assert client.session["_auth_user_id"]
        client.logout()
    assert not User.objects.filter(must_change_password=True).exists()


def test_logins_are_left_for_the_launcher(demo, tmp_path, monkeypatch):
    path = tmp_path / "logins.json"
    monkeypatch.setenv("EDUCONNECT_LOGINS_FILE", str(path))
    load_demo()
    told = json.loads(path.read_text())
    assert {"role", "login", "password", "path"} == set(told[0])
    assert {"directrice", "secretaire", "educateur", "prof.diop", "07 07 00 00 01", "awa"} <= {
        one["login"] for one in told
    }


def test_every_role_has_somebody(college):
    for role in Role:
        assert Member.objects.holding([role], MORNING.date()).exists(), role


def test_one_parent_and_one_teacher_live_in_both_schools(demo):
    people = []
    for script in SCRIPTS:
        with in_school(School.objects.get(slug=script.slug).pk):
            people.append(set(Member.objects.values_list("user__username", flat=True)))
    assert people[0] & people[1] == {"fatou.bamba", "prof.yao"}


def test_a_teacher_may_be_a_parent_too(college):
    kone = Member.objects.with_roles(MORNING.date()).get(user__username="prof.kone")
    assert kone.roles == {Role.TEACHER, Role.GUARDIAN}
    assert Student.objects.in_care_of(kone, MORNING.date()).get().first_name == "Ladji"


def test_awa_is_in_her_class_with_her_mother(college):
    awa = Student.objects.get(member__user__username="awa")
    assert Enrolment.objects.get(student=awa).class_group.name == "6e 2"
    [care] = Guardianship.objects.filter(student=awa).select_related("guardian")
    assert care.guardian.phone == "+2250707000001"
    assert Absence.objects.filter(student=awa).count() == 2
    assert Absence.objects.get(student=awa, is_justified=True).reason == "Maladie"
    assert LateArrival.objects.get(student=awa).minutes == 12


def test_absences_are_what_the_roll_calls_saw(college):
    missed = RollEntry.objects.filter(state="absent").values_list("student", "roll_call__held_on")
    found = Absence.objects.filter(whole_classes=None)
    assert {*found.values_list("student", "held_on")} == {*missed}
    late = RollEntry.objects.filter(state="late").values_list("student", "roll_call", "minutes_late")
    assert {*LateArrival.objects.values_list("student", "roll_call", "minutes")} == {*late}


def test_nothing_happens_on_a_day_without_class(college):
    days = {
        *RollCall.objects.values_list("held_on", flat=True),
        *Assessment.objects.values_list("held_on", flat=True),
    }
    assert not any(day.weekday() > 4 for day in days)
    assert not any(date(2026, 10, 27) < day < date(2026, 11, 2) for day in days)
    assert min(days) >= date(2026, 9, 7)
    assert max(days) == MORNING.date()


def test_this_morning_half_of_the_classes_were_called(college):
    called = RollCall.objects.filter(held_on=MORNING.date())
    assert called.count() == ClassGroup.objects.count() // 2 * 2


def test_nobody_teaches_two_classes_at_once(college):
    hours = Counter(RollCall.objects.values_list("taken_by", "held_on", "starts_at"))
    assert max(hours.values()) == 1


def test_marks_stay_on_their_scale(college):
    assert not Mark.objects.filter(value__gt=models.F("assessment__out_of")).exists()
    assert set(Assessment.objects.values_list("out_of", flat=True)) == {Decimal(10), Decimal(20)}


def test_a_column_waits_for_mme_diop(college):
    waiting = Assessment.objects.get(published_at=None, marks=None)
    assert waiting.course.group.name == "6e 2"
    assert waiting.course.teachers.get().member.user.username == "prof.diop"


def test_some_of_awa_s_class_took_what_is_optional(college):
    awa = Student.objects.get(member__user__username="awa")
    optional = Assessment.objects.exclude(counts="always")
    assert set(optional.values_list("counts", flat=True)) == {"bonus", "if_better"}
    for column in optional:
        assert column.marks.filter(student=awa).exists()
        assert column.marks.count() < Enrolment.objects.filter(class_group__name="6e 2").count()


def test_a_class_has_its_subject_s_parts_in_one_course(college):
    parts = Assessment.objects.exclude(part=None).values_list("part__code", "course__subject__code")
    assert set(parts) == {("FR.EO", "FR"), ("FR.OG", "FR"), ("FR.EE", "FR")}


def test_averages_are_those_of_a_pocket_calculator(college):
    pupils = [row.student_id for row in Enrolment.objects.filter(class_group__name="6e 2")]
    read = summaries(pupils, on=MORNING.date(), audience=Audience.FAMILY)
    assert {pk: summary.average for pk, summary in read.items()} == {pk: overall(pk) for pk in pupils}


# The grid of a sixième, as a report card prints it.
SIXIEME = {"FR": 3, "ANG": 2, "HG": 2, "MATH": 3, "PC": 2, "SVT": 2, "EDHC": 1, "ARTS": 1, "EPS": 1}
SIXIEME |= {"TICE": 1, "COND": 1}


def overall(student: int) -> Decimal | None:
    """A pupil's general average, worked out here from the rows alone."""
    marks: dict[str, list[tuple]] = defaultdict(list)
    for mark in Mark.objects.filter(student=student).select_related("assessment__course__subject"):
        column = mark.assessment
        if column.published_at:
            what = mark.missing or Fraction(mark.value)
            scale = (Fraction(column.out_of), Fraction(column.coefficient), column.counts)
            marks[column.course.subject.code].append((what, *scale))
    averages = {code: oracle.subject_average(its, "coef", ()) for code, its in marks.items()}
    averages = {code: value for code, value in averages.items() if value is not None}
    parts = [(averages[code], Fraction(1)) for code in ("FR.EO", "FR.OG", "FR.EE") if code in averages]
    if parts:
        averages["FR"] = mean(parts)
    points = [
        (half_up(averages[code] * weight), weight) for code, weight in SIXIEME.items() if code in averages
    ]
    total = half_up(sum(point for point, _ in points) / sum(weight for _, weight in points))
    return Decimal(total.numerator) / Decimal(total.denominator)


def mean(pairs: list[tuple[Fraction, Fraction]]) -> Fraction:
    return half_up(sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs))


def half_up(value: Fraction) -> Fraction:
    """To the hundredth, halves up."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def test_discussions_have_no_gap_and_some_are_unread(college):
    for thread in {message.thread for message in Message.objects.select_related("thread")}:
        numbers = thread.messages.order_by("sequence").values_list("sequence", flat=True)
        assert list(numbers) == list(range(1, thread.last_sequence + 1))
    mother = Member.objects.get(user__username="fatou.bamba")
    behind = Participation.objects.filter(member=mother, last_read__lt=models.F("thread__last_sequence"))
    assert behind.count() == 1


def test_its_sizes_are_known_at_once(demo):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'people_student'")
        assert cursor.fetchone()[0] > 0


def test_it_runs_as_the_application(demo):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (False,)
