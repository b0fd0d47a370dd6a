"""The pages of whoever calls: the day's roll calls, one roll, with and without scripts."""

from datetime import time, timedelta

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence, RollCall
from apps.attendance.rules import Span
from apps.classes.models import CourseTeacher
from apps.core.clock import today
from tests.conftest import soup
from tests.factories.accounts import LONG_AGO, MemberFactory
from tests.factories.attendance import JustificationFactory

from .conftest import SLOTS, classroom_of
from .test_services import states_of


@pytest.fixture
def roll(classroom, path_to):
    return path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[0])


@pytest.fixture
def signed_in(client, htmx, classroom):
    client.force_login(classroom.teacher.user)
    htmx.force_login(classroom.teacher.user)


def filled(response) -> dict[str, str]:
    """What a browser would send back if nobody touched anything."""
    form = soup(response).select_one("form#roll")
    fields = {field["name"]: field["value"] for field in form.select("input[name]")}
    for select in form.select("li select"):
        fields[select["name"]] = select.select_one("[selected]")["value"]
    return fields


def states_shown(response) -> str:
    return "".join(field["value"][0] for field in soup(response).select("li input[name^=s]"))


def test_everyone_is_shown_there_in_register_order(client, signed_in, classroom, roll):
    page = client.get(roll)
    assert states_shown(page) == "ppp"
    names = [name.text for name in soup(page).select("li button b")]
    assert names == [pupil.last_name.upper() for pupil in classroom.pupils]
    assert not RollCall.objects.exists()


def test_a_tap_without_script_changes_the_page_and_saves_nothing(client, signed_in, classroom, roll):
    one, _, three = (str(pupil.pk) for pupil in classroom.pupils)
    page = client.post(roll, filled(client.get(roll)) | {"tap": one})
    assert page.status_code == 200
    assert states_shown(page) == "app"
    page = client.post(roll, filled(page) | {"tap": one})
    page = client.post(roll, filled(page) | {"tap": three})
    assert states_shown(page) == "lpa"
    assert "1 absent" in page.text
    page = client.post(roll, filled(page) | {"tap": one})
    assert states_shown(page) == "ppa"
    assert not RollCall.objects.exists()


@pytest.mark.parametrize("tapped", ["", "x", "0", "9" * 5000])
def test_a_tap_on_nobody_changes_nothing(client, signed_in, roll, tapped):
    page = client.get(roll)
    again = client.post(roll, filled(page) | {"tap": tapped})
    assert (again.status_code, filled(again)) == (200, filled(page))


def test_the_whole_roll_works_without_script(client, signed_in, classroom, roll):
    one, two, _ = (str(pupil.pk) for pupil in classroom.pupils)
    page = client.get(roll)
    for tap in (one, two, two):
        page = client.post(roll, filled(page) | {"tap": tap})
    saved = client.post(roll, filled(page) | {f"m{two}": "20"})
    assert saved.status_code == 302
    roll_call = RollCall.objects.get()
    assert states_of(roll_call) == "alp"
    assert roll_call.course == classroom.course
    assert roll_call.entries.get(state="late").minutes_late == 20
    again = client.get(saved.url)
    assert "Appel enregistré." in again.text
    assert states_shown(again) == "alp"


def test_a_correction_starts_from_what_was_saved(client, signed_in, classroom, roll):
    classroom.call("alp")
    page = client.get(roll)
    assert "Corriger" in page.text
    fields = filled(page)
    fields[f"s{classroom.pupils[0].pk}"] = "present"
    client.post(roll, fields)
    assert states_of(RollCall.objects.get()) == "plp"
    assert not Absence.objects.standing().exists()


def test_htmx_gets_the_roll_alone_and_a_reload_would_show_the_same(client, htmx, signed_in, classroom, roll):
    fields = filled(client.get(roll)) | {f"s{classroom.pupils[0].pk}": "absent"}
    part = htmx.post(roll, fields)
    assert part.text.strip().startswith('<form class="call"')
    assert "HX-Request" in part["Vary"]
    page = soup(client.get(roll))
    page.select_one("#roll").replace_with(soup(part).select_one("#roll"))
    assert page.prettify() == soup(client.get(roll)).prettify()


@pytest.mark.parametrize("minutes", ["0", "55", "abc", "-5", "9999", "²"])
def test_impossible_minutes_come_back_and_nothing_is_saved(htmx, signed_in, classroom, roll, minutes):
    pupil = classroom.pupils[0].pk
    fields = filled(htmx.get(roll)) | {f"s{pupil}": "late", f"m{pupil}": minutes}
    part = htmx.post(roll, fields)
    assert part.status_code == 422
    assert "de 1 à 54" in part.text
    assert states_shown(part) == "lpp"
    assert not RollCall.objects.exists()


