"""What the roll of a class of 42 costs our machine: to open it, to save it."""

import json
from datetime import timedelta
from itertools import count

from apps.core.clock import today
from tests.budget import cpu, show, statements

from .conftest import SLOTS, classroom_of


def test_a_roll_costs_little(client, htmx, school, path_to, empty_view):
    classroom = classroom_of(42)
    for browser in (client, htmx):
        browser.force_login(classroom.teacher.user)
    hours = count()
    codes = {pupil.pk: "p" for pupil in classroom.pupils}
    codes |= {pupil.pk: "a" for pupil in classroom.pupils[:2]} | {classroom.pupils[2].pk: "l10"}
    body = json.dumps({"roll": ["[0,{}]", json.dumps([1, codes])]})

    def roll() -> str:
        back, slot = divmod(next(hours), len(SLOTS))
        day = today() - timedelta(days=back % 14)
        return path_to("attendance:roll_call", classroom.group.pk, day, SLOTS[slot])

    def save():
        key = {"Idempotency-Key": f"k{next(hours)}"}
        saved = htmx.post(roll(), body, content_type="application/json", headers=key)
        assert saved.json()["cells"]["roll"]["state"] == "saved"

    costs = {"saving a roll of 42 (25 ms, all in)": cpu(save), "opening it": cpu(lambda: client.get(roll()))}
    show(costs, cpu(lambda: client.get(empty_view)))
    saving, opening = len(statements(save)), len(statements(lambda: client.get(roll())))
    print(f"statements: {saving} to save, {opening} to open")  # noqa: T201
    assert saving <= 26
    assert opening <= 13
