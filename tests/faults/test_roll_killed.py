"""A phone killed while a teacher takes the roll without network: what it kept is saved, and once.

50 times by hand: EDUCONNECT_CAMPAIGN=50 ./deploy/test -s tests/faults/test_roll_killed.py
"""

import random
from collections import Counter
from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.attendance.models import Absence, RollCall, RollEntry
from apps.core.clock import today
from apps.core.tenancy import in_school
from tests.attendance.conftest import SLOTS, Classroom, classroom_of
from tests.attendance.test_offline import open_and_keep
from tests.factories.accounts import MemberFactory
from tests.faults.desk import TELL_WHAT_IS_KEPT, Desk, end_at_once, let_it_send
from tests.faults.results import keep, seed_of, size

pytestmark = pytest.mark.browser
RUNS = min(size(5), 50)
PUPILS = 60
SHOWN = "all => all.map((one) => one.value[0]).join('')"


def take(page, room: Classroom, day: str, roll: str, taps: list[list[int]]) -> list[str]:
    """Without network: each list of taps, then the button. What the list said at each closing."""
    closed = []
    open_and_keep(page, day, room)
    page.context.set_offline(True)
    page.goto(roll)
    page.evaluate(TELL_WHAT_IS_KEPT)
    for places in taps:
        for place in places:
            page.locator("#roll li button").nth(place).click()
        closed.append(page.locator("#roll li input[name^=s]").evaluate_all(SHOWN))
        page.locator("#roll .stick button").click()
    return closed


def wrongs(back: int, hour: int, closed: list[str], kept: int) -> Counter:
    """How the school's rows of that hour differ from the last closing that was kept.

    One after it may have been kept too: the phone died before it could tell.
    """
    found = Counter(lost=0, doubled=0, wrong=0)
    day = today() - timedelta(days=back)
    rolls = RollCall.objects.filter(held_on=day, starts_at=SLOTS[hour].starts_at)
    entries = RollEntry.objects.filter(roll_call__in=rolls).order_by("student__sort_key")
    states = "".join(state[0] for state in entries.values_list("state", flat=True))
    absences = Absence.objects.standing().filter(held_on=day)
    found["doubled"] = max(rolls.count() - 1, 0) + max(entries.count() - PUPILS, 0)
    if kept:
        found["lost"] = not states
        is_right = states in closed[kept - 1 :] and absences.count() == states.count("a")
        found["wrong"] = bool(states) and not is_right
    return found


@pytest.fixture
def campaign(chromium, web, school, tmp_path, request):
    """Kill a phone so many times, at random moments, each on a roll of its own; what became of it all."""
    rng = random.Random(seed_of(request))
    with in_school(school.pk):
        room = classroom_of(PUPILS)
        educator = MemberFactory(roles=[Role.EDUCATOR])  # who may take rolls as old as a run needs
    room.school = school
    day = f"{web}/{school.slug}/appel/"
    desk = Desk(chromium, tmp_path / "profile", educator, day)

    def run(what: str, runs: int, *, forget: bool = False) -> Counter:
        """Each browser but the last is killed; each but the first sends what the one before it kept."""
        counts, last = Counter(lost=0, doubled=0, wrong=0), None
        for back in range(runs + 1):
            if forget:
                desk.profile = tmp_path / f"another{back}"
            with desk.open() as (page, process):
                let_it_send(page)
                if last:
                    with in_school(school.pk):
                        counts.update(wrongs(*last))
                if back == runs:
                    break
                desk.kept.clear()
                hour = rng.randrange(len(SLOTS))
                roll = f"{day}{room.group.pk}/{today() - timedelta(days=back)}/{SLOTS[hour]}/"
                taps = [rng.choices(range(PUPILS), k=rng.randint(0, 9)) for _ in range(rng.randint(1, 3))]
                closed = take(page, room, day, roll, taps)
                page.wait_for_timeout(200 if forget else rng.uniform(0, 80))
                end_at_once(process)
            last = (back, hour, closed, len(desk.kept))
            counts.update(runs=1, closed=len(closed), kept=len(desk.kept))
        print(f"{what}: {dict(counts)}")  # noqa: T201
        keep(what, seed=seed_of(request), **counts)
        return counts

    return run


def test_what_a_killed_phone_kept_of_rolls_is_saved_once(campaign):
    counts = campaign("rolls-killed", RUNS)
    assert counts["kept"]
    assert (counts["lost"], counts["doubled"], counts["wrong"]) == (0, 0, 0)


@pytest.mark.long
def test_with_a_phone_that_forgets_the_campaign_finds_losses(campaign):
    assert campaign("rolls-killed-forgetful", 1, forget=True)["lost"]
