"""An exception to a closed term, as the direction says it."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from apps.accounts.school_admin import SchoolForm
from apps.classes import api as classes
from apps.classes.models import Term


class ReopeningForm(SchoolForm):
    """Which course, in which of its terms, until when. Later, only `until` comes back.

    The admin gives `at`, the present instant.
    """

    at: datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "term" in self.fields:
            self.fields["term"].label_from_instance = self._words

    @staticmethod
    def _words(term: Term) -> str:
        return f"{term.name}, du {term.starts_on:%d/%m/%Y} au {term.ends_on:%d/%m/%Y}"

    def clean(self) -> dict:
        typed = super().clean()
        course, term, until = (typed.get(name) for name in ("course", "term", "until"))
        if self.instance.pk is None and until and until <= self.at:
            self.add_error("until", "Choisissez un moment à venir.")
        if course and term:
            today = localdate(self.at)
            pupils = list(classes.students_of([course.group_id], today).values_list("pk", flat=True))
            if term not in classes.term_choices(course.group_id):
                self.add_error("term", "Cet enseignement n’a pas cette période.")
            elif not classes.locked_among(pupils, term.pk, today):
                self.add_error("term", "Les notes de cette période ne sont pas arrêtées.")
        return typed
