"""The teacher's pages, as a browser and as htmx see them."""

import gzip
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.models import Role
from apps.accounts.services import note_action
from apps.classes.models import ClassTerm, Enrolment
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from apps.grades import services
from apps.grades.models import Assessment, MarkSchoolhistory
from tests.conftest import Browser, soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    ClassGroupFactory,
    CourseFactory,
    EnrolmentFactory,
    SubjectFactory,
    SubjectPlanFactory,
    graded,
)
from tests.factories.grades import AssessmentFactory, MarkFactory

WEEK_SIX = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def a_school_day():
    with time_machine.travel(datetime(2026, 11, 24, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def assessment(school):
    return AssessmentFactory(pupils=2, title="Fractions")


@pytest.fixture
def teacher(assessment, client, htmx):
    for browser in (client, htmx):
        browser.force_login(assessment.course.teacher.user)
    return assessment.course.teacher


@pytest.fixture
def sheet(assessment, teacher, path_to):
    return path_to("grades:mark_sheet", assessment.pk)


@pytest.fixture
def pupils(assessment):
    enrolments = assessment.course.group.class_group.enrolments
    return list(enrolments.order_by("student__sort_key").values_list("student", flat=True))


@pytest.fixture
def column(pupils):
    aya, ben = pupils
    return {str(aya): "14,5", str(ben): "Abs"}


def values(assessment):
    return dict(assessment.marks.order_by("pk").values_list("student", "value"))


def lock(assessment, at=datetime(2026, 11, 20, 18, tzinfo=UTC)):
    ClassTerm.objects.filter(term=assessment.term).update(state="locked", marks_lock_at=at)


# The column, with one press


def test_the_teacher_sees_a_whole_page_and_htmx_the_sheet_alone(client, htmx, sheet):
    page = client.get(sheet)
    assert page.status_code == 200
    assert "<html" in page.text
    part = htmx.get(sheet)
    assert part.text.strip().startswith('<div class="split" id="sheet">')
    assert "HX-Request" in part["Vary"]


def test_saving_a_column_answers_with_the_fresh_sheet(htmx, sheet, column, assessment, pupils):
    part = htmx.post(sheet, column)
    assert part.status_code == 200
    assert "Notes enregistrées : 2." in part.text
    assert 'value="14,5"' in part.text
    assert 'value="Abs"' in part.text
    assert values(assessment) == {pupils[0]: Decimal("14.5"), pupils[1]: None}


def test_without_javascript_saving_redirects_and_shows_the_same(client, sheet, column):
    assert client.post(sheet, column).url == sheet
    assert "Notes enregistrées : 2." in client.get(sheet).text


def test_the_swapped_page_is_the_one_a_reload_would_show(client, htmx, sheet, column):
    page = soup(client.get(sheet))
    page.select_one("#sheet").replace_with(soup(htmx.post(sheet, column)).select_one("#sheet"))
    assert page.prettify() == soup(client.get(sheet)).prettify()


@pytest.mark.parametrize("typed", ["abc", "25", "-1", "1e3", "12,345"])
def test_a_wrong_cell_comes_back_as_typed_and_nothing_is_saved(
    htmx, client, sheet, pupils, assessment, typed
):
    aya, ben = map(str, pupils)
    for browser in (htmx, client):
        answer = browser.post(sheet, {aya: typed, ben: "12"})
        page = soup(answer)
        assert answer.status_code == 422
        assert page.select_one(f"[name='{aya}']")["value"] == typed
        assert page.select_one(f"[name='{aya}']")["aria-invalid"] == "true"
        assert page.select_one(f"#e{aya}.err")
        assert page.select_one(f"[name='{ben}']")["value"] == "12"
        assert "1 note à reprendre" in page.select_one("[role=alert]").text
    assert not assessment.marks.exists()


def test_an_emptied_cell_clears_its_mark(client, sheet, column, pupils, assessment):
    client.post(sheet, column)
    client.post(sheet, {str(pupils[0]): "", f"initial-{pupils[0]}": "14,5"})
    assert values(assessment) == {pupils[1]: None}


def test_a_form_posted_twice_saves_once(client, sheet, column):
    client.post(sheet, column)
    client.post(sheet, column)
    assert RecordedEvent.objects.filter(name="grades.MarksSaved").count() == 1


def test_the_same_key_twice_is_answered_once_and_alike(htmx, sheet, column, assessment, pupils):
    key = {"Idempotency-Key": "colonne-1"}
    first = htmx.post(sheet, column, headers=key)
    assessment.marks.filter(student=pupils[0]).update(value=3)
    again = htmx.post(sheet, column, headers=key)
    assert again.content == first.content
    assert values(assessment)[pupils[0]] == 3
    assert htmx.post(sheet, column | {str(pupils[0]): "9"}, headers=key).status_code == 422


def test_a_stale_page_only_writes_the_cells_its_teacher_touched(htmx, sheet, pupils, assessment):
    aya, ben = map(str, pupils)
    htmx.post(sheet, {aya: "10", ben: "10"})
    seen = {f"initial-{aya}": "10", f"initial-{ben}": "10"}
    htmx.post(sheet, {aya: "10", ben: "15"} | seen)  # a colleague, meanwhile
    htmx.post(sheet, {aya: "18", ben: "10"} | seen)  # the first teacher, from a stale page
    assert values(assessment) == {pupils[0]: 18, pupils[1]: 15}


def test_a_cell_that_saved_itself_meanwhile_is_shown_as_it_is(htmx, sheet, pupils, assessment, monkeypatch):
    save_marks = services.save_marks

    def after_the_cell_itself(**column):
        save_marks(**column)
        return save_marks(**column)

    monkeypatch.setattr(services, "save_marks", after_the_cell_itself)
    typed = {str(pk): "12" for pk in pupils} | {f"initial-{pk}": "" for pk in pupils}
    page = soup(htmx.post(sheet, typed))
    assert [page.select_one(f"[name='{pk}']")["value"] for pk in pupils] == ["12", "12"]
    assert "2 notes sur 2" in page.select_one("#figures").text


def test_two_values_for_one_pupil_are_both_shown_and_hers_can_be_sent_again(htmx, sheet, pupils, assessment):
    aya, ben = map(str, pupils)
    htmx.post(sheet, {aya: "14"})
    stale = {aya: "12", f"initial-{aya}": "", ben: "9", f"initial-{ben}": ""}
    conflict = htmx.post(sheet, stale)
    page = soup(conflict)
    assert conflict.status_code == 422
    assert values(assessment) == {pupils[0]: 14, pupils[1]: 9}
    assert page.select_one(f"[name='{aya}']")["value"] == "12"
    assert "14" in page.select_one(f"#e{aya}.err").text
    assert "k" in page.select_one(f"[name='{aya}']").parent["class"]
    assert "2 notes sur 2" in page.select_one("#figures").text
    htmx.post(sheet, {tag["name"]: tag["value"] for tag in page.select("input[form=column]")})
    assert values(assessment) == {pupils[0]: 12, pupils[1]: 9}


def test_the_history_of_a_mark_names_the_member_who_typed_it(client, sheet, column, teacher):
    client.post(sheet, column)
    contexts = MarkSchoolhistory.objects.order_by("pgh_id").values_list("pgh_context", flat=True)
    assert [context["member"] for context in contexts] == [teacher.pk, teacher.pk]


def test_the_figures_draw_the_marks_and_say_them_to_screen_readers(
    htmx, teacher, assessment, pupils, path_to
):
    figures = path_to("grades:mark_figures", assessment.pk)
    assert "<svg" not in htmx.get(figures).text
    for pk, value in zip(pupils, (8, 13), strict=True):
        MarkFactory(assessment=assessment, student_id=pk, value=value)
    answer = htmx.get(figures)
    part = soup(answer)
    rows = [[cell.text for cell in row.select("th, td")] for row in part.select("table tr")]
    assert rows == [
        ["Notes", "Élèves"],
        ["0 à 4", "0"],
        ["4 à 8", "0"],
        ["8 à 12", "1"],
        ["12 à 16", "1"],
        ["16 à 20", "0"],
    ]
    assert [bar["height"] for bar in part.select("svg rect")] == ["0", "0", "60", "60", "0"]
    terms = [next(term.children).strip() for term in part.select("dt")]
    told = dict(zip(terms, (one.text.strip() for one in part.select("dd")), strict=True))
    assert told == {
        "Moyenne": "10,50",
        "Médiane": "10,50",
        "Écart type": "2,50",
        "La plus basse": "8",
        "La plus haute": "13",
        "Sans note ni code": "0",
    }
    assert len(gzip.compress(answer.content)) <= 1200


def test_the_column_s_figures_are_those_a_reload_would_show(client, htmx, sheet, column, assessment, path_to):
    page = soup(client.get(sheet))
    htmx.post(sheet, column)
    news = soup(htmx.get(path_to("grades:mark_figures", assessment.pk)))
    news.template.unwrap()  # without it, no browser reads a foot outside its table
    assert "1 note sur 2" in news.text
    assert news.select_one("#foot")["hx-swap-oob"] == "true"
    del news.select_one("#foot")["hx-swap-oob"]
    again = soup(client.get(sheet))
    for part in ("#figures", "#foot"):
        page.select_one(part).replace_with(news.select_one(part))
        assert page.select_one(part).prettify().split() == again.select_one(part).prettify().split()


def test_the_foot_counts_and_halves_each_column_and_the_averages(client, sheet, teacher, assessment, pupils):
    quiz = AssessmentFactory(
        course=assessment.course, term=assessment.term, out_of=10, held_on=assessment.held_on
    )
    for pk, value in zip(pupils, (4, 9), strict=True):
        MarkFactory(assessment=quiz, student_id=pk, value=value)
    MarkFactory(assessment=assessment, student_id=pupils[0], value=13)
    foot = [
        [cell.text for cell in row.select("th[scope=row], td:not(.m)")]
        for row in soup(client.get(sheet)).select("#foot tr")
    ]
    assert foot == [
        ["Notes", "1", "2", "2"],
        ["Moyenne", "13,00", "6,50", "14,25"],
        ["Médiane", "13,00", "6,50", "14,25"],
    ]


# The columns around it


def test_the_sheet_shows_the_other_columns_of_the_term_and_the_averages(client, sheet, assessment, pupils):
    quiz = AssessmentFactory(
        course=assessment.course, term=assessment.term, title="Interro", out_of=10, held_on=date(2026, 10, 5)
    )
    MarkFactory(assessment=quiz, student_id=pupils[0], value=6)
    MarkFactory(assessment=assessment, student_id=pupils[0], value=15)
    page = soup(client.get(sheet))
    assert [th.select_one("a, b").text.strip() for th in page.select("thead th[id]")] == [
        "Interro",
        "Fractions",
    ]
    cells = page.select_one(f"#n{pupils[0]}").parent.select("td")
    assert [cell.text.strip() for cell in cells[1:]] == ["6", "", "13,50"]
    assert cells[2].select_one("input")["value"] == "15"


def test_a_column_says_how_it_counts_and_who_reads_it(client, sheet, assessment):
    other = {"course": assessment.course, "term": assessment.term}
    AssessmentFactory(title="Exposé", counts="bonus", is_kept_private=True, **other)
    graded(assessment.course.group.class_group, zero_codes=["not_handed_in"])
    page = soup(client.get(sheet))
    assert "Jamais publiée" in page.select_one("thead").text
    assert "bonus" in page.select_one("thead").text
    assert "Non rendu, compte zéro" in page.select_one("aside").text


def test_the_average_of_a_course_with_parts_is_made_of_theirs(client, sheet, assessment, pupils):
    course = assessment.course
    part = SubjectFactory(code="MATH.O", parent=course.subject)
    group = course.group.class_group
    SubjectPlanFactory(year=group.year, level=group.level, subject=part, coefficient=1)
    spoken = AssessmentFactory(course=course, term=assessment.term, part=part)
    MarkFactory(assessment=spoken, student_id=pupils[0], value=8)
    MarkFactory(assessment=assessment, student_id=pupils[0], value=20)
    average = soup(client.get(sheet)).select_one(f"#n{pupils[0]} ~ .avg").text
    assert average.strip() == "8,00"


# Who is on the sheet


def test_a_sheet_lists_who_belonged_on_its_date_or_has_a_mark(client, assessment, teacher, path_to):
    class_group = assessment.course.group.class_group
    gone = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    gone_with_mark = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    moved = EnrolmentFactory(class_group=class_group, until=WEEK_SIX).student
    EnrolmentFactory(student=moved, since=WEEK_SIX + timedelta(days=1))
    arrived = EnrolmentFactory(class_group=class_group, since=WEEK_SIX + timedelta(days=1)).student
    MarkFactory(assessment=assessment, student=gone_with_mark)
    before = AssessmentFactory(course=assessment.course, held_on=WEEK_SIX)
    for one, on_it, not_on_it in [
        (assessment, [arrived, gone_with_mark], [gone, moved]),
        (before, [gone, gone_with_mark, moved], [arrived]),
    ]:
        page = soup(client.get(path_to("grades:mark_sheet", one.pk)))
        assert all(page.select_one(f"[name='{student.pk}']") for student in on_it)
        assert not any(page.select_one(f"[name='{student.pk}']") for student in not_on_it)


def test_nobody_can_be_smuggled_into_a_sheet(client, sheet, assessment):
    stranger = EnrolmentFactory().student
    client.post(sheet, {str(stranger.pk): "12"})
    assert not assessment.marks.exists()


# A closed term


def test_a_closed_term_is_read_only_and_says_since_when(client, htmx, sheet, column, assessment, pupils):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=12)
    lock(assessment)
    note_action(
        by=MemberFactory(user__civility="M.", user__last_name="Kouadio"),
        kind="done",
        row=assessment.course.group.class_group.class_terms.get(),
        detail="",
        at=now(),
    )
    page = soup(client.get(sheet))
    assert "vendredi 20 novembre" in page.text
    assert "(M. Kouadio)" in page.text
    assert "12" in page.select_one("td.cur").text
    assert not page.select("#sheet input, #sheet button")
    late = client.post(sheet, column)
    assert late.status_code == 422, "on a page older than the closing"
    assert "clôturée" in late.text
    client.post(sheet, column)
    part = htmx.post(sheet, {str(pupils[0]): "14"})
    assert "clôturée" in part.text
    assert values(assessment) == {pupils[0]: 12}


def test_a_term_closed_in_between_refuses_the_column(client, sheet, column, assessment, monkeypatch):
    save_marks = services.save_marks

    def once_it_is_closed(**typed):
        lock(assessment)
        return save_marks(**typed)

    monkeypatch.setattr(services, "save_marks", once_it_is_closed)
    answer = client.post(sheet, column)
    assert answer.status_code == 422
    assert "clôturée" in answer.text
    assert "14,5" in soup(answer).select_one("[data-edu-cells]").text  # what she typed is still to be read
    assert not assessment.marks.exists()


def test_in_a_group_that_crosses_classes_only_the_closed_class_is_read_only(
    client, sheet, assessment, pupils
):
    open_class = ClassGroupFactory()
    neighbour = EnrolmentFactory(class_group=open_class).student
    MarkFactory(assessment=assessment, student=neighbour)
    ClassTerm.objects.filter(class_group=assessment.course.group.class_group).update(state="locked")
    page = soup(client.get(sheet))
    assert page.select_one(f"[name='{neighbour.pk}']")
    assert not page.select_one(f"[name='{pupils[0]}']")
    assert "pour une partie des élèves" in page.text


# Sessions and tokens


def test_a_session_that_expired_in_a_swap_is_a_sentence_and_nothing_is_lost(htmx, sheet, pupils, path_to):
    htmx.logout()
    for address in (sheet, path_to("grades:cells")):
        part = htmx.post(address, {str(pupils[0]): "12"})
        assert part.status_code == 401
        assert "<" not in part.text


def test_a_lost_token_saves_nothing_and_says_that_what_was_typed_remains(assessment, teacher, sheet, column):
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(teacher.user)
    answer = strict.post(sheet, column)
    assert answer.status_code == 403
    assert not assessment.marks.exists()


def test_visitors_are_sent_to_sign_in(client, sheet):
    client.logout()
    assert client.get(sheet).url == f"/connexion/?next={sheet}"


# Who may


def test_to_anyone_but_its_teachers_a_sheet_does_not_exist(client, sheet, assessment, path_to):
    addresses = [sheet, *(path_to(f"grades:assessment_{act}", assessment.pk) for act in ("edit", "publish"))]
    addresses.append(path_to("grades:course", assessment.course_id))
    for roles in ([Role.TEACHER], [Role.PRINCIPAL], [Role.GUARDIAN]):
        client.force_login(MemberFactory(roles=roles).user)
        assert {client.get(address).status_code for address in addresses} == {404}


def test_who_no_longer_teaches_the_course_no_longer_opens_it(client, sheet, assessment):
    assessment.course.teachers.update(until=today() - timedelta(days=1))
    assert client.get(sheet).status_code == 404


# Courses and assessments


def test_a_teacher_finds_her_courses_and_their_drafts(client, assessment, teacher, path_to):
    AssessmentFactory(course=assessment.course, published=True)
    CourseFactory()
    rows = soup(client.get(path_to("grades:courses"))).select("a.row")
    assert len(rows) == 1
    assert "2 évaluations, dont 1 en brouillon" in " ".join(rows[0].text.split())


def test_a_teacher_of_no_course_is_told_what_to_do(client, school, path_to):
    client.force_login(MemberFactory().user)
    assert "secrétariat" in client.get(path_to("grades:courses")).text


def test_a_course_shows_its_columns_of_the_term(client, assessment, teacher, pupils, path_to):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=13)
    row = soup(client.get(path_to("grades:course", assessment.course_id))).select_one("a.row")
    assert "Fractions" in row.text
    assert "1 sur 2" in row.text
    assert "13,00" in row.text


