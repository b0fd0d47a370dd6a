"""What the office types about pupils and those who answer for them."""

from django import forms

from apps.accounts.permissions import joinable_users
from apps.accounts.school_admin import SchoolForm
from apps.gateways.api import NotAPhone, read_phone


def clean_phone(typed: str) -> str:
    """A number as people write it, in E.164; empty stays empty."""
    if not typed.strip():
        return ""
    try:
        return read_phone(typed)
    except NotAPhone:
        raise forms.ValidationError("Dix chiffres, par exemple 07 07 12 34 56.") from None


class StudentForm(SchoolForm):
    """Made whole by the admin, inside a school: a form of foreign keys may not be built at import."""

    def clean_national_id(self) -> str | None:
        """None where there is none: the matricule is unique only when present."""
        return (self.cleaned_data["national_id"] or "").strip().upper() or None


class GuardianForm(SchoolForm):
    phone = forms.CharField(label="Téléphone de contact", max_length=30, required=False)
    username = forms.CharField(
        label="Identifiant EduConnect",
        max_length=80,
        required=False,
        help_text="Seulement pour qui se connecte déjà dans une autre école : elle vous le donne elle-même.",
    )

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if username and not joinable_users(username).exists():
            raise forms.ValidationError("Personne ne se connecte sous cet identifiant.")
        return username


class GuardianshipForm(SchoolForm):
    """On a pupil's page: a responsable who is known already, or a new one, typed on the spot."""

    last_name = forms.CharField(label="Ou un nouveau : nom", max_length=80, required=False)
    first_name = forms.CharField(label="Prénoms", max_length=120, required=False)
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "guardian" in self.fields:
            self.fields["guardian"].required = False

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean(self) -> dict:
        typed = super().clean()
        if bool(typed.get("guardian")) == bool(typed.get("last_name")):
            raise forms.ValidationError("Choisissez un responsable connu, ou donnez le nom d’un nouveau.")
        return typed

    def _get_validation_exclusions(self) -> set[str]:
        """A responsable who is yet to be written down breaks no rule."""
        exclusions = super()._get_validation_exclusions()
        return exclusions if self.cleaned_data.get("guardian") else exclusions | {"guardian"}
