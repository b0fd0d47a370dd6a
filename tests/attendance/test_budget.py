"""What the roll of a class of 42 costs our machine: to open it, to save it."""

from datetime import timedelta
from itertools import count
from urllib.parse import urlencode

from apps.core.clock import today
from tests.budget import AS_BROWSERS_SEND, cpu, show, statements

from .conftest import SLOTS, classroom_of


def test_a_roll_costs_little(client, htmx, school, path_to, empty_view):
    classroom = classroom_of(42)
    for browser in (client, htmx):
        browser.force_login(classroom.teacher.user)
    days = count()
    states = {f"s{pupil.pk}": "present" for pupil in classroom.pupils}
    states |= {f"s{pupil.pk}": "absent" for pupil in classroom.pupils[:2]}
    states |= {f"s{classroom.pupils[2].pk}": "late", f"m{classroom.pupils[2].pk}": "10", "seen": ""}

    def roll() -> str:
        day = today() - timedelta(days=next(days))
        return path_to("attendance:roll_call", classroom.group.pk, day, SLOTS[0])

    def save():
        saved = htmx.post(roll(), urlencode(states), content_type=AS_BROWSERS_SEND)
        assert saved.status_code == 200

    costs = {"saving a roll of 42 (25 ms, all in)": cpu(save), "opening it": cpu(lambda: client.get(roll()))}
    show(costs, cpu(lambda: client.get(empty_view)))
    saving, opening = len(statements(save)), len(statements(lambda: client.get(roll())))
    print(f"statements: {saving} to save, {opening} to open")  # noqa: T201
    assert saving <= 29
    assert opening <= 11
