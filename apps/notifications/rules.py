"""Who is told when, how a delivery moves, and what an SMS says. Plain Python."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from string import Formatter

STALE = timedelta(hours=4)
PAST = timedelta(days=1)
BACKOFF = [timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900)]
MISSES = 3  # SMS that a number did not receive, one after another: its file is to be looked at
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


def absence_key(absence_id: int) -> str:
    """What an alert of that absence is known by."""
    return f"absence:{absence_id}"


def bulletin_key(class_term_id: int, student_id: int) -> str:
    """What the alert of a pupil's bulletin is known by, whatever its version."""
    return f"bulletin:{class_term_id}:{student_id}"


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
    starts_at: time | None = None  # None for a bulletin
    ends_at: time | None = None  # None for a late arrival
    minutes: int = 0
    term: str = ""


def absence_texts(told: Told) -> list[str]:
    """The alert, from the fullest wording to the shortest."""
    missing = f"{'absente' if told.is_girl else 'absent'} ce {_when(told)}."
    return _worded(told, "{school}: {child} est " + missing)


def late_texts(told: Told) -> list[str]:
    """Of a late arrival."""
    arrived = "arrivée" if told.is_girl else "arrivé"
    late = f"{arrived} en retard ce {told.held_on:%d/%m} ({told.minutes} min)."
    return _worded(told, "{school}: {child} est " + late)


def correction_texts(told: Told, *, is_late: bool, is_excused: bool = False) -> list[str]:
    """What follows an alert that was wrong: the pupil was there, or only late, or was not expected."""
    if is_excused:
        truth = f"n'était pas {'attendue' if told.is_girl else 'attendu'} en cours ce {_when(told)}: "
        truth += "ce n'est pas une absence."
    elif is_late:
        arrived = "arrivée" if told.is_girl else "arrivé"
        truth = f"est {arrived} en retard ce {told.held_on:%d/%m}: ce n'est plus une absence."
    else:
        there = "présente" if told.is_girl else "présent"
        truth = f"était bien {there} ce {_when(told)}. Veuillez excuser cette erreur."
    return _worded(told, "{school}: rectificatif. {child} " + truth)


def bulletin_texts(told: Told) -> list[str]:
    """That a bulletin may be read; never what is in it."""
    return _worded(told, f"{{school}}: bulletin {_escaped(told.term)} publié pour {{child}}. {ONE_IS_READ}")


def bulletins_texts(family: Sequence[Told]) -> list[str]:
    """Several children's in one message."""
    return _of_several(family, f": bulletins {family[0].term} publiés pour ", f". {SEVERAL_ARE_READ}")


def digest_texts(family: Sequence[Told]) -> list[str]:
    """Several children, or several hours of one, in one message: from the fullest wording to the shortest."""
    first = family[0]
    what = "absences" if first.ends_at else "retards"
    return _of_several(family, f": {what} ce {first.held_on:%d/%m}: ", ".", lambda told: f" {_span(told)}")


def _of_several(
    family: Sequence[Told], about: str, end: str, more: Callable[[Told], str] = lambda told: ""
) -> list[str]:
    first = family[0]
    texts = [
        school + about + ", ".join(words(told) for told in family) + end + _contact(first)
        for school, words in (
            (first.school, lambda told: told.first_names + _in_class(told) + more(told)),
            (first.school, lambda told: _first_name(told) + _in_class(told) + more(told)),
            ("EduConnect", lambda told: _first_name(told) + more(told)),
            ("EduConnect", _first_name),
        )
    ]
    named = [_first_name(told)[:SHORT] for told in family[:NAMED]]
    others = f" et {len(family) - NAMED} autre{'s' if len(family) > NAMED + 1 else ''}"
    shortest = "EduConnect" + about + ", ".join(named) + (others if len(family) > NAMED else "")
    texts.append(shortest + end + _contact(first))
    return [" ".join(text.split()) for text in dict.fromkeys(texts)]


