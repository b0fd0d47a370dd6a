"""Homes, the family's page, a child's pages; classes absent as a whole; the number one signs in with."""

from collections.abc import Mapping
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import services as accounts
from apps.accounts.models import OFFICE, STUDENT_LIFE
from apps.accounts.selectors import phone_in_proof
from apps.accounts.tasks import send_phone_code
from apps.attendance import api as attendance
from apps.core.addresses import inside, outside
from apps.core.clock import now, today
from apps.core.idempotency import fresh_key, idempotent
from apps.core.jobs import enqueue
from apps.core.pages import render_page, wants_part
from apps.gateways.api import show_phone
from apps.notifications.api import absences_estimate
from apps.people.models import Student

from . import selectors
from .forms import PhoneCodeForm, PhoneForm, WholeClassesForm
from .navigation import memberships_of, only_family, portal_menu, unread_of
from .permissions import own_students, readable_student, reads_reasons, sign_ticket, watches_first
from .permissions import whole_classes as whole_classes_of
from .stamps import etag_of, unchanged_unless


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where each person's roles lead: her family, her school, or the choice of one."""
    known = memberships_of(request)
    if known and all(only_family(one.roles) for one in known):
        return redirect(outside("home:family"))
    if len(known) == 1:
        return redirect(inside(known[0].school.slug, "portal:home"))
    return redirect(outside("choose_school"))


@require_safe
def school(request: HttpRequest) -> HttpResponse:
    """The day in a school: a teacher's courses, the office's figures. Families and educators have a page of
    their own.
    """
    if only_family(request.member.roles):
        return redirect(outside("home:family"))
    if watches_first(request.member):
        return redirect("portal:board")
    context = {
        "page": selectors.school_home(request.member, now()),
        "today": today(),
        "unread": unread_of(request),
    }
    return render_page(request, "portal/home.html", context)


# The board of the day


def _board(request: HttpRequest) -> selectors.BoardPage:
    """Read once per request; 404 for whoever is not of vie scolaire."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    if not hasattr(request, "portal_board"):
        request.portal_board = selectors.board_page(now())
    return request.portal_board


def _board_causes(request: HttpRequest) -> list:
    return [_board(request), *_frame(request)]


@require_safe
@unchanged_unless(_board_causes)
def board(request: HttpRequest) -> HttpResponse:
    """The day, watched by vie scolaire: its part asks for itself every minute, and at each news."""
    context = {
        "page": _board(request),
        "today": today(),
        "etag": etag_of(request, _board_causes(request), part=True),
        "ticket": "" if wants_part(request) else sign_ticket(request.member),
        "calls": request.member.holds(*attendance.CALLERS),
    }
    return render_page(request, "portal/board.html", context, part="board")


@require_safe
@never_cache
def board_token(request: HttpRequest) -> HttpResponse:
    """A fresh ticket for a socket that has to connect again."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    return HttpResponse(sign_ticket(request.member), content_type="text/plain")


# The family's page


def _family_page(request: HttpRequest) -> selectors.FamilyPage:
    if not hasattr(request, "portal_family"):
        request.portal_family = selectors.family_page(memberships_of(request), today())
    return request.portal_family


def _family_causes(request: HttpRequest) -> list:
    ways = [(one.school.slug, one.school.suspended_at, sorted(one.roles)) for one in memberships_of(request)]
    return [ways, _family_page(request)]


@require_safe
@unchanged_unless(_family_causes)
def family(request: HttpRequest) -> HttpResponse:
    """All her children, in all their schools; a pupil sees himself."""
    page = _family_page(request)
    unread = {visit.school_id: visit.unread for visit in page.visits}
    context = {
        "page": page,
        "today": today(),
        "nav": portal_menu(memberships_of(request), request.path, unread),
    }
    return render_page(request, "portal/family.html", context)


