"""What is typed on a roll, and which roll is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from apps.attendance.models import RollEntry
from apps.attendance.rules import PRESENT, Line, Span, default_slots
from apps.attendance.selectors import RollLine, RollPage

State = RollEntry.State
CYCLE = {State.PRESENT: State.ABSENT, State.ABSENT: State.LATE, State.LATE: State.PRESENT}
MINUTES = (5, 10, 15, 20, 30, 45)
USUAL_MINUTES = 10
OTHER = ""


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
    def choices(self) -> list[int]:
        """Minutes to choose from, the present ones among them."""
        return sorted({*MINUTES, self.line.minutes} if self.line.minutes else MINUTES)


class RollForm(forms.Form):
    """One state per pupil (`s12`), minutes for the late (`m12`), and what the page showed (`seen`).

    A line is touched when what was sent differs from what was shown; the others follow the school's rows,
    which someone else may have changed since.
    """

    minutes = MINUTES
    usual_minutes = USUAL_MINUTES

    def __init__(self, *args, page: RollPage, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.troubles: dict[int, str] = {}
        self.moved: dict[int, Line] = {}
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
        if state != State.LATE:
            return Line(state)
        typed = self.data.get(f"m{pk}") or str(USUAL_MINUTES)
        minutes = int(typed) if typed.isdecimal() and len(typed) < 4 else 0
        if not 1 <= minutes < self.page.hours.minutes:
            self.troubles[pk] = f"Des minutes, de 1 à {self.page.hours.minutes - 1}."
            minutes = USUAL_MINUTES
        return Line(state, minutes)

    @cached_property
    def seen(self) -> dict[int, Line] | None:
        """What the page showed to whoever filled it, the present left out. None when it cannot be read."""
        seen = {}
        for text in filter(None, self.data.get("seen", "").split(",")):
            try:
                pk, state, minutes = text.split(":")
                seen[int(pk)] = Line(State(state), int(minutes) if minutes else None)
            except ValueError:
                return None
        return seen

    def clean(self) -> dict:
        if self.sent and self.seen is None:
            self.add_error(None, "Cette page est incomplète\u202f: rechargez-la.")
        elif self.troubles:
            self.add_error(None, "L’appel n’est pas enregistré\u202f: une ligne est à revoir.")
        return self.cleaned_data

    def tap(self, student_id: str) -> None:
        """Present becomes absent, absent late, late present: what the script does without a round trip."""
        pk = int(student_id) if student_id.isdecimal() else 0
        if pk in self.sent:
            state = CYCLE[State(self._shown(pk).state)]
            self.sent[pk] = Line(state, USUAL_MINUTES if state == State.LATE else None)

    def conflict(self, moved: dict[int, Line], by: str, at: str) -> None:
        """Someone else wrote these lines meanwhile: say what they hold, overwrite none."""
        self.moved = moved
        for pk, line in moved.items():
            wrote = f"{by} a écrit «\u00a0{State(line.state).label}\u00a0» à {at}."
            self.troubles[pk] = f"{wrote} Terminez de nouveau pour garder votre choix."
        self.add_error(None, "Quelqu’un d’autre vient de corriger cet appel\u202f: rien n’est enregistré.")

    def _is_touched(self, pk: int) -> bool:
        return self.is_bound and self.sent[pk] != (self.seen or {}).get(pk, PRESENT)

    def _shown(self, pk: int) -> Line:
        return self.sent[pk] if self._is_touched(pk) else self.known[pk]

    @cached_property
    def rows(self) -> list[RollRow]:
        """The list as the page shows it."""
        shown = ((known, self._shown(known.student_id)) for known in self.page.lines)
        return [RollRow(known, line, self.troubles.get(known.student_id, "")) for known, line in shown]

    @property
    def seen_text(self) -> str:
        """`12:absent:,33:late:10`: what this page shows as the school's, all but the present."""
        was_seen = self.seen or {}
        shown = {
            pk: was_seen.get(pk, PRESENT) if self._is_touched(pk) and pk not in self.moved else line
            for pk, line in (self.known | self.moved).items()
        }
        return ",".join(
            f"{pk}:{line.state}:{line.minutes or ''}" for pk, line in shown.items() if line != PRESENT
        )

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
    day = forms.DateField(label="Jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    slot = forms.ChoiceField(label="Heure", required=False)
    starts_at = forms.TimeField(
        label="De", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends_at = forms.TimeField(
        label="À", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

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
