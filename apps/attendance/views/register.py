"""The register: a class's grid, the totals of the school, a pupil's year."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors
from apps.attendance.forms import RegisterForm
from apps.classes.models import ClassGroup
from apps.core.clock import today
from apps.core.pages import render_page


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """A class's pupils by days (a week, a month) or by weeks (a term, the year), and what each missed."""
    classes = _classes(request)
    wanted = RegisterForm(request.GET, classes=classes).read(today())
    its_class = class_of(classes, wanted["classe"])
    page = selectors.register_page(its_class, register_window(its_class, wanted)) if its_class else None
    form = RegisterForm(initial=wanted | {"classe": its_class.pk if its_class else None}, classes=classes)
    context = {
        "page": page,
        "form": form,
        "screens": permissions.screens_of(request.member, "attendance:register"),
    }
    return render_page(request, "attendance/register.html", context)


def register_window(its_class: ClassGroup, wanted: dict) -> selectors.Window:
    """Whose terms are the class's own."""
    terms = selectors.terms_of_class(its_class)
    return selectors.window_of(wanted["duree"], wanted["jour"], terms, its_class.year)


@require_safe
def totals(request: HttpRequest) -> HttpResponse:
    """What a class or the whole school missed, by class, by sex, by reason."""
    classes = _classes(request)
    on = today()
    wanted = RegisterForm(request.GET, classes=classes, every_class=True).read(on, selectors.MONTH)
    chosen = [one for one in classes if wanted["classe"] in (None, one.pk)]
    year = selectors.year_of(wanted["jour"])
    window = selectors.window_of(wanted["duree"], wanted["jour"], selectors.terms_of_year(year), year)
    context = {
        "page": selectors.totals_page(chosen, window),
        "form": RegisterForm(initial=wanted, classes=classes, every_class=True),
        "screens": permissions.screens_of(request.member, "attendance:totals"),
    }
    return render_page(request, "attendance/totals.html", context)


@require_safe
def pupil(request: HttpRequest, student_id: int) -> HttpResponse:
    """A pupil's school year."""
    student = get_object_or_404(permissions.followed_students(request.member), pk=student_id)
    return render_page(request, "attendance/pupil.html", {"page": selectors.pupil_page(student, today())})


def _classes(request: HttpRequest) -> list[ClassGroup]:
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    return permissions.registered_classes(request.member, today())


def class_of(classes: list[ClassGroup], pk: int | None) -> ClassGroup | None:
    """The one asked for, else the first; None in a school without any."""
    return next((one for one in classes if one.pk == pk), classes[0] if classes else None)
