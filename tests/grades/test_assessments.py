"""What a teacher says of an assessment: how it counts, where, who reads it; that day's others; copies."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, TeachingGroup, Term
from apps.grades.models import Assessment, AssessmentSchoolhistory
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    SubjectPlanFactory,
)
from tests.factories.grades import AssessmentFactory, MarkFactory

NEW = {"title": "Composition", "kind": "composition", "held_on": "2026-11-19", "out_of": "20"}
NEW |= {"coefficient": "1", "counts": "always", "when": "later"}


@pytest.fixture(autouse=True)
def a_school_day():
    with time_machine.travel(datetime(2026, 11, 24, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def course(school):
    return CourseFactory(class_group=ClassGroupFactory(pupils=2))


@pytest.fixture
def teacher(course, client, htmx):
    for browser in (client, htmx):
        browser.force_login(course.teacher.user)
    return course.teacher


@pytest.fixture
def new(course, teacher, path_to):
    return path_to("grades:assessment_new", course.pk)


def opened():
    return Assessment.objects.get(title="Composition")


def words(tag) -> str:
    return " ".join(tag.text.split())


# How it counts, where, how it is found


def test_it_counts_as_its_teacher_says_and_history_keeps_it(client, new):
    client.post(new, NEW | {"counts": "bonus", "category": " Dictée "})
    assert (opened().counts, opened().category, opened().part) == ("bonus", "Dictée", None)
    kept = AssessmentSchoolhistory.objects.get(pgh_obj=opened())
    assert (kept.counts, kept.category) == ("bonus", "Dictée")


def test_a_way_of_counting_that_is_none_is_refused_beside_its_field(client, new):
    answer = client.post(new, NEW | {"counts": "double"})
    assert answer.status_code == 422
    assert soup(answer).select_one("#id_counts_error")


def test_the_usual_scales_and_the_schools_categories_are_offered_and_any_other_is_taken(client, new, course):
    AssessmentFactory(category="Dictée")
    page = soup(client.get(new))
    assert [option["value"] for option in page.select("#baremes option")] == ["5", "10", "20", "40", "60"]
    assert [option["value"] for option in page.select("#categories option")] == ["Dictée"]
    assert page.select_one("[name=out_of]")["list"] == "baremes"
    client.post(new, NEW | {"out_of": "12,5", "category": "dictée"})
    assert (opened().out_of, opened().category) == (12.5, "Dictée")


def test_a_course_shows_one_category_when_asked(client, course, teacher, path_to):
    for title, category in [("Un", "Dictée"), ("Deux", "TP"), ("Trois", "")]:
        AssessmentFactory(course=course, title=title, category=category, counts="if_better")
    address = path_to("grades:course", course.pk)

    def titles(query):
        page = soup(client.get(address + query))
        return {title.text for title in page.select("a.row > span > b")}

    assert titles("") == titles("?categorie=autre") == {"Un", "Deux", "Trois"}
    assert titles("?categorie=TP") == {"Deux"}
    assert "Si elle améliore" in client.get(address).text


@pytest.fixture
def spelling(course):
    """A part of the course's subject, in its class's curriculum."""
    part = SubjectFactory(code="S0", name="Orthographe", parent=course.subject)
    its_class = course.group.class_group
    SubjectPlanFactory(year=its_class.year, level=its_class.level, subject=part)
    return part


def test_a_part_is_offered_where_the_curriculum_weighs_one(client, new, course, spelling):
    SubjectFactory(code="S1", name="Hors programme", parent=course.subject)
    page = soup(client.get(new))
    assert [option.text for option in page.select("[name=part_id] option")] == ["Aucune", "Orthographe"]
    client.post(new, NEW | {"part_id": spelling.pk})
    assert opened().part == spelling


def test_a_part_of_another_subject_is_refused_and_none_is_offered_without(client, new, course):
    assert not soup(client.get(new)).select("[name=part_id]")
    elsewhere = SubjectFactory(code="S2", parent=SubjectFactory(code="S3"))
    client.post(new, NEW | {"part_id": elsewhere.pk})
    assert opened().part is None


def test_what_was_said_is_there_to_be_changed(client, course, teacher, spelling, path_to):
    said = {"counts": "if_better", "category": "TP", "part": spelling}
    assessment = AssessmentFactory(course=course, title="Dosage", **said)
    edit = path_to("grades:assessment_edit", assessment.pk)
    page = soup(client.get(edit))
    assert page.select_one("[name=counts] [selected]")["value"] == "if_better"
    assert page.select_one("[name=part_id] [selected]")["value"] == str(spelling.pk)
    assert page.select_one("[name=category]")["value"] == "TP"
    client.post(edit, NEW | {"counts": "always", "part_id": "", "category": ""})
    assert (opened().pk, opened().counts, opened().part) == (assessment.pk, "always", None)


def test_a_part_that_the_curriculum_dropped_is_not_lost_by_changing_the_title(
    client, course, teacher, path_to
):
    dropped = SubjectFactory(code="DICTEE", name="Dictée", parent=course.subject)
    assessment = AssessmentFactory(course=course, part=dropped)
    edit = path_to("grades:assessment_edit", assessment.pk)
    kept = soup(client.get(edit)).select_one("[name=part_id] [selected]")["value"]
    client.post(edit, NEW | {"part_id": kept})
    assert opened().part == dropped


# Never published


def test_what_is_never_published_is_no_draft_and_may_still_be_published(client, new, course, path_to):
    client.post(new, NEW | {"when": "never"})
    assert opened().is_kept_private
    assert "Jamais publiée" in client.get(path_to("grades:course", course.pk)).text
    assert "brouillon" not in client.get(path_to("grades:courses")).text
    publish = path_to("grades:assessment_publish", opened().pk)
    assert soup(client.get(publish)).select_one("[value=never][checked]")
    client.post(publish, {"when": "on", "publish_on": "2026-11-30"})
    assert (opened().is_kept_private, opened().publish_on) == (False, date(2026, 11, 30))
    client.post(publish, {"when": "never"})
    assert (opened().is_kept_private, opened().publish_on) == (True, None)
    client.post(publish, {"when": "now"})
    assert opened().is_published
    assert not opened().is_kept_private


# The same day


@pytest.fixture
def english(course):
    """The class's other lesson, by another teacher, assessed on the 19th."""
    subject = SubjectFactory(code="S4", name="Anglais")
    other = CourseFactory(class_group=course.group.class_group, subject=subject)
    return AssessmentFactory(course=other, title="Verbes", held_on=date(2026, 11, 19))