NEW = {"title": "Composition", "kind": "composition", "held_on": "2026-11-19", "out_of": "20"}
NEW |= {"coefficient": "1,5", "counts": "always", "when": "later"}


@pytest.fixture
def new(assessment, teacher, path_to):
    return path_to("grades:assessment_new", assessment.course_id)


def opened():
    return Assessment.objects.get(title="Composition")


def test_a_new_assessment_opens_its_sheet_as_a_draft(client, new, path_to):
    answer = client.post(new, NEW)
    assert answer.url == path_to("grades:mark_sheet", opened().pk)
    assert opened().coefficient == Decimal("1.5")
    assert not opened().is_published


def test_a_new_assessment_is_published_at_once_or_on_its_day(client, new):
    client.post(new, NEW | {"when": "now"})
    assert opened().is_published
    Assessment.objects.all().delete()
    client.post(new, NEW | {"when": "on", "publish_on": "2026-11-30"})
    assert opened().publish_on == date(2026, 11, 30)
    assert not opened().is_published


def test_a_new_assessment_asked_twice_is_one_and_another_needs_another_title(client, new):
    first = client.post(new, NEW)
    assert client.post(new, NEW).url == first.url
    refused = client.post(new, NEW | {"out_of": "10"})
    assert refused.status_code == 422
    assert soup(refused).select_one("#id_title_error")
    assert opened().out_of == 20


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("title", "Fractions"),
        ("kind", "autre"),
        ("held_on", "2026-08-01"),
        ("held_on", "hier"),
        ("out_of", "0"),
        ("out_of", "1e3"),
        ("coefficient", "-1"),
        ("publish_on", ""),
        ("publish_on", "2026-11-24"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_the_rest_is_kept(client, new, field, typed):
    typed_all = NEW | {"when": "on", "publish_on": "2026-11-30"} | {field: typed}
    answer = client.post(new, typed_all)
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one(f"#id_{field}_error")
    assert page.select_one("[name=coefficient]")["value"] == typed_all["coefficient"]
    assert not Assessment.objects.filter(title="Composition").exists()


def test_no_assessment_opens_in_a_closed_term(client, new, assessment):
    lock(assessment)
    answer = client.post(new, NEW)
    assert answer.status_code == 422
    assert "clôturée" in answer.text


def test_an_assessment_is_modified_and_refuses_a_scale_below_its_marks(
    client, assessment, teacher, pupils, path_to
):
    MarkFactory(assessment=assessment, student_id=pupils[0], value=12)
    edit = path_to("grades:assessment_edit", assessment.pk)
    assert 'value="Fractions"' in client.get(edit).text
    refused = client.post(edit, NEW | {"out_of": "10"})
    assert refused.status_code == 422
    assert "12" in soup(refused).select_one("#id_out_of_error").text
    AssessmentFactory(course=assessment.course, title="Autre")
    refused = client.post(edit, NEW | {"title": "Autre"})
    assert soup(refused).select_one("#id_title_error")
    assert client.post(edit, NEW).url == path_to("grades:mark_sheet", assessment.pk)
    assert opened().pk == assessment.pk


def test_an_assessment_opened_by_mistake_disappears_unless_it_has_marks(
    client, assessment, teacher, pupils, path_to
):
    discard = path_to("grades:assessment_discard", assessment.pk)
    mark = MarkFactory(assessment=assessment, student_id=pupils[0])
    assert client.post(discard).url == path_to("grades:assessment_edit", assessment.pk)
    mark.delete()
    assert client.post(discard).url == path_to("grades:course", assessment.course_id)
    assert not Assessment.objects.exists()


def test_publishing_is_confirmed_in_words_and_then_done(client, assessment, teacher, pupils, path_to):
    MarkFactory(assessment=assessment, student_id=pupils[0])
    publish = path_to("grades:assessment_publish", assessment.pk)
    words = " ".join(soup(client.get(publish)).text.split())
    assert "Les familles de 2 élèves liront cette évaluation : 1 note, et 1 élève sans note ni code." in words
    assert client.post(publish, {"when": "now"}).url == path_to("grades:mark_sheet", assessment.pk)
    assessment.refresh_from_db()
    assert assessment.is_published
    assert client.get(publish).url == path_to("grades:mark_sheet", assessment.pk)


# Counted and weighed


def test_sixty_pupils_cost_no_more_queries_than_three_and_stay_light(
    client, htmx, school, path_to, count_queries
):
    def measure(pupils: int) -> tuple[int, int, int]:
        assessment = AssessmentFactory(pupils=pupils)
        students = Enrolment.objects.filter(class_group=assessment.course.group.class_group)
        for student in students.values_list("student", flat=True):
            MarkFactory(assessment=assessment, student_id=student)
        for browser in (client, htmx):
            browser.force_login(assessment.course.teacher.user)
        sheet = path_to("grades:mark_sheet", assessment.pk)
        client.get(sheet)
        seen = count_queries(client.get, sheet)
        saved = count_queries(
            htmx.post, sheet, {str(pk): "11" for pk in students.values_list("student", flat=True)}
        )
        return seen, saved, len(gzip.compress(htmx.get(sheet).content))

    few, many = measure(3), measure(60)
    assert few[:2] == many[:2]
    assert many[0] <= 13  # one is the test's own
    assert many[2] <= 3_328
