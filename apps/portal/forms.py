"""A mobile number, and the code that was sent to it."""

import re

from django import forms

from apps.gateways.api import NotAPhone, is_mobile, read_phone


class PhoneForm(forms.Form):
    """A mobile of Côte d’Ivoire, as people write it; read in E.164."""

    phone = forms.CharField(
        label="Votre numéro de mobile",
        max_length=30,
        help_text="Dix chiffres, par exemple 07 07 12 34 56.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        try:
            phone = read_phone(self.cleaned_data["phone"])
        except NotAPhone:
            raise forms.ValidationError(
                "Un numéro ivoirien de dix chiffres, qui commence par 01, 05 ou 07."
            ) from None
        if not is_mobile(phone):
            raise forms.ValidationError("Un numéro fixe ne reçoit pas de SMS : donnez un mobile.")
        return phone


class PhoneCodeForm(forms.Form):
    """Six digits."""

    code = forms.CharField(
        label="Code reçu par SMS",
        max_length=20,
        help_text="Six chiffres.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError("Le code a six chiffres.")
        return code
