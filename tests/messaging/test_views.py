"""The pages: what they show, what they refuse, what they keep; with htmx and without."""

import re
from datetime import timedelta
from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from apps.accounts.models import Role
from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.messaging.models import Message, Participation, Thread
from apps.messaging.selectors import MESSAGES_PER_PAGE
from apps.messaging.services import post_message
from tests.conftest import Browser, school_with, soup
from tests.factories.accounts import MemberFactory
from tests.factories.classes import EnrolmentFactory
from tests.factories.messaging import make_pair, make_thread
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture(scope="module")
def kept_school(build_once):
    return build_once(
        school_with(partial(make_pair, student__last_name="Kouassi", student__first_name="Awa"))
    )


@pytest.fixture
def pair(rows):
    return rows


@pytest.fixture
def mother(pair, client, htmx):
    """She is signed in, in her browser and in its htmx."""
    client.force_login(pair.mother.user)
    htmx.force_login(pair.mother.user)
    return pair.mother


@pytest.fixture
def address(thread, path_to):
    return path_to("messaging:thread", thread.pk)


@pytest.fixture
def forty(pair):
    """A discussion of forty messages."""
    return make_thread(pair, *[f"Message {number}" for number in range(1, 41)])


def words(page) -> list[str]:
    return [item.select_one("p").text for item in page.select(".msg")]


def hidden(page, name: str) -> str:
    return page.select_one(f"[name={name}]")["value"]


def parsed(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


# The list


def test_the_list_says_with_whom_about_whom_and_what_is_new(client, pair, thread, path_to):
    client.force_login(pair.teacher.user)
    [row] = soup(client.get(path_to("messaging:threads"))).select("a.row")
    text = " ".join(row.text.split())
    for said in ("Fatou Bamba", "Soutien du mercredi", "Kouassi Awa", "Bonjour Madame.", "1 non lu"):
        assert said in text
    assert row["href"] == path_to("messaging:thread", thread.pk) + "#m1"


def test_what_i_said_last_is_mine_and_read(client, mother, thread, path_to):
    [row] = soup(client.get(path_to("messaging:threads"))).select("a.row")
    assert "Vous\u202f: Bonjour Madame." in re.sub(r"[ \n]+", " ", row.text)
    assert "non lu" not in row.text
    assert row["href"] == path_to("messaging:thread", thread.pk) + "#m1"


def test_the_newest_words_come_first_and_the_list_is_searched_and_paged(client, mother, pair, path_to):
    for number in range(27):
        make_thread(pair, subject=f"Objet {number:02}")
    page = soup(client.get(path_to("messaging:threads")))
    rows = page.select("a.row")
    assert len(rows) == 25
    assert "Objet 26" in rows[0].text
    assert len(soup(client.get(path_to("messaging:threads"), {"page": 2})).select("a.row")) == 2
    found = soup(client.get(path_to("messaging:threads"), {"q": "objet 07"}))
    assert len(found.select("a.row")) == 1
    assert len(soup(client.get(path_to("messaging:threads"), {"q": "kouassi"})).select("a.row")) == 25
    for odd in ("zzz", "a\x00b", "%", "x" * 500):
        assert client.get(path_to("messaging:threads"), {"q": odd, "page": "abc"}).status_code == 200


def test_an_empty_list_says_so(client, mother, path_to):
    assert "Aucune discussion pour le moment." in client.get(path_to("messaging:threads")).text


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.BURSAR, Role.STUDENT])
def test_whoever_writes_to_nobody_has_no_messages_page(client, path_to, role):
    client.force_login(MemberFactory(roles=[role]).user)
    for page in ("messaging:threads", "messaging:new"):
        assert client.get(path_to(page)).status_code == 404


def test_thirty_discussions_cost_no_more_queries_than_three(client, pair, path_to, count_queries):
    client.force_login(pair.teacher.user)

    def visit(number: int) -> int:
        for _ in range(number):
            father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True))
            make_thread(make_pair_of(pair, father.guardian.member))
        return count_queries(client.get, path_to("messaging:threads"))

    assert visit(3) == visit(20)


