"""The pages by which families justify absences, and vie scolaire answers."""

import io
from datetime import timedelta

import pytest

from apps.attendance.api import Period, absences_of, summaries, unseen_answers
from apps.attendance.models import Absence, Justification, JustificationPhoto
from apps.attendance.services import (
    Said,
    accept_justification,
    refuse_justification,
    write_justification,
)
from apps.core import uploads
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from tests.conftest import soup
from tests.factories.attendance import JustificationFactory, ReasonFactory, jpeg
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory

State = Justification.State


@pytest.fixture
def child(classroom):
    classroom.call("a")
    return classroom.pupils[0]


@pytest.fixture
def parent(child):
    guardian = GuardianFactory(active=True)
    GuardianshipFactory(student=child, guardian=guardian)
    return guardian.member


@pytest.fixture
def family(client, parent):
    client.force_login(parent.user)
    return client


@pytest.fixture
def form(path_to, child) -> str:
    """The address of the form about the child's absence of today."""
    return f"{path_to('attendance:justify', child.pk)}?absence={Absence.objects.get().pk}"


@pytest.fixture
def typed(school) -> dict:
    return {"motif": ReasonFactory().pk, "precision": "grippe", "du": today().isoformat()}


def test_two_taps_from_the_family_s_page_to_the_form(family, form, typed, child, path_to):
    assert f'href="{form}"' in family.get("/famille/").text
    assert f'href="{form}"' in family.get(path_to("portal:child_absences", child.pk)).text
    page = family.get(form)
    said = "aujourd’hui, absente de 7\u202fh\u202f30 à 8\u202fh\u202f25."
    assert f"<b>{child.first_name} {child.last_name}</b>, {said}" in page.text
    assert soup(page).select_one("[name=du]")["value"] == today().isoformat()


def test_a_reason_a_line_and_a_photo_are_sent(family, parent, form, typed, child):
    photo = io.BytesIO(jpeg(2000, 1000))
    photo.name = "certificat.jpg"
    answer = family.post(form, typed | {"photo": photo})
    assert answer.status_code == 302
    given = Justification.objects.get()
    assert (given.student, given.given_by, given.words) == (child, parent, "Maladie\u202f: grippe")
    assert (given.starts_on, given.ends_on, given.starts_at) == (today(), today(), None)
    assert len(JustificationPhoto.objects.get(justification=given).content) < 40_000
    page = family.get(answer.url)
    assert "Justificatif envoyé" in page.text
    assert soup(page).select_one("li .st.w").text == "en attente"
    assert "À justifier" not in family.get("/famille/").text


def test_a_photo_that_came_with_something_wrong_is_asked_for_again(family, form, typed):
    photo = io.BytesIO(jpeg(200, 100))
    photo.name = "certificat.jpg"
    page = soup(family.post(form, typed | {"motif": "", "photo": photo}))
    assert "choisissez la photo de nouveau" in page.select_one("#id_photo_error").text
    assert not soup(family.post(form, typed | {"motif": ""})).select("#id_photo_error")


def test_a_form_sent_twice_is_one_justification(family, form, typed):
    typed["idempotency_key"] = soup(family.get(form)).select_one("[name=idempotency_key]")["value"]
    assert family.post(form, typed)["Location"] == family.post(form, typed)["Location"]
    assert Justification.objects.count() == 1


