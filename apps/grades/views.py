"""The teacher's pages: her courses, the columns of one, the mark sheet, publication."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Role
from apps.classes.models import Course, Term
from apps.core.clock import now, today
from apps.core.idempotency import idempotent
from apps.core.pages import render_page

from . import permissions, selectors, services
from .forms import (
    IS_BUSY,
    IS_LOCKED,
    IS_TAKEN,
    AssessmentForm,
    Batch,
    CopyForm,
    MarkSheetForm,
    NotABatch,
    PublicationForm,
    foot,
    lines,
)
from .models import Assessment
from .rules import french


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """A teacher's courses, and where the term stands in each."""
    if not request.member.holds(Role.TEACHER):
        raise Http404
    context = {"courses": selectors.my_courses(request.member, today())}
    return render_page(request, "grades/courses.html", context)


@require_safe
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """The columns of a course in a term."""
    page = _course_page(request, course_id)
    category = request.GET.get("categorie", "")
    context = {
        "page": page,
        "category": category if category in page.categories else "",
        "assessments": page.of_category(category),
        "can_copy": bool(selectors.sources_of(page.course, request.member, today())),
    }
    return render_page(request, "grades/course.html", context)


@require_http_methods(["GET", "POST"])
@idempotent
def assessment_new(request: HttpRequest, course_id: int) -> HttpResponse:
    """Open a column, and say when families may read it."""
    course, term = _course_and_term(request, course_id)
    form = _assessment_form(request, course, term, {"held_on": today()})
    publication = PublicationForm(_typed(request), today=today())
    day = _busy_day(request, form, course)
    if form.is_valid() & publication.is_valid():
        try:
            opened = services.create_assessment(
                course_id=course.pk, term_id=term.pk, column=form.column, by=request.member, on=today()
            )
        except services.TermIsLocked:
            form.add_error(None, IS_LOCKED)
        except services.TitleIsTaken:
            form.add_error("title", IS_TAKEN)
        else:
            _plan(request, opened, publication)
            return redirect("grades:mark_sheet", opened.pk)
    context = {"course": course, "term": term, "form": form, "publication": publication, "day": day}
    return _form_page(request, "grades/assessment.html", context, form, publication, part="day")