def make_pair_of(pair, guardian):
    return type(pair)(pair.student, pair.teacher, guardian, pair.course, pair.care, pair.enrolment)


# A discussion


def test_a_discussion_shows_its_people_and_its_messages_in_order(client, mother, pair, path_to):
    thread = make_thread(pair, "Un", "Deux\navec une ligne", "<b>Trois</b>")
    page = soup(client.get(path_to("messaging:thread", thread.pk)))
    assert words(page) == ["Un", "Deux\navec une ligne", "<b>Trois</b>"]
    assert [item.header.b.text for item in page.select(".msg")] == ["Vous", "Mme Diop", "Vous"]
    assert "Mme Diop, Mathématiques, pour Awa Kouassi" in " ".join(page.text.split())


def test_a_family_is_told_whom_to_call_and_a_teacher_is_not(client, mother, pair, thread, address):
    [call] = soup(client.get(address)).select("a[href^='tel:']")
    assert (call["href"], call.text) == ("tel:2722401036", "27\u00a022\u00a040\u00a010\u00a036")
    client.force_login(pair.teacher.user)
    assert "Appelez" not in client.get(address).text


def test_a_long_discussion_is_read_by_pages(client, mother, forty, path_to):
    address = path_to("messaging:thread", forty.pk)
    page = soup(client.get(address))
    assert len(words(page)) == MESSAGES_PER_PAGE
    assert words(page)[-1] == "Message 40"
    earlier = soup(client.get(address + page.select_one("a[href^='?avant']")["href"]))
    assert words(earlier) == [f"Message {number}" for number in range(1, 11)]
    assert not earlier.select("#following, #reply, [data-edu-news]")
    assert "Derniers messages" in earlier.text


def test_forty_messages_cost_no_more_queries_than_two(client, mother, pair, forty, path_to, count_queries):
    two = make_thread(pair, "Un", "Deux")
    assert count_queries(client.get, path_to("messaging:thread", two.pk)) == count_queries(
        client.get, path_to("messaging:thread", forty.pk)
    )


def test_my_last_words_say_who_has_read_them(client, mother, pair, thread, address, path_to):
    assert "Lu par" not in client.get(address).text
    reader = Browser()
    reader.force_login(pair.teacher.user)
    reader.post(path_to("messaging:read", thread.pk), {"jusque": 1})
    assert "Lu par Mme Diop" in " ".join(client.get(address).text.split())


def test_an_answer_is_saved_and_shown_after_a_redirect(client, mother, thread, address):
    response = client.post(address, {"body": "Doit-elle apporter quelque chose\u202f?\r\nMerci."})
    assert (response.status_code, response["Location"]) == (302, f"{address}#m2")
    assert words(soup(client.get(address)))[-1] == "Doit-elle apporter quelque chose\u202f?\nMerci."


def test_htmx_gets_the_new_message_and_an_empty_form(htmx, mother, thread, address):
    part = parsed(htmx.post(address, {"body": "Merci.", "apres": "1"}))
    assert words(part) == ["Merci."]
    assert part.select_one("#following")["hx-get"].endswith("/suite/?apres=2")
    assert part.select_one("#reply")["hx-swap-oob"] == "true"
    assert not part.select_one("textarea").text.strip()
    assert not part.select("html, main, h1")


def test_htmx_also_gets_what_was_said_meanwhile(htmx, mother, pair, thread, address):
    post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour.", at=now())
    assert words(parsed(htmx.post(address, {"body": "Merci.", "apres": "1"}))) == ["Bonjour.", "Merci."]


def swap(page: BeautifulSoup, part: BeautifulSoup) -> BeautifulSoup:
    """What htmx does with it: the tail gives way to what follows, the form to the new one."""
    if fresh := part.select_one("#reply"):
        fresh = fresh.extract()
        del fresh["hx-swap-oob"]
        page.select_one("#reply").replace_with(fresh)
    page.select_one("#following").replace_with(
        *[tag.extract() for tag in part.find_all("li", recursive=False)]
    )
    return page


