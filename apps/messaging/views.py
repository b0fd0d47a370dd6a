"""The discussions of a member: the list, a thread and what follows in it, a new one."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.clock import now, today
from apps.core.idempotency import fresh_key, idempotent
from apps.core.pages import render_page, wants_part
from apps.gateways.api import show_phone

from . import permissions, selectors, services
from .forms import MessageForm, NewThreadForm
from .models import Message, Thread

CLOSED = "Cette discussion est close\u202f: votre message n’est pas parti."
NOT_TO_THEM = "On ne peut plus écrire à cette personne au sujet de cet élève."
ONE_AT_A_TIME = "Écrivez à une seule personne de l’école à la fois."


@require_safe
def threads(request: HttpRequest) -> HttpResponse:
    """The member's discussions, the newest words first."""
    may_write = request.member.holds(*permissions.CORRESPONDENTS)
    if not may_write and not permissions.readable_threads(request.member).exists():
        raise Http404
    sought = _sought(request)
    page, lines = selectors.thread_lines(request.member, sought, request.GET.get("page"), today())
    context = {"page": page, "lines": lines, "sought": sought, "may_write": may_write}
    return render_page(request, "messaging/threads.html", context)


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """About whom? A parent of one child is not asked: the form is there at once."""
    if not request.member.holds(*permissions.CORRESPONDENTS):
        raise Http404
    students = permissions.discussed_students(request.member, today())
    if only := selectors.only_one(students):
        return write(request, only.pk)
    sought = _sought(request)
    page, choices = selectors.pupil_choices(students, sought, request.GET.get("page"), today())
    context = {"page": page, "choices": choices, "sought": sought}
    return render_page(request, "messaging/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def write(request: HttpRequest, student_id: int) -> HttpResponse:
    """The first message of a discussion about a pupil."""
    students = permissions.discussed_students(request.member, today())
    student = get_object_or_404(students, pk=student_id)
    correspondents = permissions.writable_to(request.member, student, today())
    form = NewThreadForm(_typed(request), correspondents=correspondents)
    if form.is_valid():
        try:
            begun = services.start_thread(student=student, by=request.member, at=now(), **form.cleaned_data)
        except services.MayNotWrite:
            form.add_error("to", NOT_TO_THEM)
        except services.NoBroadcast:
            form.add_error("to", ONE_AT_A_TIME)
        else:
            return redirect("messaging:thread", begun.pk)
    context = {"student": student, "form": form, "correspondents": correspondents, "key": fresh_key()}
    return render_page(request, "messaging/write.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A discussion, its last messages, and a line to answer."""
    found = _thread(request, thread_id)
    form = MessageForm(_typed(request))
    if form.is_valid():
        try:
            message = services.post_message(
                thread_id=found.pk, by=request.member, at=now(), **form.cleaned_data
            )
        except services.MayNotWrite:
            form.add_error(None, CLOSED)
        else:
            return _posted(request, message)
    return (
        _refused(request, found, form) if form.errors and wants_part(request) else _page(request, found, form)
    )


def _page(request: HttpRequest, found: Thread, form: MessageForm) -> HttpResponse:
    page = selectors.thread_page(found, request.member, _number(request.GET, "avant", least=2), today())
    context = {
        "page": page,
        "following": page.following,
        "ticket": permissions.sign_ticket(request.member, found),
        "phone": show_phone(request.school.phone).replace(" ", "\u00a0") if page.is_family else "",
        **_reply(form),
    }
    return render_page(request, "messaging/thread.html", context, status=_status(form))


def _posted(request: HttpRequest, message: Message) -> HttpResponse:
    """A browser reads the page again, at its message; htmx gets what it did not have, and an empty form."""
    if not wants_part(request):
        return redirect(f"{resolve_url('messaging:thread', message.thread_id)}#m{message.sequence}")
    after = _number(request.POST, "apres")
    after = message.sequence - 1 if after is None else after
    news = selectors.following(message.thread, request.member, after)
    context = {"following": news, "swapped": True, **_reply(MessageForm())}
    return render_page(request, "messaging/thread.html", context, part="posted")


def _refused(request: HttpRequest, found: Thread, form: MessageForm) -> HttpResponse:
    context = {"following": {"thread_id": found.pk}, **_reply(form)}
    response = render_page(request, "messaging/thread.html", context, part="reply", status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#reply", "outerHTML"
    return response


def _reply(form: MessageForm) -> dict:
    return {"form": form, "key": fresh_key()}


@require_safe
def following(request: HttpRequest, thread_id: int) -> HttpResponse:
    """What follows `?apres=`, the last message that the page shows; 204 when nothing does."""
    found = _thread(request, thread_id)
    after = _number(request.GET, "apres")
    if after is None:
        raise Http404
    if after >= found.last_sequence:
        return HttpResponse(status=204)
    context = {"following": selectors.following(found, request.member, after)}
    return render(request, "messaging/thread.html#following", context)


@require_POST
def read(request: HttpRequest, thread_id: int) -> HttpResponse:
    """She has read as far as `jusque`, or the whole. Harmless when sent twice."""
    found = _thread(request, thread_id)
    up_to = _number(request.POST, "jusque")
    up_to = found.last_sequence if up_to is None else up_to
    services.mark_read(thread_id=found.pk, by=request.member, up_to=up_to, at=now())
    return HttpResponse() if wants_part(request) else redirect("messaging:thread", found.pk)


@require_safe
@never_cache
def token(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A fresh ticket for a socket that has to connect again."""
    found = _thread(request, thread_id)
    return HttpResponse(permissions.sign_ticket(request.member, found), content_type="text/plain")


def _thread(request: HttpRequest, thread_id: int) -> Thread:
    mine = permissions.readable_threads(request.member).select_related("student")
    return get_object_or_404(mine, pk=thread_id)


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(form: MessageForm | NewThreadForm) -> int:
    return 422 if form.errors else 200


def _sought(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:80]


def _number(values: QueryDict, name: str, *, least: int = 0) -> int | None:
    """A number that a page of ours sent; None when absent. Anything else is nobody's address."""
    text = values.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise Http404
    return int(text)
