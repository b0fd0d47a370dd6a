"""The pages of whoever calls: the day's roll calls, one of them."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import STUDENT_LIFE
from apps.attendance import permissions, selectors, services
from apps.attendance.forms import HourForm, QueuedRoll, RollForm, kept_instead, written_change
from apps.attendance.rules import Line, Seen, Span, slot_at
from apps.classes.models import TeachingGroup
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page, show_again

JSON = "application/json"


@require_safe
def roll_calls(request: HttpRequest) -> HttpResponse:
    """The day of who calls: one tap to the roll of the hour under way, two to any other."""
    if not request.member.holds(*permissions.CALLERS):
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


@require_safe
def roll_list(request: HttpRequest, group_id: int) -> HttpResponse:
    """The list of a group as nobody had called: what a browser keeps for when it has no network."""
    on, hours = today(), slot_at(timezone.localtime(now()).time())
    group = _group(request, group_id, on)
    page = selectors.roll_page(request.member, group, on, hours, None)
    return _show(request, RollForm(None, page=page, is_open=True))


@require_http_methods(["GET", "POST"])
@idempotent
def roll_call(request: HttpRequest, group_id: int, held_on: date, hours: Span) -> HttpResponse:
    """One roll call: GET shows the list, POST closes it or corrects it; a tap alone changes the page only."""
    on = today()
    group = _group(request, group_id, on)
    if held_on > on:
        raise Http404
    taken = selectors.taken_at(group, held_on, hours.starts_at)
    if taken and taken.ends_at != hours.ends_at and request.content_type != JSON:
        return redirect("attendance:roll_call", group_id, held_on, Span(taken.starts_at, taken.ends_at))
    is_open = permissions.may_write_roll(request.member, held_on, on)
    is_queued = request.method == "POST" and request.content_type == JSON
    page = selectors.roll_page(request.member, group, held_on, hours, taken, to_read=not is_queued)
    if is_queued:
        return _take_queued(request, page, is_open=is_open)
    form = RollForm(request.POST if request.method == "POST" else None, page=page, is_open=is_open)
    if "tap" in request.POST:
        form.tap(request.POST["tap"])
        return _show(request, form)
    if form.is_bound and form.is_valid():
        _say(request, page, _close(request, page, form.sent, form.seen))
        return show_again(request, roll_call, group_id, held_on, hours)
    return _show(request, form, status=422 if form.is_bound else 200)


@require_safe
def roll_history(request: HttpRequest, group_id: int, held_on: date, hours: Span) -> HttpResponse:
    """Who changed which line of a roll call, and what was sent but set aside."""
    taken = selectors.taken_at(_group(request, group_id, today()), held_on, hours.starts_at)
    if taken is None:
        raise Http404
    changes = [written_change(one) for one in selectors.roll_changes(taken)]
    address = reverse("attendance:roll_call", args=[group_id, held_on, hours])
    context = {"roll_call": taken, "changes": changes, "address": address}
    return render_page(request, "attendance/roll_history.html", context)


def _group(request: HttpRequest, group_id: int, on: date) -> TeachingGroup:
    group = permissions.callable_group(request.member, group_id, on)
    if group is None:
        raise Http404
    return group


def _show(request: HttpRequest, form: RollForm, status: int = 200) -> HttpResponse:
    page = form.page
    address = reverse("attendance:roll_call", args=[page.group.pk, page.on, page.hours])
    context = {"page": page, "form": form, "address": address}
    return render_page(request, "attendance/roll_call.html", context, part="roll", status=status)


def _take_queued(request: HttpRequest, page: selectors.RollPage, *, is_open: bool) -> HttpResponse:
    """A roll from the browser's queue: what became of it, as JSON."""
    try:
        sent = QueuedRoll(request.body, page, is_open=is_open)
    except ValueError:
        return HttpResponseBadRequest("Envoi illisible.", content_type="text/plain; charset=utf-8")
    if sent.trouble:
        return JsonResponse(sent.refused())
    return JsonResponse(sent.saved(_close(request, page, sent.lines, sent.shown)))


def _close(
    request: HttpRequest, page: selectors.RollPage, lines: dict[int, Line], seen: Seen
) -> services.Closed:
    return services.close_roll_call(
        group_id=page.group.pk,
        held_on=page.on,
        hours=page.hours,
        lines=lines,
        seen=seen,
        course_id=page.course_id,
        by=request.member,
        at=now(),
    )


def _say(request: HttpRequest, page: selectors.RollPage, closed: services.Closed) -> None:
    messages.success(request, "Appel corrigé." if page.is_taken else "Appel enregistré.")
    names = {line.student_id: line for line in page.lines}
    for pk in closed.set_aside:
        messages.warning(request, f"{names[pk]}\u202f: {kept_instead(closed, pk)}")