@require_safe
def family_messages(request: HttpRequest) -> HttpResponse:
    """The discussions of a parent in all her schools."""
    page = selectors.family_messages(memberships_of(request), today())
    unread = {one.school_id: one.unread for one in page.schools}
    context = {"page": page, "nav": portal_menu(memberships_of(request), request.path, unread)}
    return render_page(request, "portal/messages.html", context)


# A child's pages


def _student(request: HttpRequest, student_id: int) -> Student:
    """The pupil, with `marks_shown`; 404 for whoever may not read about her."""
    if not hasattr(request, "portal_student"):
        request.portal_student = readable_student(request.member, student_id, today())
    if request.portal_student is None:
        raise Http404
    return request.portal_student


def _marked_student(request: HttpRequest, student_id: int) -> Student:
    student = _student(request, student_id)
    if not student.marks_shown:
        raise Http404
    return student


def _frame(request: HttpRequest) -> list:
    """What the menu and the head of a page of a school are made of."""
    return [request.school.name, request.school.logo_digest, sorted(request.member.roles), unread_of(request)]


def _class_stamps(request: HttpRequest, student_id: int) -> Mapping:
    if not hasattr(request, "portal_stamps"):
        request.portal_stamps = selectors.class_stamps(student_id)
    return request.portal_stamps


def _marks_causes(request: HttpRequest, student_id: int) -> list:
    child = selectors.as_child(_marked_student(request, student_id))
    return [child, *_frame(request), _class_stamps(request, student_id)]


@require_safe
@unchanged_unless(_marks_causes)
def child(request: HttpRequest, student_id: int) -> HttpResponse:
    """A pupil's marks, by subject or by date, and how her average was made."""
    student = _marked_student(request, student_id)
    try:
        stamps = _class_stamps(request, student_id)
        page = selectors.child_marks(student_id, _term_number(request), today(), stamps)
    except selectors.NoSuchTerm as unknown:
        raise Http404 from unknown
    context = {
        "child": selectors.as_child(student),
        "page": page,
        "by_date": request.GET.get("par") == "date",
        "has_documents": request.member.holds(*OFFICE),
    }
    return render_page(request, "portal/child.html", context, part="term")


def _term_number(request: HttpRequest) -> int | None:
    """`?t=2`; raises NoSuchTerm for what is no number."""
    typed = request.GET.get("t")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        raise selectors.NoSuchTerm
    return int(typed)


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The pupil's own page."""
    own = own_students(request.member, today())
    request.portal_student = get_object_or_404(own, member=request.member)
    return child(request, request.portal_student.pk)


def _absences_causes(request: HttpRequest, student_id: int) -> list:
    child = selectors.as_child(_student(request, student_id))
    return [child, *_frame(request), selectors.days_stamp(student_id, today())]


@require_safe
@unchanged_unless(_absences_causes)
def child_absences(request: HttpRequest, student_id: int) -> HttpResponse:
    """A pupil's absences and late arrivals of the year."""
    with_reasons = reads_reasons(request.member, student_id, today())
    context = {
        "child": selectors.as_child(_student(request, student_id)),
        "page": selectors.child_absences(student_id, today(), with_reasons=with_reasons),
        "has_documents": request.member.holds(*OFFICE),
    }
    return render_page(request, "portal/child_absences.html", context)


# Classes absent as a whole: a strike, a storm


@require_http_methods(["GET", "POST"])
@idempotent
def whole_classes(request: HttpRequest) -> HttpResponse:
    """Typed, shown with its counts and cost, then written; those of before, to be taken back."""
    on = today()
    groups = list(whole_classes_of(request.member, on))
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    form = WholeClassesForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        reasons=attendance.all_reasons(),
        today=on,
        initial={"jour": on},
    )
    if not (form.is_bound and form.is_valid()) or "corriger" in request.POST:
        context = {"form": form, "entries": attendance.latest_whole_classes()}
        status = 422 if form.errors else 200
        return render_page(request, "portal/whole_classes.html", context, status=status)
    if "confirmer" not in request.POST:
        return _ask_whole_classes(request, form)
    try:
        entry = attendance.write_whole_classes(what=form.what, by=request.member, at=now())
    except attendance.NobodyIsAbsent:
        return _ask_whole_classes(request, form)
    messages.success(request, f"{_pupils(entry.count)} écrits absents.")
    return redirect("portal:whole_classes")