def test_a_day_that_is_taken_is_said_and_kept_by_saving_again(client, new, english):
    answer = client.post(new, NEW | {"category": "TP"})
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one("#id_held_on_error")
    assert "La classe a aussi Anglais (Verbes)." in words(page.select_one("#day"))
    assert page.select_one("[name=category]")["value"] == "TP"
    assert not Assessment.objects.filter(title="Composition").exists()
    seen = page.select_one("[name=seen_day]")["value"]
    assert client.post(new, NEW | {"category": "TP", "seen_day": seen}).status_code == 302
    assert opened().held_on == english.held_on
    assert client.post(new, NEW | {"category": "TP"}).status_code == 422, "twice is asked as once"


def test_a_warning_that_was_on_the_page_is_not_asked_again(client, new, english):
    with time_machine.travel(datetime(2026, 11, 19, 10, tzinfo=UTC), tick=False):
        seen = soup(client.get(new)).select_one("[name=seen_day]")["value"]
        assert client.post(new, NEW | {"seen_day": seen}).status_code == 302


def test_what_came_in_between_is_said_too(client, new, english):
    seen = soup(client.get(f"{new}?held_on=2026-11-19")).select_one("[name=seen_day]")["value"]
    AssessmentFactory(course=english.course, title="Dictée", held_on=english.held_on)
    answer = client.post(new, NEW | {"seen_day": seen})
    assert "Anglais (Verbes), Anglais (Dictée)" in words(soup(answer).select_one("#day"))


