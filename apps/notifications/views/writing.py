"""Writing: to the families of some classes, and the words of a kind of alert."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.accounts.models import STUDENT_LIFE, Role
from apps.core.clock import now, today
from apps.core.idempotency import fresh_key, idempotent
from apps.core.pages import render_page
from apps.notifications import permissions, services
from apps.notifications.forms import MailingForm, WordingForm

WORDERS = (Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES)


@require_http_methods(["GET", "POST"])
@idempotent
def mailing(request: HttpRequest) -> HttpResponse:
    """A message to the families of some classes: typed, shown with its count and cost, then sent."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    form = MailingForm(request.POST or None, groups=permissions.writable_groups(request.member, today()))
    boards = permissions.boards_of(request.member, "notifications:mailing")
    if not form.is_valid() or "corriger" in request.POST:
        status = 422 if form.errors and "apercu" not in request.POST else 200
        context = {"form": form, "boards": boards}
        return render_page(request, "notifications/mailing.html", context, part="cost", status=status)
    preview = services.mailing_preview(form.cleaned_data["text"], form.group_ids, now())
    context = {"form": form, "preview": preview, "boards": boards}
    if "apercu" in request.POST:
        return render_page(request, "notifications/mailing.html", context, part="cost")
    if "envoyer" not in request.POST or preview.is_too_dear or not preview.guardians:
        return render_page(request, "notifications/mailing_ask.html", context | {"key": fresh_key()})
    sent = services.write_to_families(
        text=form.cleaned_data["text"],
        audience=form.audience,
        groups=form.group_ids,
        by=request.member,
        now=now(),
    )
    messages.success(request, f"Message confié à l’envoi\u202f: {sent.count} responsables.")
    return redirect("notifications:deliveries")


@require_http_methods(["GET", "POST"])
@idempotent
def wording(request: HttpRequest, kind: str) -> HttpResponse:
    """The school's own words for a kind of alert, with what they give and cost as they are typed."""
    if not request.member.holds(*WORDERS) or kind not in services.WORDED:
        raise Http404
    rule = services.rules_of_school()[kind]
    form = WordingForm(request.POST or None, initial={"wording": rule.wording})
    typed = rule.wording
    if form.is_bound:
        typed = form.cleaned_data.get("wording", "") if form.is_valid() else None
    context = {"form": form, "kind": kind, "kinds": permissions.kinds_with_words(services.WORDED)}
    if typed is not None:
        context["preview"] = services.wording_preview(kind, typed, request.school, now())
    if form.is_bound and form.is_valid() and "apercu" not in request.POST:
        services.choose_wording(kind=kind, wording=typed, by=request.member)
        messages.success(request, "Modèle enregistré.")
        return redirect("notifications:wording", kind)
    status = 422 if form.errors and "apercu" not in request.POST else 200
    return render_page(request, "notifications/wording.html", context, part="preview", status=status)
