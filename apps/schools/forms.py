"""The images that a school sends."""

from django import forms

from .models import Imprint, Logo
from .rules import HEAVIEST, HEAVIEST_SENT, NotALogo, NotAnImprint, check_logo, clean_imprint, logo_digest


class LogoForm(forms.ModelForm):
    """A file, whose bytes are looked at, never its name."""

    file = forms.FileField(label="Image", help_text="PNG, 4 Ko et 512 pixels au plus.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = self.instance.pk is None

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        content = file.read(HEAVIEST + 1)
        try:
            check_logo(content)
        except NotALogo as trouble:
            raise forms.ValidationError(str(trouble)) from None
        return content

    def save(self, commit: bool = True) -> Logo:
        if content := self.cleaned_data["file"]:
            self.instance.content = content
            self.instance.digest = logo_digest(content)
        return super().save(commit)


class ImprintForm(forms.ModelForm):
    """A picture, of which the ink alone is kept."""

    file = forms.FileField(
        label="Image",
        help_text="Une photo ou un scan (PNG, JPEG, WebP) d’une feuille blanche : seule l’encre est gardée.",
    )

    def clean_file(self) -> bytes:
        try:
            return clean_imprint(self.cleaned_data["file"].read(HEAVIEST_SENT + 1))
        except NotAnImprint as trouble:
            raise forms.ValidationError(str(trouble)) from None

    class Meta:
        model = Imprint
        fields = ["kind"]

    def validate_constraints(self) -> None:
        """The one that is there gives way."""
