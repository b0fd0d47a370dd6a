"""A roll that comes from the browser's queue: as old as the phone was without network."""

import json
from datetime import timedelta

import pytest

from apps.attendance.models import Absence, RollCall, RollEntry
from apps.core.clock import today
from apps.people.models import Student
from tests.conftest import soup
from tests.factories.classes import EnrolmentFactory

from .conftest import SLOTS, excuse
from .test_services import states_of


@pytest.fixture
def send(client, classroom, path_to):
    """`send("pal")`: as a phone does that kept the list before anyone had called; what it is answered."""
    client.force_login(classroom.teacher.user)
    address = path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[0])

    def post(states: str, seen: str = "[0,{}]", key: str = "k1", raw: str | None = None, **notes):
        lines = {pupil.pk: code(letter) for pupil, letter in zip(classroom.pupils, states, strict=False)}
        body = json.dumps({"roll": [seen, json.dumps([1, lines])]}) if raw is None else raw
        return client.post(address, body, content_type="application/json", headers={"Idempotency-Key": key})

    return post


def code(letter: str) -> str:
    return "l10" if letter == "l" else letter


def fate(answer) -> dict:
    return answer.json()["cells"]["roll"]


def test_a_waiting_roll_is_closed_and_says_what_the_school_holds(send, classroom):
    said = fate(send("pal"))
    assert said["state"] == "saved"
    assert said["said"].startswith("Appel enregistré à ")
    assert list(json.loads(said["there"])[1].values()) == ["p", "a", "l10"]
    roll_call = RollCall.objects.get()
    assert (states_of(roll_call), roll_call.course, roll_call.taken_by) == (
        "pal", classroom.course, classroom.teacher,
    )  # fmt: skip


def test_sent_twice_it_is_one_and_answered_the_same(send, facts):
    first, again = send("app"), send("app")
    assert first.content == again.content
    assert facts() == ["AbsenceRecorded", "RollCallClosed"]


def test_what_was_corrected_meanwhile_stands_and_is_told(send, classroom, educator):
    classroom.call("app", by=educator)
    classroom.call("lpp", by=educator)
    said = fate(send("aap"))
    pupil = str(classroom.pupils[0].pk)
    assert said["aside"] == {pupil: said["aside"][pupil]}
    assert f"{educator} a écrit «\u00a0en retard\u00a0»" in said["aside"][pupil]
    assert list(json.loads(said["there"])[1].values()) == ["l10", "a", "p"]
    assert states_of(RollCall.objects.get()) == "lap"


def test_a_correction_made_offline_of_what_was_sent_before_is_heard(send):
    lines = json.dumps([1, json.loads(fate(send("app"))["there"])[1]])
    assert fate(send("lpp", seen=lines, key="k2"))["aside"] == {}
    assert states_of(RollCall.objects.get()) == "lpp"
    assert not Absence.objects.standing().exists()


def test_whoever_came_on_the_list_since_is_named_and_not_written_there(send, classroom):
    new = EnrolmentFactory(class_group=classroom.course.group.class_group).student
    assert fate(send("ppp"))["unseen"] == [f"{new.last_name.upper()} {new.first_name}"]
    assert not RollEntry.objects.filter(student=new).exists()


def test_whoever_left_the_list_since_hinders_nobody(send, classroom):
    gone = classroom.pupils[2].pk
    Student.objects.get(pk=gone)
    lines = {pupil.pk: "a" for pupil in classroom.pupils} | {999_999: "a"}
    said = fate(send("", raw=json.dumps({"roll": ["[0,{}]", json.dumps([1, lines])]})))
    assert (said["state"], states_of(RollCall.objects.get())) == ("saved", "aaa")


def test_who_is_excused_since_the_page_was_kept_is_not_written_there(send, classroom, educator):
    excuse(classroom.pupils[0], educator)
    assert list(json.loads(fate(send("pap"))["there"])[1].values()) == ["x", "a", "p"]


