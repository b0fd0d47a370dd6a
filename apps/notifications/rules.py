"""Who is told when, how a delivery moves, and what an SMS says. Plain Python."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

STALE = timedelta(hours=4)
PAST = timedelta(days=1)
BACKOFF = [timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900)]
HELD_BACK = timedelta(seconds=10)
MASKED = "••"
SHORT = 15  # letters of a name, when one SMS has room for no more

FORWARD: dict[str, frozenset[str]] = {
    "created": frozenset({"sending", "cancelled", "expired"}),
    "sending": frozenset({"accepted", "delivered", "undelivered", "refused", "expired", "cancelled"}),
    "accepted": frozenset({"delivered", "undelivered", "expired"}),
}
FAILED = frozenset({"undelivered", "expired", "refused"})
LEFT = frozenset({"accepted", "delivered"})


def advance(state: str, heard: str) -> str:
    """The state after hearing of another one: forward, or where it was. Nothing leaves a final state."""
    return heard if heard in FORWARD.get(state, ()) else state


STRENGTH = ("created", "sending", "cancelled", "accepted", "refused", "expired", "undelivered", "delivered")


def after_receipt(state: str, word: str) -> str:
    """The state once the operator's word is known too: the stronger of the two, whatever came first.

    So the end depends on what was said, never on the order of saying it; of "delivered" nothing follows.
    A message that was never given to anybody has no receipt.
    """
    return state if state == "created" else max(state, word, key=STRENGTH.index)


def is_of_the_past(recorded_at: datetime, held_on: date, now: datetime) -> bool:
    """A fact loaded or taken for another day alarms nobody; nor does one handled a day too late."""
    return held_on < recorded_at.date() or now - recorded_at > PAST


def is_stale(due_at: datetime, now: datetime) -> bool:
    """Four hours late, an alert would alarm more than it informs: it is listed for vie scolaire instead."""
    return now - due_at >= STALE


def wait_after(attempts: int) -> timedelta:
    """Before another try: 5 s, 15 s, 1, 5, then 15 minutes."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]


@dataclass(frozen=True, slots=True)
class Told:
    """What an SMS may say of a child and a day: never a reason, a mark or a sanction."""

    school: str
    school_phone: str
    first_names: str
    class_name: str
    is_girl: bool
    held_on: date
    starts_at: time
    ends_at: time


def absence_texts(told: Told) -> list[str]:
    """The alert, from the fullest wording to the shortest."""
    missing = f"{'absente' if told.is_girl else 'absent'} ce {_when(told)}."
    return _worded(told, "{school}: {child} est " + missing)


def correction_texts(told: Told, *, is_late: bool) -> list[str]:
    """What follows an alert that was wrong: the pupil was there, or only late."""
    if is_late:
        arrived = "arrivée" if told.is_girl else "arrivé"
        truth = f"est {arrived} en retard ce {told.held_on:%d/%m}: ce n'est plus une absence."
    else:
        there = "présente" if told.is_girl else "présent"
        truth = f"était bien {there} ce {_when(told)}. Veuillez excuser cette erreur."
    return _worded(told, "{school}: rectificatif. {child} " + truth)


def _when(told: Told) -> str:
    return f"{told.held_on:%d/%m} de {_hour(told.starts_at)} à {_hour(told.ends_at)}"


def _hour(moment: time) -> str:
    return f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"


def _worded(told: Told, sentence: str) -> list[str]:
    first_name = told.first_names.split()[0] if told.first_names.split() else ""
    in_class = f" ({told.class_name})" if told.class_name else ""
    contact = f" Contact: {told.school_phone}" if told.school_phone else ""
    wordings = [
        (told.school, told.first_names + in_class),
        (told.school, first_name + in_class),
        ("EduConnect", first_name + in_class),
        ("EduConnect", first_name[:SHORT]),
    ]
    texts = [sentence.format(school=school, child=child) + contact for school, child in wordings]
    return [" ".join(text.split()) for text in dict.fromkeys(texts)]


def mask(phone: str) -> str:
    """« 07 07 •• •• 56 »: enough to recognise a number, too little to use it."""
    pairs = phone.split()
    return " ".join([*pairs[:2], *(MASKED for _ in pairs[2:-1]), *pairs[-1:]]) if len(pairs) > 3 else MASKED