def lines(page: BeautifulSoup) -> list[str]:
    """The discussion; the menu's count of messages waits for the next page."""
    return [line.strip() for line in page.select_one("main").prettify().splitlines() if line.strip()]


def test_the_swapped_page_is_the_one_a_reload_would_show(client, htmx, mother, pair, thread, address):
    page = soup(client.get(address))
    swap(page, soup(htmx.post(address, {"body": "Merci.", "apres": "1"})))
    assert lines(page) == lines(soup(client.get(address)))
    post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour.", at=now())
    swap(page, soup(htmx.get(page.select_one("#following")["hx-get"])))
    assert lines(page) == lines(soup(client.get(address)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez votre message."),
        (" \r\n ", "Écrivez votre message."),
        ("x" * 2001, "Message trop long"),
        ("a\x00b", "Le caractère nul"),
    ],
)
def test_a_wrong_message_is_refused_beside_its_field_and_kept(
    client, htmx, mother, thread, address, typed, said
):
    page = client.post(address, {"body": typed})
    part = htmx.post(address, {"body": typed, "apres": "1"})
    assert page.status_code == part.status_code == 422
    assert (part["HX-Retarget"], part["HX-Reswap"]) == ("#reply", "outerHTML")
    for answer in (page, part):
        form = parsed(answer).select_one("#reply")
        assert said in form.select_one(".err").text
        assert form.select_one("textarea")["aria-invalid"] == "true"
    assert typed.strip() in parsed(page).select_one("textarea").text
    assert thread.messages.count() == 1


def test_a_line_break_counts_for_one(client, mother, thread, address):
    assert client.post(address, {"body": "x" * 1998 + "\r\nx"}).status_code == 302


def test_the_same_form_sent_twice_is_one_message(client, mother, thread, address):
    key = hidden(parsed(client.get(address)), "idempotency_key")
    first = client.post(address, {"body": "Merci.", "idempotency_key": key})
    second = client.post(address, {"body": "Merci.", "idempotency_key": key})
    assert first["Location"] == second["Location"] == f"{address}#m2"
    assert client.post(address, {"body": "Bonne soirée.", "idempotency_key": key})["Location"].endswith("#m3")
    assert thread.messages.count() == 3


def test_a_form_without_its_token_is_refused(pair, address, thread):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(pair.mother.user)
    assert browser.post(address, {"body": "Merci."}).status_code == 403
    assert thread.messages.count() == 1


def test_a_closed_discussion_is_read_and_not_written_in(client, htmx, mother, pair, thread, address):
    pair.course.teachers.update(until=now().date() - timedelta(days=1))
    page = soup(client.get(address))
    assert words(page) == ["Bonjour Madame."]
    assert not page.select("#reply")
    assert "Cette discussion est close." in page.text
    assert "Écrire à quelqu’un d’autre" not in page.text
    MemberFactory(roles=[Role.EDUCATOR])
    assert "Écrire à quelqu’un d’autre" in client.get(address).text
    for answer in (client.post(address, {"body": "Merci."}), htmx.post(address, {"body": "Merci."})):
        assert answer.status_code == 422
        assert "votre message n’est pas parti" in answer.text
        assert "Merci." in parsed(answer).select_one("textarea").text
    assert thread.messages.count() == 1


# What follows, what is read


def test_what_follows_is_a_part_and_nothing_new_is_nothing(htmx, mother, pair, thread, path_to):
    suite = path_to("messaging:following", thread.pk)
    assert htmx.get(suite, {"apres": 1}).status_code == 204
    post_message(thread_id=thread.pk, by=pair.teacher, body="Bonjour.", at=now())
    part = parsed(htmx.get(suite, {"apres": 1}))
    assert words(part) == ["Bonjour."]
    assert hidden(part, "jusque") == "2"
    assert words(parsed(htmx.get(suite, {"apres": 0}))) == ["Bonjour Madame.", "Bonjour."]


