"""The council sits: verdicts are entered, colleagues' respected, bulletins say them."""

from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import Role
from apps.classes.models import ClassTerm, Term
from apps.classes.rules import Decision, plain, read_rubrics
from apps.core.clock import now, today
from apps.grades.api import Distinction, Sanction
from apps.grades.models import Mark
from apps.reports import services
from apps.reports.models import ClassCouncil, Remark, ReportCard, Verdict
from apps.reports.rules import DECISIONS, DISTINCTIONS, SANCTIONS, Ruling, departs, read_facts
from tests.conftest import school_with
from tests.factories.accounts import MemberFactory
from tests.factories.classes import EnrolmentFactory, graded
from tests.reports.conftest import locked_world
from tests.world import another_child


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(locked_world))


@pytest.fixture
def world(rows):
    """Of three pupils, the first of whom has a verdict; the class's only term is its last."""
    return rows


@pytest.fixture
def head(client, world):
    client.force_login(world.members[Role.PRINCIPAL].user)
    return client


@pytest.fixture
def address(path_to, world):
    """Of the council of one pupil."""
    return lambda pupil: path_to("reports:verdict", world.class_term.pk, pupil.pk)


@pytest.fixture
def pupils(world):
    rows = world.class_group.enrolments.order_by("student__sort_key", "student")
    return [row.student for row in rows.select_related("student")]


def parsed(answer):
    return BeautifulSoup(answer.content, "html.parser")


def shown(client, address: str) -> str:
    return " ".join(parsed(client.get(address)).main.text.split())


def typed(client, address: str) -> dict[str, str]:
    """What the form holds as it comes."""
    form = parsed(client.get(address)).select_one("form[data-edu-council]")
    fields = {
        one["name"]: one.get("value", "") for one in form.select("[type=hidden], [type=text], [checked]")
    }
    return fields | {"remark": form.textarea.text.strip()}