def test_a_roll_older_than_two_weeks_is_vie_scolaires(client, classroom, educator, path_to):
    day = today() - timedelta(days=15)
    classroom.call("app", held_on=day)
    old = path_to("attendance:roll_call", classroom.group.pk, day, SLOTS[0])
    body = json.dumps({"roll": ["[0,{}]", json.dumps([1, {classroom.pupils[0].pk: "l10"}])]})
    form = {"seen": "[1,{}]"} | {f"s{pupil.pk}": "present" for pupil in classroom.pupils}

    client.force_login(classroom.teacher.user)
    assert (
        "la vie scolaire le corrige" in fate(client.post(old, body, content_type="application/json"))["why"]
    )
    page = client.post(old, form)
    assert (page.status_code, page.text.count("la vie scolaire le corrige")) == (422, 2)
    assert not soup(client.get(old)).select(".stick button")
    assert states_of(RollCall.objects.get()) == "app"

    client.force_login(educator.user)
    assert client.post(old, form | {"seen": client_seen(client.get(old))}).status_code == 302
    assert states_of(RollCall.objects.get()) == "ppp"


def client_seen(page) -> str:
    return soup(page).select_one("[name=seen]")["value"]


def test_the_history_says_who_changed_what_and_what_was_set_aside(
    client, send, classroom, educator, path_to, count_queries
):
    roll = path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[0])
    client.force_login(educator.user)
    client.post(roll, {"seen": "[0,{}]"} | {f"s{pupil.pk}": "absent" for pupil in classroom.pupils})
    one, two, three = classroom.pupils
    seen = client_seen(client.get(roll))
    client.post(roll, {"seen": seen, f"s{one.pk}": "late", f"s{two.pk}": "absent", f"s{three.pk}": "absent"})
    client.force_login(classroom.teacher.user)
    send("aaa", seen=json.dumps([1, {two.pk: "p"}]))
    page = soup(client.get(f"{roll}historique/"))
    aside, changed = [" ".join(row.text.split()) for row in page.select("ol li")]
    assert f"{one} absent →puis retard de 10 min {educator}" in changed
    assert f"{one} « absent » envoyé, mis de côté" in aside
    assert f"« retard de 10 min » était écrit depuis {classroom.teacher}" in aside


def test_a_note_is_kept(send, classroom):
    lines = {classroom.pupils[0].pk: ["a", "  vu\n dans\0la cour "]}
    send("", raw=json.dumps({"roll": ["[0,{}]", json.dumps([1, lines])]}))
    assert RollEntry.objects.get(student=classroom.pupils[0]).note == "vu dans la cour"


def test_impossible_minutes_are_refused_with_the_reason_and_nothing_is_saved(send, classroom):
    lines = {classroom.pupils[0].pk: "l55"}
    said = fate(send("", raw=json.dumps({"roll": ["[0,{}]", json.dumps([1, lines])]})))
    assert said == {"state": "refused", "why": "Des minutes, de 1 à 54."}
    assert not RollCall.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        "x", "[]", "{}", '{"roll": []}', '{"roll": [1, 2]}', '{"roll": ["[0,{}]"]}', "[" * 9_999,
        '{"roll": ["[0,{}]", "[1,{\\"1\\":\\"q\\"}]"]}', '{"roll": ["[0,{}]", "[1,{\\"1\\":[\\"a\\",5]}]"]}',
        '{"roll": ["[0,{}]", "[1,{\\"1\\":\\"l0\\"}]"]}',
        '{"roll": ["[0,{}]", "[1,{\\"1\\":\\"p\\u0000\\"}]"]}',
    ],
)  # fmt: skip
def test_what_no_browser_of_ours_writes_is_refused(send, raw):
    assert send("", raw=raw).status_code == 400
    assert not RollCall.objects.exists()


def test_the_list_that_is_kept_shows_nobody_s_call(client, classroom, path_to):
    classroom.call("aaa")
    client.force_login(classroom.teacher.user)
    page = client.get(path_to("attendance:roll_list", classroom.group.pk))
    assert "Terminer l’appel" in page.text
    assert 'value="absent"' not in page.text
