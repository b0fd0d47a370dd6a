"""What people type to come in, and the password they choose."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import LoginMethod
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import derive_login_method
from django import forms
from django.contrib.auth.password_validation import validate_password

from apps.core.clock import now
from apps.gateways.api import read_phone

from .models import User


class SignInForm(LoginForm):
    """Phone, username or e-mail in one field: read as one of the three, so that each try costs the same."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Téléphone, identifiant ou e-mail"
        self.fields["login"].max_length = 254
        self.fields["login"].widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["password"].label = "Mot de passe"
        self.fields["password"].help_text = ""
        self.fields["password"].max_length = 128
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["remember"].label = "Rester connecté sur cet appareil"

    def user_credentials(self) -> dict[str, str]:
        login = self.cleaned_data["login"]
        method = derive_login_method(login)
        name = read_phone(login) if method is LoginMethod.PHONE else login
        return {method.value: name, "password": self.cleaned_data["password"]}

    def clean(self) -> dict:
        cleaned_data = super().clean()
        if self.user and code_has_expired(self.user, now()):
            raise get_adapter().validation_error("code_expired")
        return cleaned_data


def code_has_expired(user: User, instant: datetime) -> bool:
    """Whether the password is still the slip's code, past its day."""
    return user.must_change_password and user.code_expires_at is not None and user.code_expires_at <= instant


class NewPasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Au moins 6 caractères.",
    )
    again = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise forms.ValidationError("Choisissez un autre mot de passe que l’actuel.")
        return password

    def clean(self) -> dict:
        typed = super().clean()
        if "password" in typed and "again" in typed and typed["password"] != typed["again"]:
            self.add_error("again", "Les deux mots de passe sont différents.")
        return typed


class ChangePasswordForm(NewPasswordForm):
    """The same, for whoever knows the present one."""

    current = forms.CharField(
        label="Mot de passe actuel",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["current", "password", "again"]

    def clean_current(self) -> str:
        current = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise forms.ValidationError("Ce n’est pas votre mot de passe actuel.")
        return current