@pytest.mark.parametrize(
    "seen", ["", "x", "1", "[]", "[1,2]", '[1,{"a":"p"}]', '[1,{"2":"z"}]', '[1,{"2":"lx"}]', "[" * 9999]
)
def test_a_page_that_cannot_be_read_is_refused(client, signed_in, classroom, roll, seen):
    page = client.post(roll, filled(client.get(roll)) | {"seen": seen})
    assert page.status_code == 422
    assert not RollCall.objects.exists()


def test_a_pupil_who_came_on_the_list_meanwhile_is_pointed_at(client, signed_in, classroom, roll):
    fields = filled(client.get(roll))
    del fields[f"s{classroom.pupils[1].pk}"]
    page = client.post(roll, fields)
    assert page.status_code == 422
    assert "Nouveau sur cette liste" in soup(page).select("li")[1].text
    assert client.post(roll, filled(page)).status_code == 302


def test_a_later_correction_stands_is_told_and_a_second_try_decides(
    client, signed_in, classroom, roll, educator
):
    classroom.call("ppp")
    pupil = classroom.pupils[0].pk
    mine = filled(client.get(roll)) | {f"s{pupil}": "absent"}
    classroom.call("lpp", by=educator)
    page = client.get(client.post(roll, mine).url)
    kept = (
        f"{classroom.pupils[0].last_name.upper()} {classroom.pupils[0].first_name}\u202f: {educator} a écrit"
    )
    assert f"{kept} «\u00a0en retard\u00a0»" in page.text
    assert (states_shown(page), states_of(RollCall.objects.get())) == ("lpp", "lpp")
    client.post(roll, filled(page) | {f"s{pupil}": "absent"})
    assert states_of(RollCall.objects.get()) == "app"


def test_a_stale_page_never_undoes_the_lines_it_did_not_touch(client, signed_in, classroom, roll, educator):
    classroom.call("ppp")
    stale = filled(client.get(roll))
    classroom.call("app", by=educator)
    one_more = client.post(roll, stale | {"tap": str(classroom.pupils[2].pk)})
    assert states_shown(one_more) == "apa"
    client.post(roll, filled(one_more))
    assert states_of(RollCall.objects.get()) == "apa"


def test_the_same_closing_sent_twice_is_one(client, signed_in, classroom, roll, facts):
    fields = filled(client.get(roll)) | {f"s{classroom.pupils[0].pk}": "absent"}
    for _ in range(2):
        assert client.post(roll, fields, headers={"Idempotency-Key": "k1"}).status_code == 302
    assert facts() == ["AbsenceRecorded", "RollCallClosed"]


def test_what_vie_scolaire_knows_is_shown(client, signed_in, classroom, path_to):
    classroom.call("a")
    page = client.get(path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[1]))
    assert "Absence depuis 7\u202fh\u202f30" in soup(page).select("li")[0].text
    assert states_shown(page) == "ppp"


def test_an_absence_that_the_family_announced_is_shown_and_still_to_be_seen(
    client, signed_in, classroom, roll
):
    JustificationFactory(student=classroom.pupils[0], decided=True, state="accepted")
    page = client.get(roll)
    assert "annoncée par la famille" in soup(page).select("li")[0].text
    assert states_shown(page) == "ppp"


def test_an_hour_already_called_under_another_end_is_that_roll_call(client, signed_in, classroom, path_to):
    classroom.call("app")
    other = path_to("attendance:roll_call", classroom.group.pk, today(), Span(time(7, 30), time(9, 20)))
    answer = client.get(other)
    assert answer.status_code == 302
    assert states_shown(client.get(answer.url)) == "app"


@pytest.mark.parametrize(
    "address",
    ["2026-13-01/0730-0825", "2026-11-24/0825-0730", "2026-11-24/2630-2700", "2026-11-24/0730-0730"],
)
def test_an_impossible_day_or_hour_is_no_page(client, signed_in, classroom, school, address):
    assert client.get(f"/{school.slug}/appel/{classroom.group.pk}/{address}/").status_code == 404


