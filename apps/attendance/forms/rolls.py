"""What is typed on a roll, and which roll is asked for."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from apps.attendance.models import Excusal
from apps.attendance.rules import PRESENT, Line, Seen, Span, default_slots
from apps.attendance.selectors import RollChange, RollLine, RollPage

from .days import day_field, time_field
from .lines import IS_OLD, LONGEST_NOTE, State, read_roll, tidy, without_the_present, write_roll

CYCLE = (State.PRESENT, State.ABSENT, State.LATE)
CYCLE_OF_EXCUSED = (State.EXCUSED, State.PRESENT, State.LATE)
MINUTES = (5, 10, 15, 20, 30, 45)
USUAL_MINUTES = 10
OTHER = ""
LABELS = {
    State.PRESENT: "Présent",
    State.ABSENT: "Absent",
    State.LATE: "Retard",
    State.EXCUSED: "Non attendu",
}
WHY = {
    Excusal.Kind.EXEMPT: "Dispensé",
    Excusal.Kind.INFIRMARY: "Infirmerie",
    Excusal.Kind.LEFT_EARLY: "Parti",
    Excusal.Kind.EXCLUDED: "Exclu",
}
ICONS = {State.PRESENT: "p", State.ABSENT: "a", State.LATE: "r", State.EXCUSED: "w"}


def in_words(line: Line) -> str:
    """« retard de 10 min, vu dans la cour »"""
    state = LABELS[State(line.state)].lower()
    minutes = f" de {line.minutes} min" if line.minutes else ""
    return f"{state}{minutes}, {line.note}" if line.note else f"{state}{minutes}"


def written_change(change: RollChange) -> dict:
    """A change of a roll, its lines in words."""
    return asdict(change) | {"before": in_words(change.before), "after": in_words(change.after)}


@dataclass(frozen=True, slots=True)
class RollRow:
    """A line of the list as it stands on the page: what the school knows, under what was touched."""

    known: RollLine
    line: Line
    error: str = ""

    @property
    def name(self) -> SafeString:
        """Of her fields. These two are digits: the page need not escape them, nor write them in French."""
        return SafeString(self.known.student_id)

    @property
    def number(self) -> SafeString:
        """The register's."""
        return SafeString(self.known.number)

    @property
    def icon(self) -> str:
        return ICONS[State(self.line.state)]

    @property
    def label(self) -> str:
        """« Absent »; of the excused, why."""
        return self.why if self.why and self.line.state == State.EXCUSED else LABELS[State(self.line.state)]

    @property
    def why(self) -> str:
        """Why the pupil is not expected, if so."""
        return WHY[self.known.excused] if self.known.excused else ""

    @property
    def has_note(self) -> bool:
        """Whether there is something to add a note to."""
        return self.line != PRESENT

    @property
    def choices(self) -> list[int]:
        """Minutes to choose from, the present ones among them."""
        return sorted({*MINUTES, self.line.minutes} if self.line.minutes else MINUTES)