def _ask_whole_classes(request: HttpRequest, form: WholeClassesForm) -> HttpResponse:
    """How many, who is left out, whom it tells and for how much: asked once."""
    what = form.what
    who = attendance.who_is_absent(what)
    estimate = None
    if what.tells_families:
        estimate = absences_estimate(who.student_ids, on=what.held_on, school=request.school, now=now())
    context = {"form": form, "what": what, "who": who, "estimate": estimate, "key": fresh_key()}
    return render_page(request, "portal/whole_classes_ask.html", context)


@require_POST
@idempotent
def whole_classes_undo(request: HttpRequest, entry_id: int) -> HttpResponse:
    """All of these absences were a mistake."""
    if not request.member.holds(*STUDENT_LIFE):
        raise Http404
    try:
        undone = attendance.undo_whole_classes(entry_id=entry_id, by=request.member, at=now())
    except attendance.NoSuchEntry as unknown:
        raise Http404 from unknown
    if undone:
        messages.success(request, f"Annulé\u202f: {_pupils(undone)} ne sont plus absents.")
    return redirect("portal:whole_classes")


def _pupils(count: int) -> str:
    return f"{count} élève{'s' if count > 1 else ''}"


# The number that one signs in with

TOO_MANY_CODES = "Trois codes ont été demandés en une heure. Attendez un peu, puis recommencez."
PHONE_IS_TAKEN = (
    "Ce numéro sert déjà à quelqu’un pour se connecter. Donnez-en un autre, ou gardez votre identifiant."
)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """A person gives her mobile, and asks for a code there: at her first sign-in, or from her account."""
    if request.method == "GET":
        known = selectors.contact_mobile(memberships_of(request), request.user.phone)
        return _phone_page(request, "phone", PhoneForm(initial={"phone": show_phone(known)}))
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            proof = accounts.ask_phone_code(user=request.user, phone=form.cleaned_data["phone"], at=now())
        except accounts.TooManyCodes:
            form.add_error("phone", TOO_MANY_CODES)
        else:
            enqueue(send_phone_code, proof.pk, queue="alerts")
            return redirect(_going_on(request, "home:phone_code"))
    return _phone_page(request, "phone", form)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """She types the code: the number becomes a way to sign in, and she goes on."""
    proof = phone_in_proof(request.user, now())
    form = PhoneCodeForm(request.POST or None)
    if proof and form.is_valid():
        try:
            number = accounts.verify_phone(user=request.user, code=form.cleaned_data["code"], at=now())
        except accounts.NoCode:
            proof = None
        except accounts.WrongCode:
            form.add_error("code", "Ce n’est pas le code du SMS.")
        except accounts.PhoneIsTaken:
            messages.error(request, PHONE_IS_TAKEN)
            return redirect(_going_on(request, "home:phone"))
        else:
            messages.success(request, f"Vous pouvez maintenant vous connecter avec le {show_phone(number)}.")
            return redirect(get_next_redirect_url(request) or outside("account"))
    if proof is None:
        messages.warning(request, "Aucun code n’est attendu : le dernier a trop servi, ou trop attendu.")
        return redirect(_going_on(request, "home:phone"))
    return _phone_page(request, "phone_code", form, proof=proof, number=show_phone(proof.phone))


def _phone_page(request: HttpRequest, name: str, form: Form, **more: object) -> HttpResponse:
    context = {"form": form, "next": get_next_redirect_url(request), **more}
    status = 422 if form.errors else 200
    return render_page(request, f"portal/{name}.html", context, status=status)


def _going_on(request: HttpRequest, name: str) -> str:
    """That page, which remembers where she was going."""
    goes_on = get_next_redirect_url(request)
    return outside(name) + (f"?{urlencode({'next': goes_on})}" if goes_on else "")