def test_an_absence_to_come_is_declared(family, child, path_to, typed):
    first, last = today() + timedelta(days=5), today() + timedelta(days=6)
    hours = {"de": "10:00", "a": "12:00"}
    family.post(path_to("attendance:justify", child.pk), typed | hours | {"du": first, "au": last})
    given = Justification.objects.get()
    assert (given.starts_on, given.ends_on) == (first, last)
    assert f"{given.starts_at:%H:%M} {given.ends_at:%H:%M}" == "10:00 12:00"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"motif": ""}, "Choisissez un motif"),
        ({"motif": "0"}, "Sélectionnez un choix valide"),
        ({"du": ""}, "Donnez le premier jour"),
        ({"du": "2016-11-24"}, "vérifiez l’année"),
        ({"au": "2026-01-01"}, "ne vient pas avant"),
        ({"au": "2027-06-30"}, "Deux mois"),
        ({"de": "10:00", "a": "09:00"}, "La fin vient après"),
        ({"precision": "x" * 121}, "120"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_the_rest_kept(family, form, typed, change, said):
    page = family.post(form, {**typed, "precision": "la grippe", **change})
    assert page.status_code == 422
    assert said in " ".join(error.text for error in soup(page).select(".err"))
    assert "precision" in change or 'value="la grippe"' in page.text
    assert not Justification.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"), [(b"certificat", "n’en est pas une"), (b"", "vide"), (b"\0" * 5_000_001, "5 Mo")]
)
def test_a_file_that_is_no_photo_is_refused(family, form, typed, content, said):
    file = io.BytesIO(content)
    file.name = "certificat.jpg"
    page = family.post(form, typed | {"photo": file})
    assert page.status_code == 422
    assert said in page.text


def test_a_file_beyond_all_measure_is_not_even_read(family, form, typed):
    file = io.BytesIO(b"\0" * (uploads.HEAVIEST + 1))
    file.name = "film.mp4"
    assert family.post(form, typed | {"photo": file}).status_code == 400
    assert not Justification.objects.exists()


def test_a_reason_that_families_may_not_choose_is_not_theirs(family, form, typed):
    late = ReasonFactory(label="Réveil tardif", is_for_families=False)
    assert "Réveil tardif" not in family.get(form).text
    assert family.post(form, typed | {"motif": late.pk}).status_code == 422


def test_nobody_fills_the_school_s_disk(family, form, typed, child, parent):
    JustificationFactory.create_batch(20, student=child, given_by=parent)
    page = family.post(form, typed)
    assert page.status_code == 422
    assert "Déjà vingt justificatifs" in page.text


def test_a_school_without_a_list_says_what_to_do(family, form):
    page = family.get(form)
    assert "n’a pas encore écrit sa liste" in page.text
    assert not soup(page).select("main form")


def test_who_may_not_justify_is_led_nowhere_and_finds_no_form(client, child, form, path_to):
    guardian = GuardianFactory(active=True)
    GuardianshipFactory(student=child, guardian=guardian, may_justify=False)
    client.force_login(guardian.member.user)
    assert client.get(form).status_code == client.post(form).status_code == 404
    for page in ("/famille/", path_to("portal:child_absences", child.pk)):
        assert "/justifier/" not in client.get(page).text
        assert "à justifier" in client.get(page).text.lower()


def test_another_s_absence_is_no_address(family, classroom, path_to, child):
    classroom.call("aa", hour=4)
    others = Absence.objects.get(student=classroom.pupils[1])
    mine = path_to("attendance:justify", child.pk)
    for number in (others.pk, 0, "x", "9" * 30):
        assert family.get(f"{mine}?absence={number}").status_code == 404


def test_it_is_taken_back_while_it_waits(family, child, parent, path_to):
    given = JustificationFactory(student=child, given_by=parent)
    page = path_to("portal:child_absences", child.pk)
    away = soup(family.get(page)).find("form", action=path_to("attendance:justification_withdraw", given.pk))
    assert "Justificatif retiré" in family.post(away["action"], follow=True).text
    assert "en attente" not in family.get(page).text
    other = JustificationFactory(student=child)
    assert family.post(path_to("attendance:justification_withdraw", other.pk)).status_code == 404


# What the family reads


def states_of(child) -> list[tuple]:
    record = absences_of(child.pk, on=today(), with_reasons=True)
    return [(line.is_due, line.waits, line.is_settled, line.refusal) for line in record.absences]


def announced(family) -> list[str]:
    """What the family's page says of answers."""
    page = soup(family.get("/famille/"))
    return [" ".join(row.select_one("span").text.split()) for row in page.select("li:has(form[action*=vu])")]


