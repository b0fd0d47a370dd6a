"""Why and when a pupil is not expected, as vie scolaire types it."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django import forms

from apps.attendance.models import Excusal
from apps.attendance.rules import Span, default_slots, slot_at
from apps.classes.models import Course

from .days import DaysForm, day_field, time_field

Kind = Excusal.Kind
NATURES = {  # as addresses say it
    "infirmerie": Kind.INFIRMARY,
    "depart": Kind.LEFT_EARLY,
    "dispense": Kind.EXEMPT,
    "exclusion": Kind.EXCLUDED,
}
EVENING = time(20)


class ExcusalForm(DaysForm):
    """Hours that are not given are whole days; an end that is not given is the evening."""

    longest = furthest = timedelta(days=366)
    is_too_long = "Un an au plus à la fois."

    de = time_field("De")
    a = time_field("À")
    cours = forms.TypedChoiceField(label="Enseignement", required=False, empty_value=None)
    note = forms.CharField(
        label="Précision", required=False, max_length=120, help_text="La famille ne la lit pas."
    )

    def __init__(self, *args, kind: Kind, courses: Iterable[Course], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        known = {str(course.pk): course for course in courses}
        self.fields["cours"].choices = [
            ("", "Tous"),
            *((pk, course.subject.name) for pk, course in known.items()),
        ]
        self.fields["cours"].coerce = known.get
        if kind in (Kind.INFIRMARY, Kind.LEFT_EARLY):
            del self.fields["au"]
        if kind != Kind.EXEMPT:
            del self.fields["cours"]

    @staticmethod
    def begins(kind: Kind, on: date, moment: time) -> dict:
        """What is typed already: for whoever leaves, now; at the infirmary, the hour under way alone."""
        hour = slot_at(moment)
        match kind:
            case Kind.INFIRMARY:
                return {"du": on, "de": hour.starts_at, "a": hour.ends_at}
            case Kind.LEFT_EARLY:
                return {"du": on, "de": moment.replace(second=0, microsecond=0)}
            case _:
                return {"du": on}

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())

    def clean(self) -> dict:
        typed = super().clean()
        return typed | {"hours": self._hours(typed.get("de"), typed.get("a"))}

    def _hours(self, begins: time | None, ends: time | None) -> Span | None:
        """None for whole days, and where an error says why."""
        if begins is None and ends is None:
            return None
        begins = begins or default_slots()[0].starts_at
        ends = ends or max(default_slots()[-1].ends_at, EVENING)
        if ends <= begins:
            self.add_error("a" if self.cleaned_data.get("a") else "de", "La fin vient après le début.")
            return None
        return Span(begins, ends)


class PupilsForm(forms.Form):
    """A day, and the name of a pupil. What cannot be read is left aside."""

    is_search = True

    q = forms.CharField(label="Nom de l’élève", required=False, max_length=80)
    jour = day_field("Jour", required=False)

    def read(self, today: date) -> dict:
        """The words, and the day to show."""
        self.is_valid()
        typed = self.cleaned_data
        return {"words": typed.get("q", "").strip(), "on": typed.get("jour") or today}