class RollForm(forms.Form):
    """One state per pupil (`s12`), minutes for the late (`m12`), a note (`n12`); what was shown (`seen`).

    A line is touched when what was sent differs from what was shown; the others follow the school's rows,
    which someone else may have changed since.
    """

    minutes = MINUTES
    usual_minutes = USUAL_MINUTES
    longest_note = LONGEST_NOTE

    old = IS_OLD

    def __init__(self, *args, page: RollPage, is_open: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.is_open = page, is_open
        self.troubles: dict[int, str] = {}
        self.known = {known.student_id: known.line for known in page.lines}

    @cached_property
    def sent(self) -> dict[int, Line]:
        """Every line as it was sent; as the school knows it when nothing was."""
        return {pk: self._line(pk) for pk in self.known} if self.is_bound else dict(self.known)

    def _line(self, pk: int) -> Line:
        state = self.data.get(f"s{pk}")
        if state not in State.values:
            self.troubles[pk] = "Nouveau sur cette liste\u202f: vérifiez sa ligne."
            return self.known[pk]
        note = tidy(self.data.get(f"n{pk}", ""))
        if len(note) > LONGEST_NOTE:
            self.troubles[pk] = f"Une note de {LONGEST_NOTE} caractères au plus."
        note = "" if state == State.PRESENT else note
        if state != State.LATE:
            return Line(state, note=note)
        typed = self.data.get(f"m{pk}") or str(USUAL_MINUTES)
        minutes = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
        if not 1 <= minutes < self.page.hours.minutes:
            self.troubles[pk] = f"Des minutes, de 1 à {self.page.hours.minutes - 1}."
            minutes = USUAL_MINUTES
        return Line(state, minutes, note)

    @cached_property
    def seen(self) -> Seen | None:
        """What the page showed to whoever filled it. None when it cannot be read."""
        try:
            return read_roll(self.data.get("seen", ""))
        except ValueError:
            return None

    def clean(self) -> dict:
        if not self.is_open:
            self.add_error(None, IS_OLD)
        elif self.sent and self.seen is None:
            self.add_error(None, "Cette page est incomplète\u202f: rechargez-la.")
        elif self.troubles:
            self.add_error(None, "L’appel n’est pas enregistré\u202f: une ligne est à revoir.")
        return self.cleaned_data

    def tap(self, student_id: str) -> None:
        """Present becomes absent, absent late, late present: what the script does without a round trip."""
        row = next((known for known in self.page.lines if str(known.student_id) == student_id), None)
        if row is None:
            return
        pk = row.student_id
        shown = self._shown(pk)
        cycle = CYCLE_OF_EXCUSED if row.excused else CYCLE
        place = cycle.index(State(shown.state)) if shown.state in cycle else -1
        state = cycle[(place + 1) % len(cycle)]
        minutes = USUAL_MINUTES if state == State.LATE else None
        self.sent[pk] = Line(state, minutes, "" if state == State.PRESENT else shown.note)

    def _is_touched(self, pk: int) -> bool:
        return self.is_bound and self.sent[pk] != (self.seen or Seen()).of(pk)

    def _shown(self, pk: int) -> Line:
        return self.sent[pk] if self._is_touched(pk) else self.known[pk]

    @cached_property
    def rows(self) -> list[RollRow]:
        """The list as the page shows it."""
        shown = ((known, self._shown(known.student_id)) for known in self.page.lines)
        return [RollRow(known, line, self.troubles.get(known.student_id, "")) for known, line in shown]

    @property
    def seen_text(self) -> str:
        """What this page shows as the school's, all but the present."""
        was_seen = self.seen or Seen(is_taken=self.page.is_taken)
        shown = {pk: was_seen.of(pk) if self._is_touched(pk) else line for pk, line in self.known.items()}
        taken = was_seen.is_taken if self.is_bound else self.page.is_taken
        return write_roll(without_the_present(shown), is_taken=taken)

    def _count(self, state: str, word: str) -> str:
        number = sum(row.line.state == state for row in self.rows)
        return f"{number} {word}{'s' if number > 1 else ''}"

    @property
    def present(self) -> str:
        return self._count(State.PRESENT, "présent")

    @property
    def absent(self) -> str:
        return self._count(State.ABSENT, "absent")

    @property
    def late(self) -> str:
        """« 2 retards »"""
        return self._count(State.LATE, "retard")


class HourForm(forms.Form):
    """Which group, which day, which hour: one that is offered, or another."""

    group = forms.TypedChoiceField(label="Groupe", coerce=int)
    day = day_field("Jour")
    slot = forms.ChoiceField(label="Heure", required=False)
    starts_at = time_field("De")
    ends_at = time_field("À")

    def __init__(
        self, *args, groups: Iterable[tuple[int, str]], recent: Iterable[Span], today: date, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.slots = {str(slot): slot for slot in dict.fromkeys([*recent, *default_slots()])}
        self.fields["group"].choices = list(groups)
        self.fields["slot"].choices = [
            *((text, _show(slot)) for text, slot in self.slots.items()),
            (OTHER, "Une autre heure"),
        ]

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError("Ce jour n’est pas encore venu.")
        return day

    def clean(self) -> dict:
        slot = self.slots.get(self.cleaned_data.get("slot", ""))
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if slot is None and not self.errors:
            if not starts_at or not ends_at:
                self.add_error("starts_at", "Choisissez une heure, ou écrivez le début et la fin.")
            elif ends_at <= starts_at:
                self.add_error("ends_at", "La fin vient après le début.")
            else:
                slot = Span(starts_at, ends_at)
        return self.cleaned_data | {"hours": slot}


def _show(span: Span) -> str:
    return f"{span.starts_at:%H\u202fh\u202f%M} à {span.ends_at:%H\u202fh\u202f%M}"