def test_an_answer_is_announced_to_whoever_asked_until_she_has_seen_it(family, parent, child, educator):
    given = JustificationFactory(student=child, given_by=parent)
    JustificationFactory(student=child, decided=True, state="accepted")  # the father's
    assert announced(family) == []
    refuse(given, educator, "Photo illisible.")
    (row,) = announced(family)
    assert row.startswith("Justificatif refusé")
    assert row.endswith("Photo illisible.")
    see = soup(family.get("/famille/")).select_one("form[action*=vu]")
    known = {"seen": see.select_one("[name=seen]")["value"]}
    assert family.post(see["action"], known).url == f"/famille/#e{child.pk}"
    assert announced(family) == []
    accept_justification(justification_id=given.pk, seen="refused", by=educator, at=now())
    family.post(see["action"], known)  # by a page of before
    assert announced(family)[0].startswith("Justificatif accepté")


def test_an_answer_grows_old_by_itself(family, parent, child):
    long_ago = {"decided": True, "state": "accepted", "decided_at": now() - timedelta(days=15)}
    JustificationFactory(student=child, given_by=parent, **long_ago)
    assert announced(family) == []


def test_nobody_sees_another_s_answer_in_her_place(family, child, path_to):
    given = JustificationFactory(student=child, decided=True, state="accepted")
    assert family.post(path_to("attendance:answer_seen", given.pk)).status_code == 404


def test_what_vie_scolaire_wrote_itself_is_announced_to_nobody(child, educator, school):
    said = Said(Period(today(), today()), ReasonFactory())
    given = write_justification(student_id=child.pk, said=said, by=educator, at=now())
    assert unseen_answers(educator.pk, [child.pk], on=today()).answer() == []
    assert given.seen_at


def test_the_form_says_why_the_last_was_refused(family, parent, child, form, educator):
    refuse(JustificationFactory(student=child, given_by=parent), educator, "Photo illisible.")
    assert "Photo illisible." in family.get(form).text
    JustificationFactory(student=child, given_by=parent, given_at=now() + timedelta(seconds=1))
    assert "Photo illisible." not in family.get(form).text


def refuse(given, educator, answer: str) -> None:
    refuse_justification(justification_id=given.pk, seen="waiting", by=educator, at=now(), answer=answer)


def test_an_absence_is_due_until_something_is_said_and_again_once_refused(child, educator):
    assert states_of(child) == [(True, False, False, "")]
    given = JustificationFactory(student=child)
    assert states_of(child) == [(False, True, False, "")]
    Justification.objects.filter(pk=given.pk).update(
        state="refused", answer="Illisible", decided_by=educator, decided_at=now()
    )
    assert states_of(child) == [(True, False, False, "Illisible")]


def test_what_does_not_justify_is_settled(child):
    Absence.objects.update(listed_reason=ReasonFactory(justifies=False))
    assert states_of(child) == [(False, False, True, "")]
    assert summaries([child.pk], on=today()).answer()[child.pk].to_justify == 0


def test_the_card_counts_what_is_due_and_not_what_waits(child, classroom):
    classroom.call("a", held_on=today() - timedelta(days=1))
    JustificationFactory(student=child)
    card = summaries([child.pk], on=today()).answer()[child.pk]
    assert card.to_justify == 1
    assert [line.waits for line in card.latest] == [True, False]


# Vie scolaire


@pytest.fixture
def office(client, htmx, educator):
    client.force_login(educator.user)
    htmx.force_login(educator.user)
    return client


@pytest.fixture
def given(child):
    return JustificationFactory(student=child, line="grippe")


@pytest.fixture
def one(path_to, given) -> str:
    return path_to("attendance:justification", given.pk)


def test_the_list_holds_those_that_wait_oldest_first(office, given, path_to):
    JustificationFactory(given_at=now() - timedelta(hours=1), student__last_name="Zadi")
    JustificationFactory(decided=True, state="accepted", student__last_name="Autre")
    JustificationFactory(state="withdrawn", student__last_name="Repris")
    page = office.get(path_to("attendance:justifications"))
    names = [row.select_one("b").text for row in soup(page).select("li.row")]
    assert names == ["Zadi Aya", str(given.student)]
    assert "2 justificatifs à lire" in page.text
    all_of_them = office.get(path_to("attendance:justifications") + "?etat=all")
    assert "Autre" in all_of_them.text
    assert "Repris" not in all_of_them.text


