"""Whoever holds a paper may ask what it is worth, on the portal or without it."""

from dataclasses import replace
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command

from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.gateways.api import unseal
from apps.reports import services
from apps.reports.models import SealingKey
from apps.reports.rules import new_key, seal, sealed_part
from apps.reports.services.issuing import key_for_writing
from tests.factories.reports import facts
from tests.factories.schools import SchoolFactory


def asked(client, code: str) -> tuple[int, str, str]:
    """The answer: its status, its title, and all that it says."""
    answer = client.get(f"/v/{code}/")
    page = BeautifulSoup(answer.content, "html.parser").main
    return answer.status_code, page.h1.text, " ".join(page.text.split())


def test_a_standing_bulletin_is_genuine_and_shows_what_the_paper_shows(client, locked):
    card = locked.issue().new[0]
    said = locked.facts[card.student_id]
    status, title, text = asked(client, card.code)
    assert (status, title) == (200, "Bulletin authentique")
    for shown in (said.pupil.name, said.average, f"{card.number:06}", "1er trimestre 2026-2027"):
        assert shown in text
    assert said.pupil.born not in text


def test_a_replaced_one_names_the_version_that_counts_and_says_nothing_of_it(client, locked):
    card = locked.issue().new[0]
    [newer] = locked.issue(facts={card.student_id: facts(7, name="KOUAMÉ Aya 1")}).new
    status, title, text = asked(client, card.code)
    assert (status, title) == (200, "Bulletin remplacé")
    assert "la version 2 fait foi" in text
    assert newer.facts["average"] not in text
    assert asked(client, newer.code)[1] == "Bulletin authentique"


def test_a_cancelled_one_is_named_so(client, locked):
    card = locked.issue().new[0]
    services.cancel(report_card_id=card.pk, reason="Motif privé", by=locked.head, at=now())
    status, title, text = asked(client, card.code)
    assert (status, title) == (200, "Bulletin annulé")
    assert "Motif privé" not in text


def test_a_forged_code_is_nobodys(client, locked):
    card = locked.issue().new[0]
    said = sealed_part(card.code)
    with in_school(SchoolFactory().pk):
        pass
    for code in (seal(said, new_key()), card.code[:-3] + "abc", "x", "A" * 200):
        assert asked(client, code)[:2] == (404, "Ce code n’est pas authentique")


def test_a_code_is_written_in_no_log(client, locked, caplog):
    card = locked.issue().new[0]
    assert asked(client, card.code[:-3] + "abc")[0] == 404
    assert "/v/…" in caplog.text
    assert card.code[:40] not in caplog.text


def test_a_well_signed_code_that_the_register_lacks_is_told_from_a_genuine_one(client, locked):
    card = locked.issue().new[0]
    key = bytes.fromhex(unseal(SealingKey.objects.get().sealed_private))
    better = replace(sealed_part(card.code), average="19,00")
    assert asked(client, seal(better, key))[:2] == (200, "Bulletin inconnu")


def test_another_schools_key_signs_nothing_of_ours(client, locked):
    card = locked.issue().new[0]
    with in_school(SchoolFactory().pk):
        other = key_for_writing(now())
    assert asked(client, seal(sealed_part(card.code), other))[0] == 404


def test_without_the_portal_the_public_key_is_enough(locked, django_assert_num_queries):
    card = locked.issue().new[0]
    public, said = SealingKey.objects.get().public, StringIO()
    with django_assert_num_queries(0):
        call_command("verify_bulletin", f"https://ecole.example/v/{card.code}/", key=public, stdout=said)
    assert locked.facts[card.student_id].average in said.getvalue()
    for code, key in ((card.code[:-2] + "xy", public), (card.code, new_key().hex()), (card.code, "zz")):
        with pytest.raises(CommandError):
            call_command("verify_bulletin", code, key=key)