def test_what_follows_comes_in_bites_until_the_end(htmx, mother, forty, path_to):
    suite, heard = path_to("messaging:following", forty.pk) + "?apres=0", []
    while True:
        part = parsed(htmx.get(suite))
        heard += words(part)
        tail = part.select_one("#following")
        suite = tail["hx-get"]
        if "load" not in tail["hx-trigger"]:
            break
    assert heard == [f"Message {number}" for number in range(1, 41)]


@pytest.mark.parametrize("number", ["", "abc", "-1", "1.5", "²", "9" * 30])
def test_a_number_that_no_page_sends_leads_nowhere(htmx, mother, thread, path_to, number):
    assert htmx.get(path_to("messaging:following", thread.pk), {"apres": number}).status_code == 404
    if number:
        assert htmx.post(path_to("messaging:read", thread.pk), {"jusque": number}).status_code == 404
        assert htmx.get(path_to("messaging:thread", thread.pk), {"avant": number}).status_code == 404


def test_reading_is_said_by_a_post_and_a_get_changes_nothing(client, htmx, pair, thread, path_to):
    for browser in (client, htmx):
        browser.force_login(pair.teacher.user)
    page = parsed(client.get(path_to("messaging:thread", thread.pk)))
    mine = Participation.objects.get(member=pair.teacher)
    assert mine.last_read == 0
    form = page.select_one("#following form")
    assert htmx.post(form["hx-post"], {"jusque": hidden(form, "jusque")}).status_code == 200
    mine.refresh_from_db()
    assert mine.last_read == 1
    assert not parsed(client.get(path_to("messaging:thread", thread.pk))).select("#following form")
    assert client.post(form["action"], {"jusque": 1})["Location"] == path_to("messaging:thread", thread.pk)


# A new discussion


def test_a_mother_of_one_is_not_asked_about_whom(client, mother, pair, path_to):
    form = soup(client.get(path_to("messaging:new"))).select_one("form[method=post]")
    assert form["action"] == path_to("messaging:write", pair.student.pk)


def test_a_mother_of_two_chooses_a_child(client, mother, pair, path_to):
    other = EnrolmentFactory(class_group=pair.enrolment.class_group)
    GuardianshipFactory(student=other.student, guardian=pair.care.guardian)
    links = [row["href"] for row in soup(client.get(path_to("messaging:new"))).select("a.row")]
    assert links == [path_to("messaging:write", pk) for pk in (pair.student.pk, other.student.pk)]


def test_a_teacher_finds_a_pupil_by_name(client, pair, path_to, count_queries):
    client.force_login(pair.teacher.user)
    for _ in range(3):
        EnrolmentFactory(class_group=pair.enrolment.class_group)
    few = count_queries(client.get, path_to("messaging:new"))
    for _ in range(40):
        EnrolmentFactory(class_group=pair.enrolment.class_group)
    assert count_queries(client.get, path_to("messaging:new")) == few
    page = soup(client.get(path_to("messaging:new")))
    assert len(page.select("a.row")) == 30
    assert page.select("form[role=search]")
    found = soup(client.get(path_to("messaging:new"), {"q": "AWA"}))
    assert [row.b.text for row in found.select("a.row")] == ["Kouassi Awa"]


def test_a_first_message_opens_its_discussion(client, mother, pair, path_to):
    address = path_to("messaging:write", pair.student.pk)
    page = parsed(client.get(address))
    assert "Mme Diop, Mathématiques" in page.select_one("select").text
    typed = {"to": pair.teacher.pk, "subject": "Cours de soutien", "body": "Bonjour Madame."}
    response = client.post(address, typed | {"idempotency_key": hidden(page, "idempotency_key")})
    again = client.post(address, typed | {"idempotency_key": hidden(page, "idempotency_key")})
    thread = Thread.objects.get()
    assert response["Location"] == again["Location"] == path_to("messaging:thread", thread.pk)
    assert (thread.subject, thread.student) == ("Cours de soutien", pair.student)


