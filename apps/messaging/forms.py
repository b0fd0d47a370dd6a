"""Text → what is said, and to whom."""

from collections.abc import Sequence
from typing import Any

from django import forms

from .models import Message, Thread
from .rules import Correspondent, Side

LONGEST_BODY = Message._meta.get_field("body").max_length
LONGEST_SUBJECT = Thread._meta.get_field("subject").max_length
GROUPS = {Side.SCHOOL: "L’école", Side.FAMILY: "La famille"}


class Body(forms.CharField):
    """A message: a line break counts for one, as the browser counts it."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


def body_field(label: str) -> Body:
    return Body(
        label=label,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Écrivez votre message.",
            "max_length": "Message trop long\u202f: %(show_value)d caractères pour %(limit_value)d au plus.",
        },
    )


class MessageForm(forms.Form):
    """A message in a thread."""

    body = body_field("Votre réponse")


class NewThreadForm(forms.Form):
    """A first message. Guardians may be written to together, people of the school one at a time."""

    to = forms.ChoiceField(label="À qui écrivez-vous\u202f?")
    subject = forms.CharField(
        label="Objet",
        max_length=LONGEST_SUBJECT,
        error_messages={
            "required": "Donnez un objet, par exemple «\u202fCours de soutien\u202f».",
            "max_length": "Objet trop long\u202f: %(show_value)d caractères pour %(limit_value)d au plus.",
        },
    )
    body = body_field("Votre message")

    def __init__(self, data: Any = None, *, correspondents: Sequence[Correspondent]) -> None:
        super().__init__(data)
        if all(person.side is Side.FAMILY for person in correspondents):
            self.fields["to"] = _together(correspondents)
        else:
            self.fields["to"] = _one_of(correspondents)

    def clean_to(self) -> list[int]:
        chosen = self.cleaned_data["to"]
        return [int(member_id) for member_id in ([chosen] if isinstance(chosen, str) else chosen)]


def _together(correspondents: Sequence[Correspondent]) -> forms.Field:
    choices = [(person.member_id, str(person)) for person in correspondents]
    return forms.MultipleChoiceField(
        label="À qui écrivez-vous\u202f?",
        choices=choices,
        initial=[choices[0][0]] if len(choices) == 1 else None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez à qui vous écrivez.",
            "invalid_choice": "On ne peut plus écrire à cette personne.",
        },
    )


def _one_of(correspondents: Sequence[Correspondent]) -> forms.Field:
    groups = [
        (label, [(person.member_id, str(person)) for person in correspondents if person.side is side])
        for side, label in GROUPS.items()
    ]
    return forms.ChoiceField(
        label="À qui écrivez-vous\u202f?",
        choices=[("", "Choisissez"), *[group for group in groups if group[1]]],
        error_messages={
            "required": "Choisissez à qui vous écrivez.",
            "invalid_choice": "On ne peut plus écrire à cette personne.",
        },
    )
