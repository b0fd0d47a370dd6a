"""Days and hours, as forms read them."""

from datetime import date, timedelta

from django import forms


def day_field(label: str, **kwargs) -> forms.DateField:
    """A day, by the phone's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def time_field(label: str, **kwargs) -> forms.TimeField:
    """A time, by the phone's own clock; never required."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, **kwargs)


class DaysForm(forms.Form):
    """From a day to another; a last one that is not given is the first."""

    furthest = timedelta(days=365)
    longest: timedelta
    is_too_long: str

    du = day_field("Du", error_messages={"required": "Donnez le premier jour."})
    au = day_field("Au", required=False)

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_du(self) -> date:
        first = self.cleaned_data["du"]
        if abs(first - self.today) > self.furthest:
            raise forms.ValidationError("Ce jour est trop loin\u202f: vérifiez l’année.")
        return first

    def clean(self) -> dict:
        typed = self.cleaned_data
        first = typed.get("du")
        last = typed.get("au") or first
        if first and last < first:
            self.add_error("au", "Le dernier jour ne vient pas avant le premier.")
        elif first and last - first > self.longest:
            self.add_error("au", self.is_too_long)
        return typed | {"au": last}
