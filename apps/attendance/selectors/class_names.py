"""Of which class pupils were, each on a day of her own: lists reach back over years."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from apps.classes import api as classes


def class_names_on(whose: Iterable[tuple[int, date]]) -> dict[tuple[int, date], str]:
    """By student id and day; "" where she was of no class. One query, none for nobody."""
    asked = set(whose)
    days = {day for _, day in asked}
    if len(days) == 1:  # of one day, only these pupils' classes are read
        known = classes.class_groups_of({pupil for pupil, _ in asked}, *days)
        return {(pupil, day): known[pupil].name if pupil in known else "" for pupil, day in asked}
    spells: dict[int, list[classes.ClassSpell]] = defaultdict(list)
    for spell in classes.class_spells(min(days), max(days)) if days else ():
        spells[spell.student_id].append(spell)
    return {
        (pupil, day): next((one.class_name for one in spells[pupil] if one.covers(day)), "")
        for pupil, day in asked
    }
