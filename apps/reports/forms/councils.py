"""What is typed while a council sits."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from apps.reports.models import ClassCouncil
from apps.reports.rules import (
    AT_MOST,
    AT_MOST_OF_A_REASON,
    CONDUCT_SANCTIONS,
    DECISIONS,
    DISTINCTIONS,
    WORK_SANCTIONS,
    Ruling,
    decision_text,
    departs,
)
from apps.reports.selectors import PupilPage, Seated, spoken
from apps.reports.services import DecidedMeanwhile

from .remarks import RemarkField

GUESTS = 6  # lines for those who are no teachers of the class
Presence = ClassCouncil.Presence


class BackForm(forms.Form):
    """Why a class's term goes back a step."""

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Il reste dans l’historique de la classe.",
        error_messages={"required": "Dites pourquoi.", "max_length": "200 caractères au plus."},
    )


def _choices(names: Mapping[str, str], none: str) -> list[tuple[str, str]]:
    return [("", none), *((str(value), name) for value, name in names.items())]


def _shorter(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Without the word that the field's label says already."""
    return _choices({value: name.split()[0] for value, name in names.items()}, "Rien")


class VerdictForm(forms.Form):
    """The verdict and the general remark of a pupil; the year's decision, in the last term."""

    distinction = forms.ChoiceField(
        label="Distinction",
        required=False,
        widget=forms.RadioSelect,
        choices=_choices(DISTINCTIONS, "Aucune"),
    )
    work = forms.ChoiceField(
        label="Travail", required=False, widget=forms.RadioSelect, choices=_shorter(WORK_SANCTIONS)
    )
    conduct = forms.ChoiceField(
        label="Conduite",
        required=False,
        widget=forms.RadioSelect,
        choices=_shorter(CONDUCT_SANCTIONS),
    )
    decision = forms.ChoiceField(label="Décision", required=False, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Pourquoi une autre décision",
        required=False,
        max_length=AT_MOST_OF_A_REASON,
        error_messages={"max_length": f"{AT_MOST_OF_A_REASON} caractères au plus."},
    )
    remark = RemarkField(
        label="Appréciation du conseil",
        required=False,
        limit=AT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping | None, *, page: PupilPage) -> None:
        super().__init__(data, initial=_initial(page))
        self.proposed, self.sex = page.decision or "", page.student.sex
        if page.is_last_term:
            named = {one: decision_text(one, self.sex) for one in DECISIONS}
            self.fields["decision"].choices = _choices(named, "À décider")
        else:
            del self.fields["decision"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if departs(cleaned.get("decision", ""), self.proposed) and not cleaned.get("reason"):
            name = decision_text(self.proposed, self.sex)
            self.add_error(
                "reason", f"Les règles proposent « {name} » : dites pourquoi le conseil décide autrement."
            )
        return cleaned

    @property
    def ruling(self) -> Ruling:
        """The proposed decision is without the reason of one that was given up."""
        names = ("distinction", "work", "conduct", "decision", "reason")
        said = {name: self.cleaned_data.get(name, "") for name in names}
        if self.proposed and said["decision"] == self.proposed:
            said["reason"] = ""
        return Ruling(**said)

    def give_way(self, trouble: DecidedMeanwhile) -> None:
        """Say what a colleague entered meanwhile; sent again, this one takes its place."""
        theirs = trouble.verdict
        at = localtime(theirs.decided_at)
        said = ", ".join(filter(None, [*spoken(theirs.ruling, self.sex), trouble.remark])) or "rien"
        self.data = self.data.copy()
        self.data["seen"] = theirs.decided_at.isoformat()
        self.add_error(
            None,
            f"{theirs.decided_by} a validé à {at.hour}\u202fh\u202f{at.minute:02} : « {said} »."
            " Validez à nouveau pour garder ce qui est sur cette page.",
        )

    @property
    def seen_at(self) -> datetime | None:
        """When the verdict that was on the page was entered; None for a page without one."""
        with suppress(ValueError):
            return parse_datetime(self.cleaned_data["seen"])
        return None


def _initial(page: PupilPage) -> dict[str, str]:
    """What was decided, or else what is proposed: a person ticks it by validating."""
    ruling = page.verdict.ruling if page.verdict else page.proposed
    return {
        "distinction": ruling.distinction,
        "work": ruling.work,
        "conduct": ruling.conduct,
        "decision": ruling.decision,
        "reason": ruling.reason,
        "remark": page.facts.remark,
        "seen": page.verdict.decided_at.isoformat() if page.verdict else "",
    }


class SittingForm(forms.Form):
    """When the council sits, who presides, who is there, what is said of the class."""

    held_on = forms.DateField(
        label="Tenu le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Donnez la date du conseil.",
            "invalid": "Une date, par exemple 12/12/2026.",
        },
    )
    chair = forms.CharField(
        label="Présidé par",
        max_length=80,
        error_messages={"required": "Dites qui préside.", "max_length": "80 caractères au plus."},
    )
    observations = forms.CharField(
        label="Observations sur la classe",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "2 000 caractères au plus."},
    )

    def __init__(
        self,
        data: Mapping | None,
        *,
        council: ClassCouncil | None,
        staff: Iterable[Seated],
        chair: str,
        today: Any,
    ) -> None:
        said = {"held_on": today, "chair": chair}
        if council:
            said = {name: getattr(council, name) for name in ("held_on", "chair", "observations")}
        super().__init__(data, initial=said)
        self.staff, self.guests = _seated(staff, council.seats if council else [])
        for one, presence in self.staff:
            self.fields[f"seat_{one.member_id}"] = forms.ChoiceField(
                label=one.name,
                help_text=one.title,
                choices=Presence.choices,
                initial=presence,
                required=False,
                widget=forms.RadioSelect,
            )
        for n in self.lines:
            guest = self.guests[n] if n < len(self.guests) else {"name": "", "title": ""}
            for part, label in (("name", "Nom"), ("title", "Qualité")):
                self.fields[f"guest_{n}_{part}"] = forms.CharField(
                    label=label, required=False, max_length=80, initial=guest[part]
                )

    @property
    def lines(self) -> range:
        """Those of guests: some are always left to fill."""
        return range(max(GUESTS, len(self.guests) + 2))

    @property
    def seat_fields(self) -> list[forms.BoundField]:
        return [self[f"seat_{one.member_id}"] for one, _ in self.staff]

    @property
    def guest_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"guest_{n}_name"], self[f"guest_{n}_title"]) for n in self.lines]

    @property
    def seats(self) -> list[dict[str, str]]:
        """As ClassCouncil keeps them: teachers, then guests, who are there."""
        said = self.cleaned_data
        of_staff = [
            {"name": one.name, "title": one.title, "presence": said[f"seat_{one.member_id}"] or presence}
            for one, presence in self.staff
        ]
        were = {one["name"]: one["presence"] for one in self.guests}
        guests = [(said[f"guest_{n}_name"], said[f"guest_{n}_title"]) for n in self.lines]
        return of_staff + [
            {"name": name, "title": title, "presence": were.get(name, Presence.PRESENT)}
            for name, title in guests
            if name
        ]


def _seated(
    staff: Iterable[Seated], seats: Iterable[dict[str, str]]
) -> tuple[list[tuple[Seated, str]], list[dict[str, str]]]:
    """The class's teachers, as they were seated or else present; and those seated who are none of them."""
    left, teachers = list(seats), []
    for one in staff:
        seat = next((its for its in left if its["name"] == one.name), {"presence": Presence.PRESENT})
        if seat in left:
            left.remove(seat)  # her namesake has another
        teachers.append((one, seat["presence"]))
    return teachers, left
