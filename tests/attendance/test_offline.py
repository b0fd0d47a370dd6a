"""A day without network, in a browser: the roll is taken, closed, corrected, and leaves by itself."""

import re
import time

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence, RollCall, RollEntry
from apps.core.clock import today
from apps.core.tenancy import in_school
from tests.factories.accounts import MemberFactory
from tests.factories.schools import SchoolFactory
from tests.grades.test_typing import sign_in

from .conftest import SLOTS, Classroom, classroom_of
from .test_services import states_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = """async () => {
  const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = (await Promise.all(opened.map((cache) => cache.keys()))).flat();
  return requests.map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def room() -> Classroom:
    school = SchoolFactory(name="Collège Sainte-Anne de Cocody")
    with in_school(school.pk):
        room = classroom_of(12)
    room.school = school
    return room


@pytest.fixture
def day(web, room) -> str:
    return f"{web}/{room.school.slug}/appel/"


@pytest.fixture
def page(phone, room, day):
    """The teacher's day, kept in her phone."""
    sign_in(phone, room.teacher, day)
    open_and_keep(phone, day, room)
    until(lambda: f"/{room.school.slug}/" in kept(phone))
    return phone


def open_and_keep(phone, day: str, room: Classroom) -> None:
    phone.goto(day)
    phone.evaluate("async () => { await navigator.serviceWorker.ready; }")
    phone.reload()  # a page that loads while the worker starts is not its own yet
    until(lambda: f"/{room.school.slug}/appel/{room.group.pk}/" in kept(phone))


def kept(phone) -> list[str]:
    return phone.evaluate(KEPT)


def until(is_so, patience: float = 15) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, "not so in time"
        time.sleep(0.05)


def tap(page, *places: int) -> None:
    for place in places:
        page.locator("#roll li button").nth(place).tap()


def close(page) -> None:
    page.locator("#roll .stick button").tap()


def says(page, words: str) -> None:
    page.locator("[data-edu-fate]", has_text=re.compile(words)).wait_for()


def shown(page) -> str:
    return "".join(
        page.locator("#roll li input[name^=s]").evaluate_all("all => all.map((one) => one.value[0])")
    )


def test_a_roll_is_taken_closed_and_corrected_without_network_and_leaves_by_itself(page, day, room):
    page.context.set_offline(True)
    page.goto(day)
    assert "Sans réseau" in page.text_content("main")
    page.locator("[data-edu-now]").first.tap()
    tap(page, 0, 3, 3)
    close(page)
    says(page, "Gardé ici")
    page.reload()
    assert shown(page) == "appl" + "p" * 8
    says(page, "Gardé ici")
    tap(page, 1, 0, 0)
    page.locator("input[name^=n]").first.fill("vu dans la cour")
    close(page)
    page.wait_for_timeout(200)
    with in_school(room.school.pk):
        assert not RollCall.objects.exists()

    page.context.set_offline(False)
    says(page, "Appel corrigé à")  # closed, then corrected: two sendings, in their order
    with in_school(room.school.pk):
        roll = RollCall.objects.get()
        assert states_of(roll) == "papl" + "p" * 8
        assert Absence.objects.standing().count() == 1
        assert RollEntry.objects.get(state="absent").note == "vu dans la cour"


def test_what_vie_scolaire_corrected_meanwhile_stands_and_is_shown(page, day, room):
    with in_school(room.school.pk):
        room.call("a")
        educator = MemberFactory(roles=[Role.EDUCATOR])
    page.goto(f"{day}{room.group.pk}/{today()}/{SLOTS[0]}/")
    assert shown(page)[0] == "a"
    page.context.set_offline(True)
    tap(page, 0, 1)  # late, she saw the pupil come in
    close(page)
    says(page, "Gardé ici")
    with in_school(room.school.pk):
        room.call("p", by=educator)
    page.context.set_offline(False)
    says(page, "Appel corrigé à")
    assert f"{educator} a écrit" in page.locator("#roll li").first.text_content()
    assert shown(page)[:2] == "pa"
    with in_school(room.school.pk):
        assert states_of(RollCall.objects.get())[:2] == "pa"


def test_what_was_kept_is_hers_alone_and_goes_when_she_leaves(page, day, room, web):
    assert not [path for path in kept(page) if "/notes/" in path]
    page.goto(f"{web}/deconnexion/")
    with page.expect_navigation():
        page.locator("[data-edu-out] button").tap()
    until(lambda: not kept(page))
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(day)
    page.context.set_offline(False)

    with in_school(room.school.pk):
        other = MemberFactory(roles=[Role.EDUCATOR])
    sign_in(page, room.teacher, day)
    open_and_keep(page, day, room)
    sign_in(page, other, day)
    page.goto(f"{web}/{room.school.slug}/")
    until(lambda: not [name for name in page.evaluate("caches.keys()") if str(room.teacher.pk) in name])


def test_the_day_is_kept_for_whoever_has_another_home(phone, day, room):
    with in_school(room.school.pk):
        educator = MemberFactory(roles=[Role.EDUCATOR])
    sign_in(phone, educator, day)
    open_and_keep(phone, day, room)


def test_a_roll_of_sixty_takes_a_few_seconds_of_taps(phone, web):
    school = SchoolFactory(name="Lycée moderne")
    with in_school(school.pk):
        room = classroom_of(60)
    day = f"{web}/{school.slug}/appel/"
    sign_in(phone, room.teacher, day)
    phone.goto(day)
    began = time.monotonic()
    phone.locator("[data-edu-now]").first.tap()
    absent, late = [2, 11, 29, 41, 58], [17, 17, 36, 36]
    for place in absent + late:
        tap(phone, place)
        phone.wait_for_timeout(300)  # a thumb looks for the next name
    close(phone)
    says(phone, "Appel enregistré à")
    seconds = time.monotonic() - began
    print(f"a roll of 60, 5 absent and 2 late: {seconds:.1f} s of taps (bar 20)")  # noqa: T201
    with in_school(school.pk):
        assert RollEntry.objects.filter(state="absent").count() == 5
        assert RollEntry.objects.filter(state="late").count() == 2
        assert RollEntry.objects.count() == 60