def test_a_teacher_ticks_one_guardian_or_both(client, pair, path_to):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    client.force_login(pair.teacher.user)
    address = path_to("messaging:write", pair.student.pk)
    assert len(parsed(client.get(address)).select("input[type=checkbox][name=to]")) == 2
    client.post(address, {"to": [pair.mother.pk, father.pk], "subject": "Réunion", "body": "Mardi ?"})
    assert Thread.objects.get().participations.count() == 3


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"to": ""}, "to", "Choisissez à qui vous écrivez."),
        ({"to": "999999"}, "to", "On ne peut plus écrire à cette personne."),
        ({"to": "abc"}, "to", "On ne peut plus écrire à cette personne."),
        ({"subject": " "}, "subject", "Donnez un objet"),
        ({"subject": "x" * 101}, "subject", "Objet trop long"),
        ({"body": ""}, "body", "Écrivez votre message."),
    ],
)
def test_a_wrong_first_message_keeps_what_was_typed(client, mother, pair, path_to, typed, field, said):
    right = {"to": str(pair.teacher.pk), "subject": "Cours de soutien", "body": "Bonjour Madame."}
    response = client.post(path_to("messaging:write", pair.student.pk), right | typed)
    page = parsed(response)
    assert response.status_code == 422
    assert said in page.select_one(f"#id_{field}_error").text
    assert page.select_one("textarea").text.strip() == (right | typed)["body"]
    assert page.select_one("[name=subject]")["value"] == (right | typed)["subject"]
    assert not Thread.objects.exists()


def test_nobody_writes_about_a_pupil_who_is_not_theirs(client, mother, path_to):
    stranger = make_pair()
    address = path_to("messaging:write", stranger.student.pk)
    assert client.get(address).status_code == 404
    typed = {"to": stranger.teacher.pk, "subject": "Bonjour", "body": "Bonjour"}
    assert client.post(address, typed).status_code == 404
    assert client.get(path_to("messaging:write", 10**18)).status_code == 404


def test_a_pupil_whose_guardians_have_no_access_yet_is_said_so(client, pair, path_to):
    lonely = EnrolmentFactory(class_group=pair.enrolment.class_group).student
    client.force_login(pair.teacher.user)
    page = client.get(path_to("messaging:write", lonely.pk))
    assert "Personne à qui écrire" in page.text


# Nobody else


@pytest.fixture
def pages(thread, path_to):
    return [
        path_to("messaging:thread", thread.pk),
        path_to("messaging:following", thread.pk) + "?apres=0",
        path_to("messaging:token", thread.pk),
    ]


def test_a_thread_of_others_does_not_exist(htmx, pair, thread, pages, path_to):
    father = GuardianshipFactory(student=pair.student, guardian=GuardianFactory(active=True)).guardian.member
    for outsider in (father, make_pair().mother, make_pair().teacher, MemberFactory(roles=[Role.PRINCIPAL])):
        htmx.force_login(outsider.user)
        assert {htmx.get(page).status_code for page in pages} == {404}
        assert htmx.post(pages[0], {"body": "Bonjour"}).status_code == 404
        assert htmx.post(path_to("messaging:read", thread.pk), {"jusque": 1}).status_code == 404
    assert Message.objects.count() == 1


def test_a_thread_of_another_school_does_not_exist(client, htmx, mother, path_to):
    with in_school(SchoolFactory().pk):
        elsewhere = make_thread(make_pair())
    assert client.get(path_to("messaging:thread", elsewhere.pk)).status_code == 404
    assert htmx.get(path_to("messaging:token", elsewhere.pk)).status_code == 404


def test_the_signed_out_are_sent_to_sign_in_and_their_swaps_get_a_sentence(client, htmx, pages):
    assert client.get(pages[0]).status_code == 302
    assert htmx.get(pages[1]).status_code == 401


def test_a_fresh_ticket_is_plain_and_kept_by_nobody(client, mother, pages):
    response = client.get(pages[2])
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]
