"""What is typed of papers."""

from django import forms

from apps.reports.models import Certificate


class CertificateForm(forms.Form):
    """Which of them is asked for."""

    kind = forms.TypedChoiceField(choices=Certificate.Kind.choices, coerce=Certificate.Kind)


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Gardé au registre de l’établissement ; celui qui vérifie le papier ne le lit pas.",
        error_messages={
            "required": "Dites pourquoi ce papier est annulé.",
            "max_length": "200 caractères au plus.",
        },
    )
