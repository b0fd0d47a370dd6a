"""Families read bulletins once they are published, say so, and keep those of past years."""

import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import Role
from apps.classes.models import ClassTerm
from apps.core.models import RecordedEvent
from apps.people.models import Guardianship
from apps.reports.models import Acknowledgement, ReportCard
from tests.conftest import school_with
from tests.factories.reports import facts
from tests.reports.conftest import Locked, locked_world


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(school_with(locked_world))


@pytest.fixture
def world(rows):
    return rows


@pytest.fixture
def parent(client, world):
    client.force_login(world.members[Role.GUARDIAN].user)
    return client


def text(client, address: str) -> str:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return " ".join((page.main or page).text.split())


def publish(htmx, path_to, world) -> None:
    htmx.force_login(world.members[Role.PRINCIPAL].user)
    assert htmx.post(path_to("reports:show_to_families", world.class_term.pk)).status_code == 302


def test_a_bulletin_is_read_once_its_term_is_published_and_not_before(parent, htmx, path_to, world):
    address = path_to("reports:read", world.report_card.pk)
    assert parent.get(address).status_code == 404
    publish(htmx, path_to, world)
    said = text(parent, address)
    one = facts(1, name=str(world.student))
    for shown in (one.average, one.mean, "Bilan Lettres", "Expression orale", one.remark, one.justified):
        assert shown in said
    assert RecordedEvent.objects.filter(name="classes.TermPublished").exists()


def test_it_is_acknowledged_once_and_the_direction_counts_it(parent, htmx, path_to, world):
    publish(htmx, path_to, world)
    for _ in range(2):
        parent.post(path_to("reports:acknowledge", world.report_card.pk))
    assert Acknowledgement.objects.get().member == world.members[Role.GUARDIAN]
    assert "Vous en avez pris connaissance" in text(parent, path_to("reports:read", world.report_card.pk))
    assert RecordedEvent.objects.filter(name="reports.ReportCardAcknowledged").count() == 1
    assert "1 sur 3 a été lu" in text(htmx, path_to("reports:class_term", world.class_term.pk))


def test_the_list_has_past_years_and_only_what_stands(parent, htmx, path_to, world):
    publish(htmx, path_to, world)
    locked = Locked(world.class_term, world.members[Role.PRINCIPAL], {world.student.pk: facts(40)})
    [newer] = locked.issue().new
    page = BeautifulSoup(parent.get(path_to("reports:student", world.student.pk)).content, "html.parser")
    links = [link["href"] for link in page.select("ul.rows a")]
    assert links == [path_to("reports:read", pk) for pk in (newer.pk, world.published_card.pk)]
    assert parent.get(path_to("reports:read", world.report_card.pk)).status_code == 404, "it is replaced"


def test_whoever_may_not_see_marks_sees_no_bulletin(parent, path_to, world):
    assert parent.get(path_to("reports:read", world.published_card.pk)).status_code == 200
    Guardianship.objects.filter(guardian=world.guardian).update(may_see_marks=False)
    for address in (
        path_to("reports:read", world.published_card.pk),
        path_to("reports:card", world.published_card.pk),
        path_to("reports:student", world.student.pk),
    ):
        assert parent.get(address).status_code == 404


def test_another_pupils_bulletin_is_not_there(parent, htmx, path_to, world):
    publish(htmx, path_to, world)
    other = ReportCard.objects.of_term(world.class_term.pk).exclude(student=world.student).first()
    assert parent.get(path_to("reports:read", other.pk)).status_code == 404
    assert parent.post(path_to("reports:acknowledge", other.pk)).status_code == 404


def test_the_pupil_reads_and_does_not_answer_for_herself(client, path_to, world):
    client.force_login(world.members[Role.STUDENT].user)
    assert "J’ai pris connaissance" not in text(client, path_to("reports:read", world.published_card.pk))
    assert client.post(path_to("reports:acknowledge", world.published_card.pk)).status_code == 404


def test_nothing_is_published_before_it_is_issued(htmx, path_to, world, school):
    htmx.force_login(world.members[Role.PRINCIPAL].user)
    bare = ClassTerm.objects.exclude(pk=world.class_term.pk).filter(state=ClassTerm.State.OPEN).first()
    bare.state = ClassTerm.State.COUNCIL
    bare.save()
    htmx.post(path_to("reports:show_to_families", bare.pk))
    bare.refresh_from_db()
    assert bare.state == ClassTerm.State.COUNCIL
