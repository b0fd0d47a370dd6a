"""The pages of whoever calls: the day's roll calls, one of them."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import STUDENT_LIFE, Role
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import HourForm, RollForm
from apps.attendance.rules import Span, slot_at
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, show_again
from apps.core.templatetags.look import hour

CALLERS = (Role.TEACHER, Role.EDUCATOR, Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES)


@require_safe
def roll_calls(request: HttpRequest) -> HttpResponse:
    """The day of who calls: one tap to the roll of the hour under way, two to any other."""
    if not request.member.holds(*CALLERS):
        raise Http404
    on, moment = today(), timezone.localtime(now()).time()
    groups = permissions.callable_groups(request.member, on)
    page = selectors.rolls_page(request.member, groups, on, moment)
    form = HourForm(
        request.GET if "group" in request.GET else None,
        groups=[(row.pk, row.name) for row in page.groups],
        recent=selectors.recent_hours(request.member),
        today=on,
        initial={"day": on, "slot": str(slot_at(moment))},
    )
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        return redirect("attendance:roll_call", chosen["group"], chosen["day"], chosen["hours"])
    context = {"page": page, "form": form, "sees_absences": request.member.holds(*STUDENT_LIFE)}
    status = 422 if form.errors else 200
    return render_page(request, "attendance/roll_calls.html", context, status=status)


@require_http_methods(["GET", "POST"])
@idempotent
def roll_call(request: HttpRequest, group_id: int, held_on: date, hours: Span) -> HttpResponse:
    """One roll call: GET shows the list, POST closes it or corrects it; a tap alone changes the page only."""
    on = today()
    group = permissions.callable_group(request.member, group_id, on)
    if group is None or held_on > on:
        raise Http404
    taken = selectors.taken_at(group, held_on, hours.starts_at)
    if taken and taken.ends_at != hours.ends_at:
        return redirect("attendance:roll_call", group_id, held_on, Span(taken.starts_at, taken.ends_at))
    page = selectors.roll_page(request.member, group, held_on, hours, taken)
    form = RollForm(request.POST if request.method == "POST" else None, page=page)
    if "tap" in request.POST:
        form.tap(request.POST["tap"])
    elif form.is_bound and form.is_valid() and _close(request, form):
        return show_again(request, roll_call, group_id, held_on, hours)
    status = 422 if form.is_bound and "tap" not in request.POST else 200
    return render_page(
        request, "attendance/roll_call.html", {"page": page, "form": form}, part="roll", status=status
    )


def _close(request: HttpRequest, form: RollForm) -> bool:
    """Save it and say so; or leave on the form what stands in the way."""
    page = form.page
    try:
        services.close_roll_call(
            group_id=page.group.pk,
            held_on=page.on,
            hours=page.hours,
            lines=form.sent,
            seen=form.seen,
            course_id=page.course_id,
            by=request.member,
            at=now(),
        )
    except services.RollHasMoved as moved:
        form.conflict(moved.lines, str(moved.by), hour(moved.at))
        return False
    messages.success(request, "Appel corrigé." if page.is_taken else "Appel enregistré.")
    return True