@require_http_methods(["GET", "POST"])
@idempotent
def assessment_edit(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Change what is said of a column."""
    assessment = _assessment(request, assessment_id)
    said = {name: getattr(assessment, name) for name in services.Column.__dataclass_fields__}
    form = _assessment_form(request, assessment.course, assessment.term, said)
    day = _busy_day(request, form, assessment.course, assessment)
    if form.is_valid():
        try:
            services.amend_assessment(assessment_id=assessment.pk, column=form.column, on=today())
        except services.TermIsLocked:
            form.add_error(None, IS_LOCKED)
        except services.TitleIsTaken:
            form.add_error("title", IS_TAKEN)
        except services.ScaleIsTooSmall as refusal:
            form.add_error("out_of", f"Une note de {french(refusal.highest)} y est déjà.")
        else:
            messages.success(request, "L’évaluation est modifiée.")
            return redirect("grades:mark_sheet", assessment.pk)
    about = {"course": assessment.course, "term": assessment.term, "assessment": assessment}
    context = {**about, "form": form, "day": day}
    return _form_page(request, "grades/assessment.html", context, form, part="day")


@require_http_methods(["GET", "POST"])
@idempotent
def assessment_copy(request: HttpRequest, course_id: int) -> HttpResponse:
    """Take up columns of another class: what they are, without marks."""
    course, term = _course_and_term(request, course_id)
    copies = selectors.copies(course, term, request.GET.get("de", ""), request.member, today())
    if copies is None:
        raise Http404
    form = CopyForm(_typed(request), copies=copies)
    if form.is_valid():
        try:
            copied = services.copy_assessments(
                assessments=form.assessments,
                course_id=course.pk,
                term=term,
                part_ids={part.subject_id for part in selectors.offered(course, today()).parts},
                by=request.member,
                on=today(),
            )
        except services.TermIsLocked:
            form.add_error(None, IS_LOCKED)
        else:
            _tell_copied(request, course, copied)
            return redirect(f"{reverse('grades:course', args=[course.pk])}?periode={term.number}")
    context = {"course": course, "term": term, "copies": copies, "form": form}
    return _form_page(request, "grades/copy.html", context, form)


@require_POST
@idempotent
def assessment_discard(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Close a column opened by mistake."""
    assessment = _assessment(request, assessment_id)
    try:
        services.discard_assessment(assessment_id=assessment.pk)
    except services.HasMarks:
        messages.error(request, "Cette évaluation a des notes : elle ne se supprime pas.")
        return redirect("grades:assessment_edit", assessment.pk)
    messages.success(request, f"« {assessment.title} » est supprimée.")
    return redirect("grades:course", assessment.course_id)


@require_http_methods(["GET", "POST"])
@idempotent
def assessment_publish(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Say in words what families will read, and from when."""
    assessment = _assessment(request, assessment_id)
    if assessment.is_published:
        return redirect("grades:mark_sheet", assessment.pk)
    when = PublicationForm.ON if assessment.publish_on else PublicationForm.NOW
    if assessment.is_kept_private:
        when = PublicationForm.NEVER
    form = PublicationForm(
        _typed(request), today=today(), initial={"when": when, "publish_on": assessment.publish_on}
    )
    if form.is_valid():
        _plan(request, assessment, form)
        return redirect("grades:mark_sheet", assessment.pk)
    context = {"sheet": selectors.mark_sheet(assessment, now()), "publication": form}
    return _form_page(request, "grades/publish.html", context, form)


@require_http_methods(["GET", "POST"])
@idempotent
def mark_sheet(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """The course's gradebook, open at one column: GET shows it, POST saves the cells of that column that its
    teacher touched, or none. Scripts save cell by cell instead (`cells`).
    """
    assessment = _assessment(request, assessment_id)
    typed = None
    if request.method == "POST":
        typed = MarkSheetForm(request.POST, sheet=selectors.mark_sheet(assessment, now()))
        if typed.is_valid() and _save(request, typed):
            messages.success(request, f"Notes enregistrées : {len(typed.marks)}.")
            if not request.htmx:
                return redirect(request.path)
            typed = None  # shown as a reload would
    book = selectors.gradebook(assessment, now())
    form = typed or MarkSheetForm(None, sheet=book.sheet)
    context = {
        "book": book,
        "sheet": form.sheet,
        "form": form,
        "lines": lines(book, form),
        "foot": foot(book),
    }
    return render_page(
        request, "grades/mark_sheet.html", context, part="sheet", status=422 if form.errors else 200
    )


@require_POST
@idempotent
def cells(request: HttpRequest) -> HttpResponse:
    """A batch of cells from the browser's queue, of any of her sheets: what became of each, as JSON.

    All in one transaction. What cannot be saved is said cell by cell, and hinders no other.
    """
    try:
        batch = Batch.read(request.body if request.content_type == "application/json" else b"")
    except NotABatch:
        return HttpResponseBadRequest("Envoi illisible.", content_type="text/plain; charset=utf-8")
    for assessment in permissions.markable_among(request.member, batch.columns, today()):
        typed = batch.of(assessment, selectors.listed_on(assessment))
        saved = services.save_cells(
            assessment_id=assessment.pk, marks=typed.marks, seen=typed.seen, by=request.member, at=now()
        )
        theirs = selectors.last_changes(assessment.pk, saved.conflicts)
        averages = selectors.course_averages(assessment, typed.marks, saved.class_terms)
        batch.settle(typed, saved, theirs, averages)
    return JsonResponse(batch.answer)


@require_safe
def mark_figures(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """The open column's figures and the gradebook's foot, asked once the typing pauses: answers of cells may
    overtake each other.
    """
    book = selectors.gradebook(_assessment(request, assessment_id), now())
    return render(request, "grades/mark_figures.html", {"figures": book.sheet.figures, "foot": foot(book)})


@require_safe
def mark_history(request: HttpRequest, assessment_id: int, student_id: int) -> HttpResponse:
    """Who wrote what in a cell, when, and why where the term was closed."""
    followed = permissions.followed_assessments(request.member, today())
    followed = followed.select_related("course__subject", "course__group", "term")
    trail = selectors.cell_trail(get_object_or_404(followed, pk=assessment_id), student_id)
    if trail is None:
        raise Http404
    mine = permissions.markable_assessment(request.member, assessment_id, today())
    return render_page(request, "grades/mark_history.html", {"trail": trail, "can_mark": bool(mine)})


def _save(request: HttpRequest, form: MarkSheetForm) -> bool:
    """Whether all of it could be saved; what could not is said on the form."""
    if form.touches_the_closed:
        form.add_error(None, IS_LOCKED)
        return False
    try:
        saved = services.save_marks(
            assessment_id=form.sheet.assessment.pk,
            marks=form.marks,
            seen=form.seen,
            by=request.member,
            at=now(),
        )
    except services.TermIsLocked:
        form.add_error(None, IS_LOCKED)
        return False
    form.take(saved)
    return not saved.conflicts


def _plan(request: HttpRequest, assessment: Assessment, publication: PublicationForm) -> None:
    if publication.is_now:
        services.publish_assessment(assessment_id=assessment.pk, at=now(), by=request.member)
        messages.success(request, f"« {assessment.title} » est publiée : les familles la lisent.")
        return
    services.plan_publication(
        assessment_id=assessment.pk,
        publish_on=publication.day,
        is_kept_private=publication.is_never,
        by=request.member,
    )


def _assessment_form(request: HttpRequest, course: Course, term: Term, said: dict) -> AssessmentForm:
    """htmx asks about another day with it in the address."""
    if "held_on" in request.GET:
        said = said | {"held_on": request.GET["held_on"]}
    offered = selectors.offered(course, today(), part_id=said.get("part_id"))
    return AssessmentForm(_typed(request), term=term, offered=offered, initial=said)


def _busy_day(
    request: HttpRequest, form: AssessmentForm, course: Course, assessment: Assessment | None = None
) -> selectors.BusyDay | None:
    """What the class already has that day: to be seen before it is saved, and never a refusal."""
    if form.day is None:
        return None
    mine, title = (assessment.pk if assessment else None), request.POST.get("title", "").strip()
    day = selectors.busy_day(course, form.day, but=mine, but_title=title)
    is_new = assessment is None or form.day != assessment.held_on
    if day and is_new and form.is_bound and request.POST.get("seen_day") != day.key:
        form.add_error("held_on", IS_BUSY)
    return day


def _tell_copied(request: HttpRequest, course: Course, copied: services.Copied) -> None:
    if copied.made:
        n = len(copied.made)
        messages.success(
            request, f"{n} évaluation{'s' if n > 1 else ''} reprise{'s' if n > 1 else ''} en brouillon."
        )
    if copied.skipped:
        titles = ", ".join(f"« {title} »" for title in copied.skipped)
        messages.warning(request, f"Ce cours avait déjà {titles} : rien n’y a changé.")
    for one in copied.made:
        if day := selectors.busy_day(course, one.held_on, but=one.pk):
            messages.warning(
                request, f"« {one.title} », le {day.on:%d/%m} : la classe a aussi {day.sentence}."
            )


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _assessment(request: HttpRequest, assessment_id: int) -> Assessment:
    assessment = permissions.markable_assessment(request.member, assessment_id, today())
    if assessment is None:
        raise Http404
    return assessment


def _course_page(request: HttpRequest, course_id: int) -> selectors.CoursePage:
    page = selectors.course_page(_course(request, course_id), request.GET.get("periode", ""), now())
    if page is None:
        raise Http404
    return page


def _course_and_term(request: HttpRequest, course_id: int) -> tuple[Course, Term]:
    course = _course(request, course_id)
    term = selectors.term_of(course, request.GET.get("periode", ""), today())
    if term is None:
        raise Http404
    return course, term


def _course(request: HttpRequest, course_id: int) -> Course:
    mine = permissions.markable_courses(request.member, today()).select_related("subject", "group")
    return get_object_or_404(mine, pk=course_id)


def _form_page(
    request: HttpRequest, template: str, context: dict, *forms: Form, part: str | None = None
) -> HttpResponse:
    status = 422 if any(form.errors for form in forms) else 200
    return render_page(request, template, context, part=part, status=status)