ONE_IS_READ, SEVERAL_ARE_READ = "Il se lit sur EduConnect.", "Ils se lisent sur EduConnect."
NAMED = 3  # children, in the shortest digest
PLACES = {
    "etablissement": "le nom de l’école",
    "telephone": "son téléphone",
    "eleve": "les prénoms de l’élève",
    "prenom": "le premier",
    "classe": "sa classe",
    "absent": "absent ou absente",
    "arrive": "arrivé ou arrivée",
    "present": "présent ou présente",
    "jour": "24/11",
    "debut": "7h30",
    "fin": "9h20",
    "minutes": "d’un retard",
    "periode": "Trimestre 1",
}


class NotAWording(ValueError):
    """A template says a word in braces that does not exist, or leaves a brace open."""


def check_wording(text: str) -> None:
    """Raises NotAWording, in French."""
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text)]
    except ValueError:
        raise NotAWording("Une accolade n’est pas fermée.") from None
    for name, spec, conversion in fields:
        if name is not None and (name not in PLACES or spec or conversion):
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            raise NotAWording(f"« {{{name}}} » n’existe pas. Mots possibles : {known}.")


def wording_texts(wording: str, told: Told) -> list[str]:
    """A school's own template about that child, with all the first names or only one."""
    girl = told.is_girl
    words = {
        "etablissement": told.school,
        "telephone": told.school_phone,
        "prenom": _first_name(told),
        "classe": told.class_name,
        "absent": "absente" if girl else "absent",
        "arrive": "arrivée" if girl else "arrivé",
        "present": "présente" if girl else "présent",
        "jour": f"{told.held_on:%d/%m}",
        "debut": _hour(told.starts_at) if told.starts_at else "",
        "fin": _hour(told.ends_at) if told.ends_at else "",
        "minutes": str(told.minutes),
        "periode": told.term,
    }
    texts = [wording.format(eleve=name, **words) for name in (told.first_names, _first_name(told))]
    return [" ".join(text.split())[:LONGEST] for text in texts]


LONGEST = 480  # letters of a message


def quiet_ends(instant: datetime, begins: time, ends: time) -> datetime | None:
    """When the silence that this local instant falls in is over; None outside it. It may span midnight."""
    clock = instant.time()
    if begins == ends:
        return None
    spans_midnight = begins > ends
    is_quiet = (clock >= begins or clock < ends) if spans_midnight else begins <= clock < ends
    if not is_quiet:
        return None
    day = instant.date() + timedelta(days=1 if spans_midnight and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=instant.tzinfo)


def _when(told: Told) -> str:
    return f"{told.held_on:%d/%m} de {_hour(told.starts_at)} à {_hour(told.ends_at)}"


def _span(told: Told) -> str:
    if not told.ends_at:
        return f"{told.minutes} min"
    return f"{_hour(told.starts_at)}-{_hour(told.ends_at)}"


def _hour(moment: time) -> str:
    return f"{moment.hour}h{moment.minute:02d}" if moment.minute else f"{moment.hour}h"


def _first_name(told: Told) -> str:
    return next(iter(told.first_names.split()), "")


def _in_class(told: Told) -> str:
    return f" ({told.class_name})" if told.class_name else ""


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _contact(told: Told) -> str:
    return f" Contact: {told.school_phone}" if told.school_phone else ""


def _worded(told: Told, sentence: str) -> list[str]:
    first_name, in_class = _first_name(told), _in_class(told)
    wordings = [
        (told.school, told.first_names + in_class),
        (told.school, first_name + in_class),
        ("EduConnect", first_name + in_class),
        ("EduConnect", first_name[:SHORT]),
    ]
    texts = [sentence.format(school=school, child=child) + _contact(told) for school, child in wordings]
    return [" ".join(text.split()) for text in dict.fromkeys(texts)]


_PERSON = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]*|\+?\d{8,}|\+?(?:\d{2,4}[ .\-]){3,}\d{2,4}")


def without_persons(reason: str) -> str:
    """What an operator says of a message, without the address or the number that it may repeat."""
    return _PERSON.sub("…", reason)


def mask(phone: str) -> str:
    """« 07 07 •• •• 56 »: enough to recognise a number, too little to use it."""
    pairs = phone.split()
    return " ".join([*pairs[:2], *(MASKED for _ in pairs[2:-1]), *pairs[-1:]]) if len(pairs) > 3 else MASKED
