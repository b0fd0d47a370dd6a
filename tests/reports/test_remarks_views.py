"""The pages of remarks, as their teachers, the heads and everybody else meet them."""

import json
from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, CourseTeacher
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.reports.models import Remark, RemarkPhrase
from apps.reports.services import save_remarks
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import (
    ClassGroupFactory,
    ClassTermFactory,
    CourseFactory,
    SubjectFactory,
    TermFactory,
    graded,
)
from tests.factories.grades import AssessmentFactory, MarkFactory
from tests.factories.reports import RemarkFactory
from tests.factories.schools import SchoolFactory


class Class:
    """Three pupils in register order, their maths teacher, their form teacher."""

    def __init__(self, path_to) -> None:
        self.form_teacher = MemberFactory(roles=[Role.TEACHER])
        self.group = ClassGroupFactory(pupils=3, form_teacher=self.form_teacher)
        self.class_term = self.group.class_terms.select_related("term").get()
        self.course = CourseFactory(class_group=self.group, teacher=MemberFactory(roles=[Role.TEACHER]))
        self.subject, self.teacher = self.course.subject, self.course.teacher
        rows = self.group.enrolments.order_by("student__sort_key", "student")
        self.pupils = [row.student for row in rows]
        self.page = path_to("reports:remarks", self.course.pk)
        self.cells = path_to("reports:remark_cells", self.course.pk, self.class_term.term_id)
        self.general = path_to("reports:general_remarks", self.class_term.pk)
        self.general_cells = path_to("reports:general_cells", self.class_term.pk)

    def texts(self, subject=...) -> dict:
        its = self.subject if subject is ... else subject
        rows = Remark.objects.of_subject(its.pk if its else None)
        return dict(rows.values_list("student", "text"))

    def state(self, state: ClassTerm.State) -> None:
        ClassTerm.objects.filter(pk=self.class_term.pk).update(state=state)

    def written(self, student, text: str, by=None):
        about = {"class_term": self.class_term, "student": student, "text": text}
        return RemarkFactory(subject=self.subject, author=by or self.teacher, **about)


@pytest.fixture
def cls(school, path_to) -> Class:
    return Class(path_to)


def send(client, url: str, cells: dict, key: str = "k1"):
    body = json.dumps(cells)
    return client.post(url, body, content_type="application/json", headers={"Idempotency-Key": key})


def typed(**cells) -> dict:
    """Of pairs (what was seen, what is typed) by pupil, the fields of the plain form."""
    fields = {}
    for name, (seen, text) in cells.items():
        fields |= {name[1:]: text, f"initial-{name[1:]}": seen}
    return fields


def test_the_page_lists_the_pupils_with_their_averages_the_word_and_what_was_said_last_term(client, cls):
    graded(cls.group, words=[{"low": "12", "text": "Bien"}, {"low": "0", "text": "Insuffisant"}])
    aya, koffi, _ = cls.pupils
    sheet = AssessmentFactory(course=cls.course, term=cls.class_term.term)
    MarkFactory(assessment=sheet, student=aya, value="14.5")
    cls.written(koffi, "Doit s’exercer.")
    client.force_login(cls.teacher.user)

    page = soup(client.get(cls.page))
    rows = [[" ".join(cell.text.split()) for cell in row.select("td,th")] for row in page.select("tbody tr")]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][2] == "14,50Bien"
    assert rows[1][3].startswith("Doit s’exercer.")
    assert page.select_one(".heads p").text.split() == ["2", "à", "écrire", "sur", "3"]


def test_the_remark_and_average_of_the_term_before_are_in_view(client, cls, path_to):
    first = cls.class_term
    aya, *_ = cls.pupils
    sheet = AssessmentFactory(course=cls.course, term=first.term)
    MarkFactory(assessment=sheet, student=aya, value="9")
    cls.written(aya, "Trop bavarde.")
    second = next_term(cls)
    client.force_login(cls.teacher.user)
    page = soup(client.get(f"{cls.page}?periode={second.term.number}"))
    row = page.select_one("tbody tr")
    assert " ".join(row.select_one("td.l small").text.split()) == "Trimestre 1, 9,00 : Trop bavarde."
    assert row.select_one("textarea").text.strip() == ""


def next_term(cls: Class) -> ClassTerm:
    term = TermFactory(
        calendar=cls.group.calendar,
        number=2,
        name="Trimestre 2",
        starts_on=today() - timedelta(days=1),
        ends_on=today() + timedelta(days=80),
    )
    return ClassTermFactory(class_group=cls.group, term=term)


