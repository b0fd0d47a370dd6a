"""The rules of grading in the office's admin: read at the current version, changed by making the next."""

from decimal import Decimal

import pytest
from django.db import connection

from apps.accounts.models import OfficeAction, Role
from apps.classes.models import ClassTerm, GradingScheme
from apps.classes.presets import read_scheme
from apps.classes.services import scheme_of
from apps.grades.rules import decision_of
from tests.admin.test_registry import fields_of, path_of
from tests.conftest import soup
from tests.factories.classes import LevelFactory, graded

LABEL = "classes.gradingscheme"


@pytest.fixture
def head(office):
    return office(Role.PRINCIPAL)


@pytest.fixture
def scheme(world):
    return graded(world.class_group, **read_scheme("first", "2026-2027").settings)


def page_of(client, school, scheme):
    return client.get(path_of(school, LABEL, "change", scheme.pk))


def save(client, school, scheme, **typed):
    page = page_of(client, school, scheme)
    answer = client.post(path_of(school, LABEL, "change", scheme.pk), fields_of(page) | typed)
    return answer, soup(answer)


def current() -> GradingScheme:
    return GradingScheme.objects.current().get(cycle="first", year__name="2026-2027")


def test_a_page_shows_the_rules_as_they_are_typed_and_whom_they_concern(head, school, world, scheme):
    page = soup(page_of(head, school, scheme))
    assert page.select_one("[name=words]").text.split("\n")[1:3] == ["18 Excellent", "16 Très bien"]
    assert "6e, 5e, 4e : 10 admis ; 9,5 conseil" in page.select_one("[name=decisions]").text
    assert page.select_one("[name=annual_weights]")["value"] == "1,2,2"
    said = page.select_one(".field-changes").text
    assert "Enregistrer crée la version suivante" in said
    assert world.class_group.name in said


def test_saving_makes_the_next_version_for_what_is_open(head, school, world, scheme):
    closed = ClassTerm.objects.exclude(pk=world.class_term.pk).order_by("pk").first()
    ClassTerm.objects.filter(pk=closed.pk).update(state="locked")
    answer, _ = save(head, school, scheme, weighting="bareme", honour_roll_from="13", words="10 Oui\n0 Non")
    assert answer.status_code == 302
    made = current()
    assert (made.version, made.weighting, made.honour_roll_from) == (scheme.version + 1, "bareme", 13)
    assert made.made_by == world.members[Role.PRINCIPAL]
    assert made.words == [{"low": "10", "text": "Oui"}, {"low": "0", "text": "Non"}]
    assert made.rubrics == scheme.rubrics
    world.class_term.refresh_from_db()
    closed.refresh_from_db()
    assert (world.class_term.grading_scheme, closed.grading_scheme) == (made, scheme)
    assert OfficeAction.objects.get(model=LABEL).object_id == made.pk
    assert f"Gardent la version {scheme.version}" in page_of(head, school, scheme).text


def test_a_page_saved_as_it_stands_makes_no_version(head, school, scheme):
    assert save(head, school, scheme)[0].status_code == 302
    assert current() == scheme


def test_what_cannot_stand_is_refused_beside_its_field(head, school, scheme):
    answer, page = save(
        head,
        school,
        scheme,
        words="Bien",
        decisions="3eme : 0 admis",
        congratulations_from="13",
        rubrics="T /19",
    )
    assert answer.status_code == 200
    said = {name: page.select_one(f".field-{name} .errorlist").text for name in ("words", "decisions")}
    assert "Ligne 1, « Bien »" in said["words"]
    assert "Pas de niveau « 3eme »" in said["decisions"]
    assert page.select_one("[name=words]").text.strip() == "Bien"
    answer, page = save(head, school, scheme, congratulations_from="13", rubrics="T /19")
    assert "plus bas que 14" in page.select_one(".field-congratulations_from .errorlist").text
    assert "font 19 points" in page.select_one(".field-rubrics .errorlist").text
    assert current() == scheme


RULES = """3e : 10 admis ; 8,5 redouble ; 0 exclu
redoublants de 3e : 10 admis ; 0 exclu"""


def test_a_school_writes_its_own_decisions_where_no_text_says_any(head, school, scheme):
    """None is known for the third year nor for the second cycle: until then nothing is proposed there."""
    LevelFactory(code="3e", name="Troisième")
    assert "3e" not in {level for rule in scheme.read().decisions for level in rule.levels}
    answer, _ = save(head, school, scheme, decisions=RULES)
    assert answer.status_code == 302
    written = current().read().decisions
    said = {
        (average, again): decision_of(Decimal(average), level="3e", is_repeating=again, rules=written)
        for average in ("10", "9.99", "8.5", "8.49")
        for again in (False, True)
    }
    assert list(said.values()) == [
        *("admitted", "admitted"),
        *("repeats", "excluded"),
        *("repeats", "excluded"),
        *("excluded", "excluded"),
    ]
    assert decision_of(Decimal(12), level="6e", is_repeating=False, rules=written) is None
    assert soup(page_of(head, school, current())).select_one("[name=decisions]").text.strip() == RULES


def test_so_it_does_for_the_levels_of_its_second_cycle_and_no_other(head, school, world):
    LevelFactory(code="Tle", name="Terminale", cycle="second")
    second = scheme_of(world.class_group.year, "second")
    answer, page = save(head, school, second, decisions="Tle, 3e : 10 admis ; 0 redouble")
    assert "Pas de niveau « 3e » dans ce cycle : " in page.select_one(".field-decisions .errorlist").text
    answer, _ = save(head, school, second, decisions="Tle : 10 admis ; 0 redouble")
    assert answer.status_code == 302
    [rule] = scheme_of(world.class_group.year, "second").read().decisions
    assert (rule.levels, rule.is_repeating) == (("Tle",), False)


def test_an_old_version_is_only_read(head, school, world, scheme):
    graded(world.class_group, weighting="bareme")
    page = soup(page_of(head, school, scheme))
    assert not page.select("[name=words], [name=_save]")
    assert "18 Excellent" in page.select_one("#content").text
    answer = head.post(path_of(school, LABEL, "change", scheme.pk), {"weighting": "coef"})
    assert answer.status_code in (403, 404)


def test_of_two_who_save_at_once_the_second_is_told(head, school, world, scheme):
    """The other saves once this page's rights are checked, before its school year is held."""
    others = [lambda: graded(world.class_group, weighting="bareme")]

    def meanwhile(execute, sql, *about):
        if "schools_schoolyear" in sql and "FOR NO KEY UPDATE" in sql and others:
            others.pop()()
        return execute(sql, *about)

    form = fields_of(page_of(head, school, scheme)) | {"honour_roll_from": "11"}
    with connection.execute_wrapper(meanwhile):
        answer = head.post(path_of(school, LABEL, "change", scheme.pk), form)
    assert not others
    assert f"La version {scheme.version + 1} vient d’être enregistrée" in answer.text
    assert current().weighting == "bareme"


def test_the_list_opens_on_the_versions_in_force(head, school, scheme):
    its_year = f"{path_of(school, LABEL, 'changelist')}?year__id__exact={scheme.year_id}"
    listed = soup(head.get(its_year))
    assert [cell.text for cell in listed.select("td.field-version")] == [str(scheme.version)]
    listed = soup(head.get(f"{its_year}&versions=toutes"))
    assert len(listed.select("td.field-version")) == scheme.version


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.EDUCATOR, Role.FOUNDER])
def test_only_the_heads_change_them(office, school, scheme, role):
    page = page_of(office(role), school, scheme)
    assert page.status_code == 200
    assert not soup(page).select("[name=_save]")