def test_a_day_to_come_has_no_roll_call(client, signed_in, classroom, path_to):
    tomorrow = path_to("attendance:roll_call", classroom.group.pk, today() + timedelta(days=1), SLOTS[0])
    assert client.get(tomorrow).status_code == 404
    assert client.post(tomorrow, {}).status_code == 404


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.STUDENT, Role.SECRETARY, Role.BURSAR, Role.TEACHER])
def test_the_roll_of_others_does_not_exist(client, classroom, roll, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(roll).status_code == 404
    assert client.post(roll, {}).status_code == 404


@pytest.mark.parametrize("role", [Role.EDUCATOR, Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES])
def test_vie_scolaire_and_direction_call_any_group(client, classroom, roll, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(roll).status_code == 200


def test_the_day_offers_each_group_of_the_teacher_and_no_other(client, signed_in, classroom, path_to):
    other = classroom_of(3)
    page = client.get(path_to("attendance:roll_calls"))
    assert classroom.group.name in page.text
    assert classroom.course.subject.name in page.text
    assert f"/{other.group.pk}/" not in page.text


def test_vie_scolaire_sees_every_group_and_what_was_taken(client, classroom, educator, path_to):
    other = classroom_of(3)
    classroom.call("al")
    client.force_login(educator.user)
    page = soup(client.get(path_to("attendance:roll_calls")))
    addresses = {link["href"] for link in page.select("a.row")}
    assert {row.split("/")[3] for row in addresses} == {str(classroom.group.pk), str(other.group.pk)}
    taken = path_to("attendance:roll_call", classroom.group.pk, today(), SLOTS[0])
    (line,) = [link for link in page.select("[aria-labelledby=taken] a") if link["href"] == taken]
    assert "1 abs., 1 ret." in line.text


def test_the_group_called_last_comes_first(client, classroom, path_to):
    others = [classroom_of(2) for _ in range(3)]
    for one in others:
        CourseTeacher.objects.create(course=one.course, member=classroom.teacher, since=LONG_AGO)
    last = others[1]
    last.call("p", by=classroom.teacher, held_on=today() - timedelta(days=1))
    client.force_login(classroom.teacher.user)
    rows = soup(client.get(path_to("attendance:roll_calls"))).select("[aria-labelledby=now] a")
    assert f"/{last.group.pk}/" in rows[0]["href"]


def test_another_hour_is_chosen_or_typed(client, signed_in, classroom, path_to):
    day, group = path_to("attendance:roll_calls"), classroom.group.pk
    slot = client.get(day, {"group": group, "day": "2026-11-02", "slot": "0825-0920"})
    assert slot.url == path_to(
        "attendance:roll_call", group, today().replace(year=2026, month=11, day=2), SLOTS[1]
    )
    typed = {"group": group, "day": "2026-11-02", "slot": "", "starts_at": "18:00", "ends_at": "19:15"}
    assert client.get(day, typed).url.endswith("/1800-1915/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slot": "", "starts_at": "", "ends_at": ""}, "Choisissez une heure"),
        ({"slot": "", "starts_at": "10:00", "ends_at": "09:00"}, "La fin vient après le début"),
        ({"day": "2099-01-01"}, "pas encore venu"),
        ({"day": "hier"}, "date valide"),
        ({"group": "0"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_choice_comes_back_with_what_was_typed(client, signed_in, classroom, path_to, wrong, said):
    right = {"group": classroom.group.pk, "day": "2026-11-02", "slot": "0825-0920"}
    page = client.get(path_to("attendance:roll_calls"), right | wrong)
    assert page.status_code == 422
    assert said in page.text


def test_a_teacher_of_no_group_is_told_what_to_do(client, school, path_to):
    client.force_login(MemberFactory(roles=[Role.TEACHER]).user)
    assert "secrétariat" in client.get(path_to("attendance:roll_calls")).text


@pytest.mark.parametrize("page", ["roll_calls", "roll_call", "absences", "absence"])
def test_sixty_pupils_cost_no_more_queries_than_three(school, client, educator, path_to, count_queries, page):
    client.force_login(educator.user)

    def visit(pupils: int) -> int:
        room = classroom_of(pupils)
        room.call("al" + "a" * (pupils - 2))
        absence = Absence.objects.filter(student=room.pupils[0]).get()
        address = {
            "roll_calls": ("attendance:roll_calls",),
            "roll_call": ("attendance:roll_call", room.group.pk, today(), SLOTS[0]),
            "absences": ("attendance:absences",),
            "absence": ("attendance:absence", absence.pk),
        }[page]
        return count_queries(client.get, path_to(*address))

    visit(2)
    assert visit(3) == visit(60) <= 14