def read_back(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def of(pupil) -> Verdict:
    return Verdict.objects.get(student=pupil)


def test_what_the_rules_propose_is_ticked_and_a_person_validates_it(head, address, world, pupils):
    graded(
        world.class_group,
        honour_roll_from="12",
        work_blame_below="5",
        decisions=[
            {"levels": [world.class_group.level.code], "is_repeating": False,
             "steps": [{"low": "10", "decision": "admitted"}, {"low": "0", "decision": "repeats"}]}
        ],
    )  # fmt: skip
    ClassTerm.objects.filter(pk=world.class_term.pk).update(grading_scheme=graded(world.class_group))
    _, good, poor = pupils
    Mark.objects.filter(student=good).update(value=16)
    Mark.objects.filter(student=poor).update(value=4)
    form = typed(head, address(good))
    assert (form["distinction"], form["work"], form["decision"]) == ("honour_roll", "", "admitted")
    assert "Tableau d’honneur proposé" in shown(head, address(good))
    answer = head.post(address(good), form | {"go": "next"})
    assert answer.url == address(poor), "and the next pupil is there"
    verdict = of(good)
    assert (verdict.distinction, verdict.decision, verdict.proposed) == (
        "honour_roll",
        "admitted",
        "admitted",
    )
    assert verdict.decided_by == world.members[Role.PRINCIPAL]
    form = typed(head, address(poor))
    assert (form["work"], form["decision"]) == ("work_blame", "repeats")
    answer = head.post(address(poor), form | {"decision": "admitted"})
    assert answer.status_code == 422
    assert "« Redouble » : dites pourquoi" in answer.text
    assert parsed(answer).select_one("[name=decision][value=admitted]").has_attr("checked"), "nothing is lost"
    head.post(address(poor), form | {"decision": "admitted", "reason": "Malade deux mois"})
    assert (of(poor).decision, of(poor).proposed, of(poor).reason) == (
        "admitted",
        "repeats",
        "Malade deux mois",
    )
    assert "dernier élève" in shown(head, answer_page(world, address))


def answer_page(world, address) -> str:
    return address(world.student).rsplit("/", 2)[0] + "/"


def test_bulletins_say_the_verdict_in_the_pupils_gender(head, path_to, address, world, pupils):
    pupil = pupils[1]
    pupil.sex = "F"
    pupil.save()
    Mark.objects.filter(student=pupil).update(value=15)
    form = typed(head, address(pupil))
    said = {"distinction": "congratulations", "conduct": "conduct_warning", "decision": "admitted"}
    head.post(address(pupil), form | said | {"remark": "Très  beau trimestre."})
    head.post(path_to("reports:issue", world.class_term.pk))
    facts = read_facts(ReportCard.objects.standing().get(student=pupil).facts)
    assert [name for name, is_ticked in facts.distinctions if is_ticked] == ["T.H. + félicitations"]
    assert [name for name, is_ticked in facts.sanctions if is_ticked] == ["Avertissement conduite"]
    assert facts.annual.decision == "Admise en classe supérieure"
    assert facts.remark == "Très beau trimestre."


def test_a_colleagues_verdict_is_not_overwritten_unseen(head, address, world, pupils):
    pupil = pupils[1]
    form = typed(head, address(pupil))
    director = world.members[Role.DIRECTOR_OF_STUDIES]
    services.decide(
        class_term_id=world.class_term.pk, student_id=pupil.pk, ruling=Ruling(distinction="honour_roll"),
        proposed="", remark="Bien.", seen=None, by=director, at=now(),
    )  # fmt: skip
    mine = form | {"distinction": "encouragement", "remark": "Très bien."}
    answer = head.post(address(pupil), mine)
    assert answer.status_code == 422
    assert str(director) in answer.text
    assert "« Tableau d’honneur, Bien. »" in answer.text
    assert of(pupil).distinction == "honour_roll"
    again = parsed(answer).select_one("form[data-edu-council]")
    assert again["data-edu-council"] == "unsaved"
    assert again.textarea.text.strip() == "Très bien."
    assert (
        head.post(address(pupil), mine | {"seen": again.select_one("[name=seen]")["value"]}).status_code
        == 302
    )
    assert of(pupil).distinction == "encouragement"
    assert Remark.objects.get(student=pupil, subject=None).text == "Très bien."
    assert of(pupil).school_historys.count() == 2, "both are in the history"


def test_nothing_is_entered_before_the_council_or_after_publication(head, address, path_to, world, pupils):
    form = typed(head, address(pupils[1]))
    for state in ("remarks", "published"):
        ClassTerm.objects.filter(pk=world.class_term.pk).update(state=state)
        assert not parsed(head.get(address(pupils[1]))).select("form[data-edu-council]")
        sitting = {"held_on": "2026-12-12", "chair": "Mme Bédi"}
        council = path_to("reports:council", world.class_term.pk)
        for page, sent in [
            (address(pupils[1]), form | {"remark": "Des efforts."}),
            (council, sitting | {"observations": "Des efforts."}),
        ]:
            answer = head.post(page, sent)
            assert answer.status_code == 422
            assert "rien n’est enregistré" in answer.text
            assert parsed(answer).textarea.text.strip() == "Des efforts.", "nothing typed is lost"
    assert not Verdict.objects.filter(student=pupils[1]).exists()


def test_a_remark_that_the_paper_cannot_print_is_refused_and_kept(head, address, pupils):
    form = typed(head, address(pupils[1]))
    for remark, why in [("Bravo 🎉", "ne s’imprime pas"), ("a" * 301, "301 caractères : 300 au plus.")]:
        answer = head.post(address(pupils[1]), form | {"remark": remark, "distinction": "honour_roll"})
        assert answer.status_code == 422
        assert why in answer.text
        again = parsed(answer)
        assert again.textarea.text.strip() == remark
        assert again.select_one("[name=distinction][value=honour_roll]").has_attr("checked")
    answer = head.post(address(pupils[1]), form | {"distinction": "nobel", "seen": "2026-99-99T00:00"})
    assert answer.status_code == 422


def test_the_form_teacher_holds_her_own_class_s_council_and_no_other_teacher_does(
    client, path_to, address, world, pupils
):
    client.force_login(world.members[Role.TEACHER].user)
    assert client.post(address(pupils[1]), typed(client, address(pupils[1]))).status_code == 302
    client.force_login(MemberFactory(roles=[Role.TEACHER]).user)
    for page in (address(pupils[1]), path_to("reports:council", world.class_term.pk)):
        assert client.get(page).status_code == 404
    client.force_login(world.members[Role.SECRETARY].user)
    assert not parsed(client.get(address(pupils[1]))).select("form[data-edu-council]")
    assert client.post(address(pupils[1]), {}).status_code == 404
    other = path_to("reports:verdict", world.published_card.class_term_id, pupils[1].pk)
    assert client.get(other).status_code == 404, "she was not of that class"


def test_the_sitting_keeps_who_was_there(head, path_to, world):
    page = path_to("reports:council", world.class_term.pk)
    form = {one["name"]: one.get("value", "") for one in parsed(head.get(page)).select("main [name]")}
    assert form["guest_0_name"] == "Mme Aka"
    form |= {
        "held_on": str(today()),
        f"seat_{world.members[Role.TEACHER].pk}": "excused",
        "guest_1_name": "M. Touré",
        "guest_1_title": "Éducateur",
    }
    assert head.post(page, form | {"chair": ""}).status_code == 422
    assert head.post(page, form | {"chair": "Mme Bédi", "observations": "Classe vivante."}).url == page
    council = ClassCouncil.objects.get(class_term=world.class_term)
    teacher = str(world.members[Role.TEACHER])
    assert [(seat["name"], seat["presence"]) for seat in council.seats] == [
        (teacher, "excused"), ("Mme Aka", "present"), ("M. Touré", "present"),
    ]  # fmt: skip
    assert (council.chair, council.observations) == ("Mme Bédi", "Classe vivante.")
    head.post(page, form | {"chair": "Mme Bédi", "guest_2_name": "M. Touré", "guest_2_title": "Parent"})
    form = {one["name"]: one.get("value", "") for one in parsed(head.get(page)).select("main [name]")}
    titles = [form[f"guest_{n}_title"] for n in range(3)]
    assert titles == ["déléguée des parents", "Éducateur", "Parent"], "two of one name are two"


def test_the_list_says_who_is_left(head, path_to, world, pupils):
    text = shown(head, path_to("reports:council", world.class_term.pk))
    assert "1 sur 3 vus" in text
    assert f"Reprendre : {pupils[1]}" in text
    assert "Sans verdict : 2 élèves" in shown(head, path_to("reports:class_term", world.class_term.pk))


@pytest.mark.parametrize("proposed", [*DECISIONS, Decision.COUNCIL, ""])
def test_a_reason_is_wanted_for_another_decision_than_the_proposed_one_and_only_then(proposed):
    for decision in [*DECISIONS, ""]:
        wanted = decision not in ("", proposed) and proposed in DECISIONS
        assert departs(decision, proposed) is wanted


def test_a_verdict_of_the_same_moment_is_still_another(locked):
    """What is compared is when the one on the page was entered."""
    student, at = next(iter(locked.facts)), now()
    about = {"class_term_id": locked.class_term.pk, "student_id": student, "proposed": "", "remark": ""}
    by = {"by": locked.head}
    services.decide(**about, **by, ruling=Ruling(), seen=None, at=at)
    better = replace(Ruling(), distinction="honour_roll")
    for seen in (None, at - timedelta(seconds=1)):
        with pytest.raises(services.DecidedMeanwhile):
            services.decide(**about, **by, ruling=better, seen=seen, at=at)
    assert services.decide(**about, **by, ruling=better, seen=at, at=at).distinction == "honour_roll"


def test_what_was_entered_is_sent_again_without_a_word(head, address, pupils):
    """The answer was lost on its way; and `seen` may be anything where there is no verdict."""
    form = typed(head, address(pupils[1])) | {"distinction": "honour_roll", "remark": "Bien."}
    assert head.post(address(pupils[1]), form | {"seen": "2026-01-01T08:00:00Z"}).status_code == 302
    assert head.post(address(pupils[1]), form).status_code == 302
    assert of(pupils[1]).school_historys.count() == 1
    assert head.post(address(pupils[1]), form | {"remark": "Mieux."}).status_code == 422


def proposing(world, low: str, decision: str) -> None:
    """By the rules of the class: that decision from `low`, to be kept in under it."""
    steps = [{"low": low, "decision": decision}, {"low": "0", "decision": "repeats"}]
    rules = [{"levels": [world.class_group.level.code], "is_repeating": False, "steps": steps}]
    ClassTerm.objects.filter(pk=world.class_term.pk).update(
        grading_scheme=graded(world.class_group, decisions=rules)
    )


def test_a_decision_that_is_no_longer_the_proposed_one_is_to_be_looked_at_again(
    head, address, path_to, world, pupils
):
    proposing(world, "10", "admitted")
    pupil, council = pupils[1], path_to("reports:council", world.class_term.pk)
    pupil.sex = "F"
    pupil.save()
    Mark.objects.filter(student=pupil).update(value=12)
    head.post(address(pupil), typed(head, address(pupil)))
    assert "à revoir" not in shown(head, council)
    Mark.objects.filter(student=pupil).update(value=8)
    text = shown(head, council)
    assert "à revoir Admise en classe supérieure ; proposé : Redouble" in text
    assert f"Reprendre : {pupil}" in text
    form = typed(head, address(pupil))
    assert head.post(address(pupil), form).status_code == 422, "a reason is wanted now"
    head.post(address(pupil), form | {"reason": "Malade deux mois"})
    assert "à revoir" not in shown(head, council)


def test_a_reason_is_kept_where_the_rules_leave_it_to_the_council(head, address, world, pupils):
    proposing(world, "5", "council")
    Mark.objects.filter(student=pupils[1]).update(value=9)
    form = typed(head, address(pupils[1])) | {"decision": "admitted", "reason": "Des efforts"}
    assert head.post(address(pupils[1]), form).status_code == 302
    assert of(pupils[1]).reason == "Des efforts"


def test_a_teacher_is_shown_what_is_awaited_of_her_and_the_form_teacher_her_council(client, path_to, world):
    client.force_login(world.members[Role.TEACHER].user)
    its = ClassTerm.objects.filter(pk=world.class_term.pk)

    def due() -> list[str]:
        rows = parsed(client.get(path_to("portal:home"))).select("a.due")
        return [" ".join(row.text.split()) for row in rows if "appreciations" in row["href"]]

    assert "Conseil de classe" in shown(client, path_to("portal:home"))
    its.update(state="remarks")
    awaited = f"{world.class_group} {world.course.subject.name}"
    assert [row for row in due() if row.startswith(awaited)] == [], "all hers of that subject are written"
    Remark.objects.filter(subject=world.course.subject, student=world.student).delete()
    assert f"{awaited} 1" in due()
    its.update(state="locked")
    assert due() == [], "nobody is asked yet"


def test_the_council_of_a_term_that_is_over_is_still_on_the_form_teacher_s_home(client, path_to, world):
    client.force_login(world.members[Role.TEACHER].user)
    term, day = world.class_term.term, timedelta(days=1)
    Term.objects.filter(pk=term.pk).update(starts_on=today() - 30 * day, ends_on=today() - 10 * day)
    second = Term.objects.create(
        calendar=term.calendar, number=2, name="2e trimestre", starts_on=today() - 9 * day, ends_on=today()
    )
    scheme = graded(world.class_group)
    new = ClassTerm.objects.create(class_group=world.class_group, term=second, grading_scheme=scheme)
    addresses = [row["href"] for row in parsed(client.get(path_to("portal:home"))).select("a.row")]
    assert path_to("reports:council", world.class_term.pk) in addresses
    assert path_to("reports:general_remarks", new.pk) in addresses


def test_whoever_came_after_marks_were_closed_is_not_awaited(client, path_to, world):
    client.force_login(world.members[Role.TEACHER].user)
    closed = {"state": "remarks", "marks_lock_at": now() - timedelta(days=2)}
    ClassTerm.objects.filter(pk=world.class_term.pk).update(**closed)

    def is_due() -> bool:
        rows = parsed(client.get(path_to("portal:home"))).select("a.due")
        return any(row["href"].startswith(path_to("reports:remarks", world.course.pk)) for row in rows)

    row = EnrolmentFactory(class_group=world.class_group, since=today() - timedelta(days=3))
    assert is_due()
    row.since = today()
    row.save()
    assert not is_due(), "the page would ask nothing of her"


def test_whatever_grades_proposes_has_a_name_here():
    assert list(DISTINCTIONS) == list(Distinction)
    assert list(SANCTIONS) == list(Sanction)


def test_the_minutes_say_who_sat_and_every_verdict(head, path_to, address, world, pupils):
    address_of = path_to("reports:minutes", world.class_term.pk)
    first, second, _ = pupils
    Mark.objects.filter(student=second).update(value=15)
    said = {"distinction": "congratulations", "conduct": "conduct_warning", "decision": "admitted"}
    head.post(address(second), typed(head, address(second)) | said | {"remark": "Très beau trimestre."})
    answer = head.get(address_of)
    assert answer["Content-Disposition"].startswith('inline; filename="pv-conseil-')
    text = read_back(answer.content)
    for said in (
        "Procès-verbal du conseil de classe", "Mme Aka, déléguée des parents",
        "Bonne classe.", "Effectif : 3",
        "Tableau d’honneur : 1 · T.H. + félicitations : 1 · Avertissement conduite : 1",
        "Très beau trimestre.",
        f"{first.last_name.upper()} {first.first_name}", "15,00", "Admis",
    ):  # fmt: skip
        assert said in text, said
    ClassCouncil.objects.all().delete()
    assert head.get(address_of).status_code == 404, "nobody has written the sitting down"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "Assiduité /6 : 0,5 par heure non justifiée\nTenue /14 : 2 par faute de tenue",
            "17,5 / 20 (Assiduité 3,5 / 6)",
        ),
        ("Conduite /20 : 1 par bavardage ; 1 par heure non justifiée", "15 / 20"),
        ("Tenue /20 : 2 par faute de tenue", ""),
    ],
    ids=["by rubrics", "by points", "without hours"],
)
def test_what_rolls_leave_of_conduct_is_shown_by_the_schools_rubrics(
    head, address, world, pupils, lines, said
):
    rules = graded(world.class_group, rubrics=plain(read_rubrics(lines)))
    ClassTerm.objects.filter(pk=world.class_term.pk).update(grading_scheme=rules)
    text = shown(head, address(pupils[2])).replace("\u202f", " ")
    assert "non justifiées : 5 h" in text
    _, _, after = text.partition("Conduite d’après les appels : ")
    assert bool(after) is bool(said)
    assert after.startswith(said)


def test_an_open_council_asks_of_nine_pupils_what_it_asks_of_three(
    head, address, path_to, world, count_queries
):
    pages = (path_to("reports:council", world.class_term.pk), address(world.student))

    def visit(page: str) -> None:
        assert parsed(head.get(page)).select_one("main form[method=post]")

    for page in pages:
        visit(page)  # sessions and prepared statements are warm
    few = [count_queries(visit, page) for page in pages]
    for _ in range(6):
        another_child(world)
    assert [count_queries(visit, page) for page in pages] == few
    print(f"{few} queries: the list, a pupil")  # noqa: T201
