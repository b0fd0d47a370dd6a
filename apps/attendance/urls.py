from datetime import date

from django.urls import path, register_converter

from . import views
from .rules import Span


class DayConverter:
    """`2026-11-24`"""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_url(self, day: date) -> str:
        return day.isoformat()


class HoursConverter:
    """`0730-0825`"""

    regex = r"\d{4}-\d{4}"

    def to_python(self, text: str) -> Span:
        return Span.read(text)

    def to_url(self, hours: Span) -> str:
        return str(hours)


register_converter(DayConverter, "day")
register_converter(HoursConverter, "hours")

app_name = "attendance"
urlpatterns = [
    path("", views.roll_calls, name="roll_calls"),
    path("absences/", views.absences, name="absences"),
    path("absences/<int:absence_id>/", views.absence, name="absence"),
    path("absences/export/", views.absences_export, name="absences_export"),
    path("absences/registre/", views.register, name="register"),
    path("absences/registre/export/", views.register_export, name="register_export"),
    path("absences/seuils/", views.thresholds, name="thresholds"),
    path("absences/<int:absence_id>/billet/", views.absence_pass, name="absence_pass"),
    path("absences/retards/<int:late_arrival_id>/billet/", views.late_pass, name="late_pass"),
    path("absences/billets/<int:pass_id>/", views.entry_pass, name="entry_pass"),
    path("absences/totaux/", views.totals, name="totals"),
    path("absences/eleves/<int:student_id>/", views.pupil, name="pupil"),
    path("justifier/<int:student_id>/", views.justify, name="justify"),
    path("absences/justificatifs/", views.justifications, name="justifications"),
    path("absences/justificatifs/<int:justification_id>/", views.justification, name="justification"),
    path("absences/justificatifs/<int:justification_id>/photo/", views.photo, name="photo"),
    path(
        "absences/justificatifs/<int:justification_id>/retirer/",
        views.justification_withdraw,
        name="justification_withdraw",
    ),
    path(
        "absences/justificatifs/<int:justification_id>/vu/",
        views.answer_seen,
        name="answer_seen",
    ),
    path("<int:group_id>/", views.roll_list, name="roll_list"),
    path("absences/non-attendus/", views.excusals, name="excusals"),
    path("absences/non-attendus/<int:student_id>/", views.excusals_of, name="excusals_of"),
    path("absences/non-attendus/<int:student_id>/<slug:nature>/", views.excusal_new, name="excusal_new"),
    path("absences/non-attendus/retirer/<int:excusal_id>/", views.excusal_withdraw, name="excusal_withdraw"),
    path("<int:group_id>/<day:held_on>/<hours:hours>/", views.roll_call, name="roll_call"),
    path("<int:group_id>/<day:held_on>/<hours:hours>/historique/", views.roll_history, name="roll_history"),
]
