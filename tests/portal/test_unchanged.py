"""The second visit on a poor link: a 304 while nothing has changed, never one when something has."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message as Flash
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from apps.accounts.models import MemberRole, Role
from apps.attendance.models import Absence
from apps.attendance.rules import Line
from apps.attendance.services import justify_absence
from apps.classes.models import ClassGroup, ClassTerm, Subject, SubjectPlan, Term
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.grades.api import MarkValue
from apps.grades.models import Assessment
from apps.grades.services import publish_assessment, save_marks
from apps.messaging.models import Participation
from apps.people.models import Guardianship, Student
from apps.portal import stamps
from apps.schools.models import School
from tests.conftest import fresh
from tests.factories.accounts import LONG_AGO, MemberFactory
from tests.factories.attendance import JustificationFactory
from tests.factories.schools import LogoFactory

from . import cast
from .test_family import write

FAMILY, MARKS, ABSENCES = "/famille/", "/{slug}/enfants/{pk}/", "/{slug}/enfants/{pk}/absences/"


@pytest.fixture(scope="module")
def one_home(build_once):
    return build_once(a_home)


@pytest.fixture
def home(db, one_home):
    return fresh(one_home)


def a_home():
    home = cast.household(cast.mother(), marks=8, absences=1)
    with in_school(home.school.pk):
        write(home, 2)
        draft = Assessment.objects.order_by("-pk").first()
        Assessment.objects.filter(pk=draft.pk).update(published_at=None)
    return home


@pytest.fixture
def browser(client, home):
    client.force_login(home.member.user)
    return client


def again(browser, home, page=FAMILY, **headers):
    """A second visit, as a browser makes it."""
    address = page.format(slug=home.school.slug, pk=home.student.pk)
    first = browser.get(address)
    assert first.status_code == 200

    def revisit(client=browser):
        return client.get(address, headers={"If-None-Match": first["ETag"]} | headers)

    return revisit


@pytest.mark.parametrize("page", [FAMILY, MARKS, ABSENCES])
def test_an_unchanged_page_is_a_304_with_an_empty_body(browser, home, page, count_queries):
    revisit = again(browser, home, page)
    answers = []
    cost = count_queries(lambda: answers.append(revisit()))
    print(f"304 of {page}: {cost} statements")  # noqa: T201
    assert answers[0].status_code == 304
    assert answers[0].content == b""
    assert "no-cache" in answers[0]["Cache-Control"]
    assert "private" in answers[0]["Cache-Control"]
    assert cost <= 14


# Each cause in turn


def mark_changed(home):
    sheet = Assessment.objects.exclude(published_at=None).order_by("pk").first()
    values = {home.student.pk: MarkValue(Decimal("19.5"))}
    save_marks(assessment_id=sheet.pk, marks=values, by=home.teacher, at=now())


def a_classmates_mark_changed(home):
    sheet = Assessment.objects.exclude(published_at=None).order_by("pk").first()
    other = sheet.marks.exclude(student=home.student).order_by("pk").first()
    values = {other.student_id: MarkValue(Decimal("0.5"))}
    save_marks(assessment_id=sheet.pk, marks=values, by=home.teacher, at=now())


def sheet_published(home):
    sheet = Assessment.objects.get(published_at=None)
    publish_assessment(assessment_id=sheet.pk, at=now(), by=home.teacher)


def term_locked(home):
    ClassTerm.objects.update(state=ClassTerm.State.LOCKED, marks_lock_at=now())


def term_renamed(home):
    Term.objects.update(name="Premier trimestre")


def term_moved(home):
    Term.objects.update(ends_on=date(2026, 12, 11))


def class_renamed(home):
    ClassGroup.objects.update(name="3e 5")


def coefficient_changed(home):
    SubjectPlan.objects.filter(pk=SubjectPlan.objects.order_by("pk").first().pk).update(coefficient=9)


def subject_renamed(home):
    Subject.objects.filter(pk=Subject.objects.order_by("pk").first().pk).update(name="Maths")


def classmate_arrived(home):
    cast.another_child(home, "Ama")


def roll_called(home):
    cast.call(home, today(), {})


def roll_corrected(home):
    cast.call(home, cast.FRIDAY, {home.student.pk: Line("late", 5)})


def second_hour_missed(home):
    cast.call(home, cast.FRIDAY, {home.student.pk: Line("absent")}, cast.SECOND_HOUR)


def absence_justified(home):
    absence = Absence.objects.get(student=home.student, held_on=cast.FRIDAY)
    justify_absence(absence_id=absence.pk, reason="Consultation", by=home.teacher, at=now())


def reason_given(home):
    absence = Absence.objects.get(student=home.student, held_on=cast.FRIDAY)
    JustificationFactory(student=home.student, starts_on=absence.held_on)


def absence_to_come_declared(home):
    JustificationFactory(student=home.student, starts_on=today() + timedelta(days=3))


def no_longer_hers_to_justify(home):
    Guardianship.objects.filter(pk=home.guardianship.pk).update(may_justify=False)


def message_came(home):
    write(home, 1)


def messages_read(home):
    Participation.objects.filter(member=home.member).update(last_read=2, read_at=now())


def right_withdrawn(home):
    Guardianship.objects.filter(pk=home.guardianship.pk).update(may_see_marks=False)


def child_arrived(home):
    cast.another_child(home, "Koffi")


def child_renamed(home):
    Student.objects.filter(pk=home.student.pk).update(first_name="Aya Grâce")


def role_given(home):
    MemberRole.objects.create(member=home.member, role=Role.TEACHER, since=LONG_AGO)


def school_renamed(home):
    School.objects.filter(pk=home.school.pk).update(name="Collège Saint-Jean")


def logo_sent(home):
    LogoFactory()


FIGURES = [mark_changed, a_classmates_mark_changed, sheet_published, term_renamed, class_renamed,
           coefficient_changed, subject_renamed, classmate_arrived]  # fmt: skip
DAYS = [roll_corrected, second_hour_missed, absence_justified, reason_given, no_longer_hers_to_justify]
EVERYWHERE = [message_came, messages_read, right_withdrawn, child_renamed, role_given, school_renamed]
CAUSES = {
    FAMILY: [*FIGURES, *DAYS, roll_called, *EVERYWHERE, child_arrived],
    MARKS: [*FIGURES, term_locked, term_moved, *EVERYWHERE, logo_sent],
    ABSENCES: [*DAYS, absence_to_come_declared, class_renamed, *EVERYWHERE, logo_sent],
}


@pytest.mark.parametrize(
    ("page", "cause"),
    [(page, cause) for page, causes in CAUSES.items() for cause in causes],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_changed_page_is_sent_again(browser, home, page, cause):
    revisit = again(browser, home, page)
    with in_school(home.school.pk):
        cause(home)
    assert revisit().status_code in (200, 404)
    assert revisit().status_code != 304


def test_a_suspension_is_seen_at_once(browser, home):
    revisit = again(browser, home)
    School.objects.filter(pk=home.school.pk).update(suspended_at=now())
    assert "n’est pas ouvert" in revisit().text


def test_a_role_elsewhere_changes_the_family_page(browser, home):
    revisit = again(browser, home)
    cast.household(home.member.user, "Yao", marks=0, absences=0)
    assert "Yao" in revisit().text


@pytest.mark.parametrize("page", CAUSES)
def test_another_sign_in_is_never_served_the_first_ones_page(client, browser, home, page):
    revisit = again(browser, home, page)
    browser.logout()
    browser.force_login(home.member.user)
    assert revisit().status_code == 200


@pytest.mark.parametrize("page", CAUSES)
def test_another_form_token_another_page(browser, home, page):
    revisit = again(browser, home, page)
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    assert revisit().status_code == 200


@pytest.mark.parametrize("page", CAUSES)
def test_another_release_another_page(browser, home, page, monkeypatch):
    revisit = again(browser, home, page)
    monkeypatch.setattr(stamps, "release", lambda: "the next one")
    assert revisit().status_code == 200


@pytest.mark.parametrize("page", CAUSES)
def test_another_day_another_page(browser, home, page, time_machine):
    revisit = again(browser, home, page)
    assert revisit().status_code == 304
    time_machine.move_to(now() + timedelta(days=1))
    assert revisit().status_code == 200


@pytest.mark.parametrize("page", CAUSES)
def test_a_message_that_waits_is_shown_first(browser, home, page):
    revisit = again(browser, home, page)
    browser.cookies["messages"] = flash("Mot de passe changé.")
    answer = revisit()
    assert answer.status_code == 200
    assert "Mot de passe changé." in answer.text


def test_a_part_is_not_the_page(browser, home):
    revisit = again(browser, home, MARKS, **{"HX-Request": "true"})
    answer = revisit()
    assert answer.status_code == 200
    assert "<html" not in answer.text


def flash(text: str) -> str:
    """The cookie of a message that was not seen yet."""
    storage = CookieStorage(RequestFactory().get("/"))
    return storage._encode([Flash(constants.SUCCESS, text)])


def test_the_release_is_one_word_that_the_code_makes():
    assert len(stamps.release()) == 16
    assert stamps.release() == stamps.release.__wrapped__()


def test_a_stranger_gets_no_304(client, browser, home):
    revisit = again(browser, home, MARKS)
    with in_school(home.school.pk):
        client.force_login(MemberFactory(roles=[Role.GUARDIAN]).user)
    assert revisit(client).status_code == 404
