"""The billet d’entrée: printed for an absence or a late arrival, and kept as it was."""

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import Role
from apps.attendance.models import EntryPass, LateArrival
from apps.core.clock import now
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.attendance import LateArrivalFactory

from .test_register import absent


@pytest.fixture
def desk(client, educator):
    client.force_login(educator.user)
    return client


def words(response) -> str:
    return " ".join(soup(response).select_one("main").text.split())


def test_an_absence_without_a_reason_is_to_justify(desk, educator, classroom, path_to):
    row = absent(classroom.pupils[0], hours=2)
    page = desk.post(path_to("attendance:absence_pass", row.pk), follow=True)
    assert classroom.pupils[0].last_name.upper() in words(page)
    assert classroom.group.class_group.name.split("e ")[1] in words(page)
    assert "7 h 30 à 9 h 20".replace(" ", "\u202f").replace("\u202fà\u202f", " à ") in page.text
    assert "À justifier" in words(page)
    assert str(educator) in words(page)
    assert EntryPass.objects.get().printed_by == educator


def test_an_accepted_reason_is_written(desk, classroom, path_to):
    row = absent(classroom.pupils[0], reason="Maladie")
    page = desk.post(path_to("attendance:absence_pass", row.pk), follow=True)
    assert "Maladie" in words(page)
    assert "À justifier" not in words(page)


def test_a_late_arrival_has_its_minutes_and_outlives_a_correction_of_the_roll(desk, classroom, path_to):
    late = LateArrivalFactory(student=classroom.pupils[0], minutes=25)
    page = desk.post(path_to("attendance:late_pass", late.pk), follow=True)
    assert "25 min" in words(page)
    LateArrival.objects.all().delete()
    assert "25 min" in words(desk.get(page.redirect_chain[0][0]))


def test_what_was_handed_out_never_changes(desk, classroom, path_to):
    row = absent(classroom.pupils[0])
    desk.post(path_to("attendance:absence_pass", row.pk))
    row.reason, row.is_justified = "Maladie", True
    row.save()
    paper = EntryPass.objects.get()
    assert not paper.is_justified
    with pytest.raises(DatabaseError), transaction.atomic():
        EntryPass.objects.update(reason="autre")


def test_pressed_twice_with_one_key_it_is_one(desk, classroom, path_to):
    row = absent(classroom.pupils[0])
    for _ in range(2):
        desk.post(path_to("attendance:absence_pass", row.pk), headers={"Idempotency-Key": "k"})
    assert EntryPass.objects.count() == 1


def test_an_absence_that_was_a_mistake_has_none(desk, classroom, path_to):
    row = absent(classroom.pupils[0])
    row.cancelled_at = now()
    row.save()
    assert desk.post(path_to("attendance:absence_pass", row.pk)).status_code == 404


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SECRETARY, Role.GUARDIAN])
def test_passes_are_vie_scolaires(client, classroom, path_to, role):
    row = absent(classroom.pupils[0])
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.post(path_to("attendance:absence_pass", row.pk)).status_code == 404
    assert not EntryPass.objects.exists()