def test_another_date_swaps_what_a_reload_would_show(client, htmx, new, english):
    page = soup(client.get(new))
    assert not page.select_one("#day p")
    part = soup(htmx.get(f"{new}?held_on=2026-11-19"))
    assert not part.select("form, h2")
    page.select_one("#day").clear()
    page.select_one("#day").append(part)
    page.select_one("[name=held_on]")["value"] = "2026-11-19"
    reloaded = soup(client.get(f"{new}?held_on=2026-11-19"))
    for asked in (page, reloaded):
        asked.select_one("[hx-get]")["hx-get"] = ""
    assert page.prettify().split() == reloaded.prettify().split()
    for nonsense in ("hier", ""):
        assert not soup(htmx.get(f"{new}?held_on={nonsense}")).select("p")


def test_only_the_same_pupils_day_is_taken(client, new, course, english):
    english.delete()
    AssessmentFactory(held_on=date(2026, 11, 19))
    assert client.post(new, NEW).status_code == 302


def test_a_group_that_takes_some_of_the_pupils_takes_the_day(client, new, course, english):
    english.delete()
    group = TeachingGroup.objects.create(year=course.group.year, name="LV2")
    pupil = course.group.class_group.enrolments.order_by("pk").first().student
    group.memberships.create(student=pupil, since=date(2026, 9, 7))
    lv2 = CourseFactory(group=group, subject=SubjectFactory(code="S5", name="Espagnol"))
    term = course.group.class_group.class_terms.get().term
    AssessmentFactory(course=lv2, term=term, title="Verbos", held_on=date(2026, 11, 19))
    assert "La classe a aussi Espagnol (Verbos)" in client.post(new, NEW).text
    group.memberships.update(until=date(2026, 11, 18))
    assert client.post(new, NEW).status_code == 302


def test_changing_anything_but_the_day_asks_nothing(client, course, teacher, english, path_to):
    assessment = AssessmentFactory(course=course, title="Composition", held_on=english.held_on)
    edit = path_to("grades:assessment_edit", assessment.pk)
    assert client.post(edit, NEW | {"coefficient": "3"}).status_code == 302
    later = AssessmentFactory(course=english.course, held_on=date(2026, 11, 18))
    answer = client.post(edit, NEW | {"held_on": "2026-11-18"})
    assert answer.status_code == 422
    assert later.title in soup(answer).select_one("#day").text


# Copies


@pytest.fixture
def next_door(course, teacher):
    """The same subject and teacher in another class, with two assessments."""
    twin = CourseFactory(subject=course.subject, teacher=teacher)
    said = {"out_of": 10, "coefficient": 2, "counts": "bonus", "category": "TP", "kind": "quiz"}
    AssessmentFactory(course=twin, title="Dosage", held_on=date(2026, 11, 12), published=True, **said)
    AssessmentFactory(course=twin, title="Fractions", held_on=date(2026, 11, 13), is_kept_private=True)
    return twin


@pytest.fixture
def copy(course, teacher, path_to):
    return path_to("grades:assessment_copy", course.pk)


def all_of(page) -> list[str]:
    return [box["value"] for box in page.select("[name=chosen]")]


def test_assessments_are_copied_from_another_class_as_drafts_without_marks(
    client, course, next_door, copy, path_to
):
    MarkFactory(assessment=Assessment.objects.get(title="Dosage"))
    its_page = path_to("grades:course", course.pk)
    assert soup(client.get(its_page)).select_one(f"a[href^='{copy}']")
    page = soup(client.get(copy))
    assert "Dosage, interrogation écrite du 12/11, sur 10" in words(page)
    assert client.post(copy, {"chosen": all_of(page)}).url == f"{its_page}?periode=1"
    assert "2 évaluations reprises en brouillon." in client.get(its_page).text
    made = Assessment.objects.get(course=course, title="Dosage")
    assert (made.kind, made.held_on, made.out_of, made.coefficient) == ("quiz", date(2026, 11, 12), 10, 2)
    assert (made.counts, made.category, made.published_at, made.marks.count()) == ("bonus", "TP", None, 0)
    assert not Assessment.objects.get(course=course, title="Fractions").is_kept_private