def test_the_plain_form_saves_what_was_touched_and_clears_what_is_emptied(client, cls):
    aya, koffi, _ = cls.pupils
    cls.written(koffi, "Moyen.")
    client.force_login(cls.teacher.user)
    sent = typed(**{f"s{aya.pk}": ("", "  Bon\r\ntravail. "), f"s{koffi.pk}": ("Moyen.", "")})
    answer = client.post(cls.page, sent)
    assert (answer.status_code, answer["Location"]) == (302, cls.page)
    assert cls.texts() == {aya.pk: "Bon travail."}
    remark = Remark.objects.get()
    assert (remark.author, remark.class_term) == (cls.teacher, cls.class_term)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x" * 91, "91 caractères : 90 au plus."),
        ("Bravo 👍", "« 👍 » ne s’imprime pas sur un bulletin : retirez-le."),
    ],
)
def test_what_cannot_be_printed_comes_back_next_to_its_field_and_nothing_is_lost(client, cls, text, why):
    aya, koffi, _ = cls.pupils
    client.force_login(cls.teacher.user)
    answer = client.post(cls.page, typed(**{f"s{aya.pk}": ("", text), f"s{koffi.pk}": ("", "Bien.")}))
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one(f"#e{aya.pk}").text == why
    assert page.select_one(f"#t{aya.pk}").text.strip() == text
    assert page.select_one(f"#t{koffi.pk}").text.strip() == "Bien."
    assert cls.texts() == {}


def test_the_plain_form_shows_what_a_colleague_wrote_meanwhile_and_takes_hers_the_second_time(client, cls):
    aya, *_ = cls.pupils
    colleague = MemberFactory(user__civility="Mme", user__last_name="Diop")
    cls.written(aya, "Bavarde.", by=colleague)
    client.force_login(cls.teacher.user)
    answer = client.post(cls.page, typed(**{f"s{aya.pk}": ("", "Vive.")}))
    page = soup(answer)
    assert answer.status_code == 422
    assert "Mme Diop a écrit à" in page.select_one(f"#e{aya.pk}").text
    assert "« Bavarde. »" in page.select_one(f"#e{aya.pk}").text
    assert page.select_one(f"#t{aya.pk}").text.strip() == "Vive."
    seen = page.select_one(f"[name=initial-{aya.pk}]")["value"]
    assert client.post(cls.page, typed(**{f"s{aya.pk}": (seen, "Vive.")})).status_code == 302
    assert cls.texts() == {aya.pk: "Vive."}


def test_the_queue_hears_the_fate_of_each_remark(client, cls):
    aya, koffi, yao = cls.pupils
    colleague = MemberFactory(user__civility="M.", user__last_name="Kouadio")
    cls.written(koffi, "Sérieux.", by=colleague)
    stranger = ClassGroupFactory(pupils=1).enrolments.get().student
    client.force_login(cls.teacher.user)
    answer = send(
        client,
        cls.cells,
        {
            f"a{aya.pk}": ["", " Bien. "],
            f"a{koffi.pk}": ["Moyen.", "Mieux."],
            f"a{yao.pk}": ["", "é" * 91],
            f"a{stranger.pk}": ["", "Bien."],
        },
    )
    fates = answer.json()["cells"]
    assert fates[f"a{aya.pk}"] == {"state": "saved", "there": "Bien."}
    conflict = fates[f"a{koffi.pk}"]
    assert (conflict["state"], conflict["there"], conflict["by"]) == ("conflict", "Sérieux.", "M. Kouadio")
    assert conflict["at"]
    assert fates[f"a{yao.pk}"] == {"state": "refused", "why": "91 caractères : 90 au plus."}
    assert fates[f"a{stranger.pk}"]["state"] == "refused"
    assert cls.texts() == {aya.pk: "Bien.", koffi.pk: "Sérieux."}


def test_a_batch_sent_twice_is_one(client, cls):
    aya, *_ = cls.pupils
    client.force_login(cls.teacher.user)
    first = send(client, cls.cells, {f"a{aya.pk}": ["", "Bien."]})
    Remark.objects.update(text="Changé depuis.")
    assert send(client, cls.cells, {f"a{aya.pk}": ["", "Bien."]}).json() == first.json()
    assert cls.texts() == {aya.pk: "Changé depuis."}


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"7": ["", "x"]}', '{"a7": "x"}', '{"a7x": ["", ""]}', '{"a7": [1, 2]}']
)
def test_what_is_no_batch_is_refused(client, cls, body):
    client.force_login(cls.teacher.user)
    assert client.post(cls.cells, body, content_type="application/json").status_code == 400