def test_the_list_is_searched_and_paged(office, path_to, given):
    JustificationFactory.create_batch(30, student=given.student)
    list_of = path_to("attendance:justifications")
    assert len(soup(office.get(f"{list_of}?q={given.student.last_name}")).select("li.row")) == 30
    assert len(soup(office.get(f"{list_of}?page=2")).select("li.row")) == 1
    assert not soup(office.get(f"{list_of}?q=personne")).select("li.row")


def test_one_click_accepts_from_the_list(office, htmx, given, one, path_to):
    row = soup(office.get(path_to("attendance:justifications"))).select_one(f"#j{given.pk}")
    accept = row.select_one("form")
    assert accept["hx-target"] == f"#j{given.pk}"
    part = htmx.post(accept["hx-post"], {"seen": "waiting", "act": "accept"})
    assert soup(part).select_one("li")["id"] == f"j{given.pk}"
    assert "Accepté par" in part.text
    assert Absence.objects.get().is_justified


def test_a_refusal_says_why_or_comes_back(office, htmx, given, one):
    bare = htmx.post(one, {"seen": "waiting", "act": "refuse", "answer": " "})
    assert bare.status_code == 422
    assert "Dites à la famille pourquoi" in bare.text
    assert "Refusé par" in htmx.post(one, {"seen": "waiting", "act": "refuse", "answer": "Illisible"}).text
    given.refresh_from_db()
    assert (given.state, given.answer) == (State.REFUSED, "Illisible")


def test_without_htmx_the_page_says_what_was_done(office, one):
    page = office.post(one, {"seen": "waiting", "act": "accept"}, follow=True)
    assert "Justificatif accepté" in page.text
    assert "justifiée" in page.text


def test_the_second_decider_is_told_who_was_first(office, htmx, given, one):
    htmx.post(one, {"seen": "waiting", "act": "accept"})
    late = htmx.post(one, {"seen": "waiting", "act": "refuse", "answer": "Non"})
    assert late.status_code == 422
    assert "vient d’y répondre\u202f: il est déjà accepté" in late.text
    assert Justification.objects.get().state == State.ACCEPTED


def test_a_reason_that_does_not_justify_is_refused_in_words(office, htmx, given, one):
    given.reason.justifies = False
    given.reason.save()
    assert "ne justifie pas" in htmx.post(one, {"seen": "waiting", "act": "accept"}).text
    assert htmx.post(one, {"seen": "waiting", "act": "burn"}).status_code == 422


def test_vie_scolaire_writes_what_it_was_told(office, child, form, typed):
    assert "Enregistrer et accepter" in office.get(form).text
    office.post(form, typed)
    assert Justification.objects.get().state == State.ACCEPTED
    assert Absence.objects.get().is_justified


def test_the_absence_s_page_shows_what_the_family_said(office, given, path_to):
    page = office.get(path_to("attendance:absence", Absence.objects.get().pk))
    assert soup(page).select_one(f"#j{given.pk}")
    assert "grippe" in page.text


def test_another_school_s_are_out_of_reach(office, path_to, one):
    with in_school(SchoolFactory().pk):
        elsewhere = JustificationFactory()
    for name in ("justification", "photo", "justification_withdraw"):
        address = path_to(f"attendance:{name}", elsewhere.pk)
        assert office.post(address).status_code in (404, 405)
        assert office.get(address).status_code in (404, 405)
    assert str(elsewhere.student) not in office.get(path_to("attendance:justifications")).text


def test_a_parent_decides_nothing(family, given, path_to, one):
    assert family.post(one, {"seen": "waiting", "act": "accept"}).status_code == 404
    assert family.get(path_to("attendance:justifications")).status_code == 404


def test_a_teacher_reads_no_reason(client, classroom, given, path_to):
    client.force_login(classroom.teacher.user)
    page = client.get(path_to("portal:child_absences", given.student.pk))
    assert page.status_code == 200
    assert "grippe" not in page.text
