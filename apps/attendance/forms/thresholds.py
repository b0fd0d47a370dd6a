"""What vie scolaire writes of a pupil past a threshold."""

from django import forms


class ThresholdAnswerForm(forms.Form):
    """Which line of the page, the count that it showed, and what was done about it."""

    threshold = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    student = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, max_value=1_000_000, widget=forms.HiddenInput)
    line = forms.CharField(
        label="Ce qui a été fait",
        max_length=200,
        error_messages={"required": "Écrivez en une ligne ce qui a été fait."},
    )

    def is_of(self, threshold_id: int, student_id: int) -> bool:
        """Whether what was sent is about that line."""
        return self.data.get("threshold") == str(threshold_id) and self.data.get("student") == str(student_id)