def test_half_a_character_is_no_error_of_ours(client, cls):
    aya, *_ = cls.pupils
    client.force_login(cls.teacher.user)
    body = f'{{"a{aya.pk}": ["", "Bien\\ud83d"]}}'
    answer = client.post(cls.cells, body, content_type="application/json")
    assert answer.json()["cells"][f"a{aya.pk}"]["state"] == "refused"


@pytest.mark.parametrize("state", [ClassTerm.State.COUNCIL, ClassTerm.State.PUBLISHED])
def test_nothing_is_written_once_the_council_sits(client, cls, state):
    aya, *_ = cls.pupils
    cls.written(aya, "Bien.")
    cls.state(state)
    client.force_login(cls.teacher.user)
    page = soup(client.get(cls.page))
    assert not page.select("textarea")
    assert "Les appréciations ne changent plus" in page.text
    assert "Bien." in page.select_one("tbody tr").text

    stale = client.post(cls.page, typed(**{f"s{aya.pk}": ("Bien.", "Mal.")}))
    assert stale.status_code == 422
    fate = send(client, cls.cells, {f"a{aya.pk}": ["Bien.", "Mal."]}).json()["cells"][f"a{aya.pk}"]
    assert (fate["state"], "ne changent plus" in fate["why"]) == ("refused", True)
    assert cls.texts() == {aya.pk: "Bien."}


@pytest.mark.parametrize("state", [ClassTerm.State.LOCKED, ClassTerm.State.REMARKS])
def test_marks_that_are_closed_still_await_their_remarks(client, cls, state):
    aya, *_ = cls.pupils
    cls.state(state)
    client.force_login(cls.teacher.user)
    client.post(cls.page, typed(**{f"s{aya.pk}": ("", "Bien.")}))
    assert cls.texts() == {aya.pk: "Bien."}


def test_the_form_teacher_writes_the_general_ones_and_sees_whose_are_awaited(client, cls):
    aya, koffi, _ = cls.pupils
    cls.written(aya, "Bien.")
    client.force_login(cls.form_teacher.user)
    page = soup(client.get(cls.general))
    marks = page.select_one("tbody th a")["href"]
    assert str(aya) in soup(client.get(marks)).text, "her marks, and her teachers' words, are a touch away"
    awaited = [" ".join(one.text.split()) for one in page.select("aside dl > *")]
    assert awaited == [f"{cls.subject.name} {cls.teacher}", "2 à écrire"]

    client.post(cls.general, typed(**{f"s{aya.pk}": ("", "y" * 300)}))
    fate = send(client, cls.general_cells, {f"a{koffi.pk}": ["", "z" * 301]}).json()["cells"]
    assert fate[f"a{koffi.pk}"] == {"state": "refused", "why": "301 caractères : 300 au plus."}
    assert cls.texts(None) == {aya.pk: "y" * 300}
    assert cls.texts() == {aya.pk: "Bien."}


def test_the_heads_read_all_and_write_nothing(client, cls, path_to):
    aya, *_ = cls.pupils
    cls.written(aya, "Bien.")
    head = MemberFactory(roles=[Role.PRINCIPAL])
    client.force_login(head.user)
    papers = soup(client.get(path_to("reports:class_term", cls.class_term.pk)))
    assert cls.general in [link["href"] for link in papers.select("main a")]
    subjects = [link["href"] for link in soup(client.get(cls.general)).select("aside dl a")]
    assert subjects == [f"{cls.page}?periode=1"]
    for page in (cls.page, cls.general):
        shown = soup(client.get(page))
        assert shown.select("tbody tr")
        assert not shown.select("textarea")
        assert client.post(page, typed(**{f"s{aya.pk}": ("Bien.", "Mal.")})).status_code == 404
    for cells in (cls.cells, cls.general_cells):
        assert send(client, cells, {f"a{aya.pk}": ["Bien.", "Mal."]}).status_code == 404


