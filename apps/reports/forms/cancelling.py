"""What is typed of papers."""

from django import forms


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Gardé au registre de l’établissement ; celui qui vérifie le bulletin ne le lit pas.",
        error_messages={
            "required": "Dites pourquoi ce bulletin est annulé.",
            "max_length": "200 caractères au plus.",
        },
    )
