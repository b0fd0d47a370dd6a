"""A roll that waited in a browser, sent by its queue, and what the queue is answered."""

import json
from dataclasses import replace
from functools import cached_property

from apps.attendance.models import RollEntry
from apps.attendance.rules import Line, Seen
from apps.attendance.selectors import RollLine, RollPage
from apps.attendance.services import Closed
from apps.core.templatetags.look import hour

from .lines import IS_OLD, State, read_roll, write_roll

SLOT = "roll"


class QueuedRoll:
    """`{"roll": [seen, typed]}`, each as lines.py reads it. Raises ValueError for anything else."""

    def __init__(self, body: bytes, page: RollPage, *, is_open: bool) -> None:
        try:
            seen, typed = json.loads(body)[SLOT]
            self.seen, self._typed = read_roll(seen), read_roll(typed)
        except (KeyError, TypeError, RecursionError) as wrong:
            raise ValueError(body) from wrong
        self.page, self.is_open = page, is_open

    @cached_property
    def known(self) -> dict[int, RollLine]:
        return {known.student_id: known for known in self.page.lines}

    @property
    def lines(self) -> dict[int, Line]:
        """Of those who are still on the list."""
        return {pk: line for pk, line in self._typed.lines.items() if pk in self.known}

    @property
    def shown(self) -> Seen:
        """What the page showed, and whom: nobody is written there whom its teacher did not see."""
        return replace(self.seen, listed=frozenset(self._typed.lines))

    @property
    def trouble(self) -> str:
        """Why it cannot be taken, if so."""
        if not self.is_open:
            return IS_OLD
        most = self.page.hours.minutes - 1
        late = [line for line in self.lines.values() if line.state == RollEntry.State.LATE]
        return "" if all(1 <= line.minutes <= most for line in late) else f"Des minutes, de 1 à {most}."

    def refused(self) -> dict:
        return self._answer(state="refused", why=self.trouble)

    def saved(self, closed: Closed) -> dict:
        """What the list holds by now, what someone else's correction kept, who was not on the page."""
        roll = closed.roll_call
        unseen = [str(line) for pk, line in self.known.items() if pk not in self._typed.lines]
        return self._answer(
            state="saved",
            there=write_roll(closed.lines, is_taken=True),
            said=f"Appel {'corrigé' if roll.corrected_at else 'enregistré'} à {hour(roll.last_at)}.",
            aside={pk: kept_instead(closed, pk) for pk in closed.set_aside},
            unseen=unseen,
        )

    def _answer(self, **fate: object) -> dict:
        return {"cells": {SLOT: fate}}


def kept_instead(closed: Closed, student_id: int) -> str:
    """« Mme Diallo a écrit « en retard » à 9 h 12 : c’est gardé. »"""
    state = State(closed.lines[student_id].state).label
    return (
        f"{closed.written_by} a écrit «\u00a0{state}\u00a0» à {hour(closed.written_at)}\u202f: c’est gardé."
    )