def test_a_title_that_is_there_is_left_alone_and_said(client, course, next_door, copy, path_to):
    mine = AssessmentFactory(course=course, title="Dosage", out_of=40)
    page = soup(client.get(copy))
    assert "sur 10 (ce cours l’a déjà)" in words(page)
    client.post(copy, {"chosen": all_of(page)})
    answer = words(soup(client.get(path_to("grades:course", course.pk))))
    assert "1 évaluation reprise en brouillon." not in answer  # a passing message: soup drops role=status
    mine.refresh_from_db()
    assert mine.out_of == 40
    assert Assessment.objects.filter(course=course).count() == 2


def test_a_copy_on_a_day_that_is_taken_is_made_and_said(client, course, next_door, copy, english):
    english.held_on = date(2026, 11, 12)
    english.save()
    answer = client.post(copy, {"chosen": all_of(soup(client.get(copy)))}, follow=True)
    assert "« Dosage », le 12/11 : la classe a aussi Anglais (Verbes)." in answer.text


def test_a_copy_stays_in_its_term_and_in_the_parts_that_are_taught(client, course, next_door, copy, spelling):
    Assessment.objects.filter(title="Fractions").update(part=SubjectFactory(code="S6", parent=course.subject))
    Assessment.objects.filter(title="Dosage").update(part=spelling)
    Term.objects.filter(pk=course.group.class_group.class_terms.get().term_id).update(
        ends_on=date(2026, 11, 12)
    )
    client.post(copy, {"chosen": all_of(soup(client.get(copy)))})
    made = {one.title: one for one in Assessment.objects.filter(course=course)}
    assert (made["Dosage"].part, made["Fractions"].part) == (spelling, None)
    assert made["Fractions"].held_on == date(2026, 11, 12)


def test_nothing_chosen_and_a_closed_term_are_said(client, course, next_door, copy):
    answer = client.post(copy, {})
    assert answer.status_code == 422
    assert "Cochez au moins une évaluation." in soup(answer).select_one("#id_chosen_error").text
    ClassTerm.objects.filter(class_group=course.group.class_group).update(state="locked")
    answer = client.post(copy, {"chosen": all_of(soup(client.get(copy)))})
    assert answer.status_code == 422
    assert "clôturée" in answer.text
    assert not Assessment.objects.filter(course=course).exists()


def test_only_her_own_courses_of_the_subject_are_copied_from(client, course, next_door, copy, path_to):
    colleague = AssessmentFactory(course=CourseFactory(subject=course.subject), title="Ailleurs")
    history = CourseFactory(subject=SubjectFactory(code="HG"), teacher=course.teacher)
    other_subject = AssessmentFactory(course=history, title="Autre matière")
    for foreign in (colleague, other_subject):
        page = client.get(f"{copy}?de={foreign.course_id}")
        assert foreign.title not in page.text
        assert client.post(f"{copy}?de={foreign.course_id}", {"chosen": [foreign.pk]}).status_code == 422
    lonely = path_to("grades:assessment_copy", other_subject.course_id)
    assert client.get(lonely).status_code == 404
    client.force_login(MemberFactory(roles=[Role.TEACHER]).user)
    assert client.get(copy).status_code == 404


# Counted


def test_more_pupils_and_assessments_cost_no_more_queries(
    client, course, next_door, new, copy, count_queries
):
    def measure():
        return count_queries(client.get, f"{new}?held_on=2026-11-12"), count_queries(client.get, copy)

    client.get(copy)
    few = measure()
    for _ in range(20):
        EnrolmentFactory(class_group=course.group.class_group)
        AssessmentFactory(course=next_door)
        AssessmentFactory(course=course, held_on=date(2026, 11, 12))
    assert measure() == few