def test_nobody_else_reads_or_writes_them(client, cls, school):
    other, past, secretary = (
        MemberFactory(roles=[role]) for role in (Role.TEACHER, Role.TEACHER, Role.SECRETARY)
    )
    CourseTeacher.objects.create(
        course=cls.course, member=past, since=today() - timedelta(9), until=today() - timedelta(1)
    )
    with in_school(SchoolFactory().pk):
        elsewhere = MemberFactory(roles=[Role.PRINCIPAL, Role.TEACHER])
    for member in (other, past, secretary, elsewhere):
        client.force_login(member.user)
        for page in (cls.page, cls.general):
            assert client.get(page).status_code == 404
            assert client.post(page).status_code == 404
        for cells in (cls.cells, cls.general_cells):
            assert send(client, cells, {f"a{cls.pupils[0].pk}": ["", "x"]}).status_code == 404
    client.force_login(cls.teacher.user)
    assert client.get(cls.general).status_code == 404
    client.force_login(cls.form_teacher.user)
    assert client.get(cls.page).status_code == 404


def test_a_pupil_of_two_classes_has_her_remark_in_the_one_of_the_term(school):
    remark = RemarkFactory()
    here = ClassGroupFactory(pupils=0).class_terms.get()
    about = {"subject_id": remark.subject_id, "class_terms": {remark.student_id: here.pk}}
    saved = save_remarks(
        **about, texts={remark.student_id: "Ici."}, seen={remark.student_id: ""}, by=remark.author, at=now()
    )
    assert saved.changed == [remark.student_id]
    assert set(Remark.objects.values_list("class_term", "text")) == {
        (remark.class_term_id, remark.text),
        (here.pk, "Ici."),
    }


def test_a_teacher_keeps_sentences_of_her_own(client, cls, path_to):
    bank = path_to("reports:phrases")
    client.force_login(cls.teacher.user)
    assert client.post(bank, {"text": " Travail  sérieux. "}).status_code == 302
    assert client.post(bank, {"text": "Travail sérieux."}).status_code == 302
    phrase = RemarkPhrase.objects.get()
    assert "Travail sérieux." in soup(client.get(cls.page)).select_one("#bank").text

    client.force_login(cls.form_teacher.user)
    forget = path_to("reports:phrase_forget", phrase.pk)
    assert "Travail sérieux." not in soup(client.get(bank)).text
    assert client.post(forget).status_code == 404
    client.force_login(cls.teacher.user)
    client.post(forget)
    assert not RemarkPhrase.objects.exists()


def test_a_sentence_kept_from_a_remark_joins_those_that_fit_there(htmx, cls, path_to):
    RemarkPhrase.objects.create(member=cls.teacher, text="x" * 91)
    htmx.force_login(cls.teacher.user)
    part = htmx.post(path_to("reports:phrases"), {"text": "Bien.", "room": "90"})
    assert [chip.text for chip in soup(part).select("#bank button")] == ["Bien."]
    refused = htmx.post(path_to("reports:phrases"), {"text": " ", "room": "90"})
    assert refused.status_code == 422
    assert soup(refused).select_one(".err").text == "Écrivez la phrase à garder."


def test_the_courses_of_a_subject_s_parts_share_its_remark(client, cls, path_to):
    aya, *_ = cls.pupils
    french = SubjectFactory(code="FR", name="Français")
    teacher = MemberFactory(roles=[Role.TEACHER])
    speaking, writing = (
        CourseFactory(
            class_group=cls.group,
            subject=SubjectFactory(code=code, name=code, parent=french),
            teacher=teacher,
        )
        for code in ("FR.EO", "FR.EE")
    )
    client.force_login(teacher.user)
    client.post(path_to("reports:remarks", speaking.pk), typed(**{f"s{aya.pk}": ("", "Lit bien.")}))
    page = soup(client.get(path_to("reports:remarks", writing.pk)))
    assert page.h1.text.split() == ["Français,", *cls.group.name.split()]
    assert page.select_one("textarea").text.strip() == "Lit bien."
    assert cls.texts(french) == {aya.pk: "Lit bien."}

    client.force_login(cls.form_teacher.user)
    awaited = [" ".join(one.text.split()) for one in soup(client.get(cls.general)).select("aside dl > *")]
    assert awaited == ["Français " + str(teacher), "2 à écrire", f"Mathématiques {cls.teacher}", "3 à écrire"]


def test_home_leads_the_form_teacher_to_her_class(client, cls, path_to):
    for member, classes in ((cls.form_teacher, [cls.general]), (cls.teacher, [])):
        client.force_login(member.user)
        links = [link["href"] for link in soup(client.get(path_to("portal:home"))).select("main a.row")]
        assert [link for link in links if "/generale/" in link] == classes
