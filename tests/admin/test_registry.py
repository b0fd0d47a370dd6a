"""Every model of the admin is found, filtered, read in a few queries, named in French; none is forgotten."""

import re

import pytest
from django.apps import apps
from django.contrib.admin.options import ModelAdmin
from django.urls import reverse

from apps.accounts.admin_site import school_admin
from apps.accounts.models import Role
from apps.accounts.rights import RIGHTS
from apps.accounts.school_admin import ReadOnlyAdmin, SchoolAdmin
from apps.core.tenancy import SchoolModelBase, in_school
from tests.admin.crowd import crowd
from tests.factories.schools import SchoolFactory

REGISTERED = {model._meta.label_lower: admin for model, admin in school_admin._registry.items()}
ELSEWHERE = {  # school-owned models that have no list of their own, and why
    "core.keptanswer": "a machine's memory of seven days",
    "reports.certificatecancellation": "on its pupil's page of documents",
    "classes.classtermstep": "on the page of the class's bulletins",
    "reports.printedcard": "taken from the page of the class's bulletins",
    "reports.remarkphrase": "a teacher's own words",
    "reports.printrun": "followed on the page of the class's bulletins",
    "schools.holiday": "on the page of its year",
    "accounts.memberrole": "on the page of its member",
    "people.guardianship": "on the pages of the pupil and of the responsable",
    "people.staffprofile": "on the page of its member",
    "classes.term": "on the page of its calendar",
    "classes.courseteacher": "on the page of its course",
    "grades.stamp": "a machine's own",
    "attendance.rollentry": "on the page of its roll call",
    "attendance.justificationphoto": "for vie scolaire and the family alone, on a page of its own",
    "messaging.thread": "letters between a family and a teacher are nobody else's",
    "messaging.participation": "letters between a family and a teacher are nobody else's",
    "messaging.message": "letters between a family and a teacher are nobody else's",
    "notifications.deliverychange": "on the page of its delivery",
    "notifications.rung": "on the page of its rule",
    "notifications.badnumber": "on a page of its own, with whom it concerns",
    "notifications.smsmonth": "on the page of costs",
}
ENGLISH = re.compile(r"\b(the|and|of|is|name|by|on|at|to|schoolhistory)\b")


def path_of(school, label: str, view: str, *args) -> str:
    name = f"admin:{label.replace('.', '_')}_{view}"
    return f"/{school.slug}{reverse(name, urlconf='educonnect.urls_school', args=args)}"


def test_no_model_of_a_school_is_forgotten():
    owned = {
        model._meta.label_lower
        for model in apps.get_models()
        if isinstance(model, SchoolModelBase) and not hasattr(model, "pgh_tracked_model")
    }
    assert owned == REGISTERED.keys() | ELSEWHERE.keys()
    assert not REGISTERED.keys() & ELSEWHERE.keys()


def test_histories_have_no_list_but_a_page_each():
    kept = {
        model.pgh_tracked_model._meta.label_lower
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model")
    }
    with_another = {
        "accounts.memberrole", "people.guardianship", "notifications.rung", "attendance.rollentry",
    }  # fmt: skip
    assert kept <= REGISTERED.keys() | with_another


@pytest.mark.parametrize("label", REGISTERED)
def test_a_list_is_searched_and_filtered_or_says_why_not(label):
    admin = REGISTERED[label]
    assert isinstance(admin, SchoolAdmin)
    assert admin.search_fields or admin.search_reason
    assert admin.list_filter or admin.list_filter_reason
    assert admin.list_per_page <= 60
    assert admin.ordering, "a list without an order comes in any"


@pytest.mark.parametrize("label", REGISTERED)
def test_names_are_french(label):
    model = REGISTERED[label].model
    names = [model._meta.verbose_name, model._meta.verbose_name_plural]
    names += [
        field.verbose_name
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key
    ]
    assert not [name for name in names if ENGLISH.search(str(name)) or "_" in str(name)]
    assert str(apps.get_app_config(model._meta.app_label).verbose_name)[0].islower()


@pytest.mark.parametrize("label", RIGHTS)
def test_rights_speak_of_models_that_exist(label):
    apps.get_model(label)


def test_every_registered_model_has_its_line_of_rights():
    assert REGISTERED.keys() <= RIGHTS.keys()


def visit_all(client, school, count_queries) -> dict[str, int]:
    """The queries of each list."""

    def visit(address: str) -> None:
        assert client.get(address).status_code == 200, address

    visit(f"/{school.slug}/admin/")  # sessions and connections are warm
    return {label: count_queries(visit, path_of(school, label, "changelist")) for label in REGISTERED}


def costs_of(rows: int, client, count_queries) -> dict[str, int]:
    school = SchoolFactory()
    with in_school(school.pk):
        client.force_login(crowd(rows).members[Role.PRINCIPAL].user)
        return visit_all(client, school, count_queries)


def test_sixty_rows_cost_what_three_cost_and_fifteen_queries_at_most(client, db, count_queries):
    few, many = (costs_of(rows, client, count_queries) for rows in (3, 60))
    print(many)  # noqa: T201
    assert {label: (few[label], many[label]) for label in many if many[label] > few[label]} == {}
    assert {label: count for label, count in many.items() if count > 15} == {}


def test_every_row_opens_with_its_history(office, school):
    client = office(Role.PRINCIPAL)
    for label, admin in REGISTERED.items():
        row = admin.model.objects.order_by("-pk").first()
        answer = client.get(path_of(school, label, "change", row.pk))
        assert answer.status_code == 200, label
        assert len(answer.content) < 120_000, "no list of five hundred pupils hides in a form"
        assert client.get(path_of(school, label, "history", row.pk)).status_code == 200, label


def fields_of(page) -> dict:
    """What a browser would send back of a form that was left as it came."""
    data = {}
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    for form in forms:
        data |= _typed(form)
    return data


def _typed(form) -> dict:
    typed = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            value = "on" if value else None
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            typed |= {f"{bound.html_name}_{n}": part for n, part in enumerate(parts)}
        else:
            is_text = isinstance(value, str)  # prepared already
            typed[bound.html_name] = value if is_text else bound.field.prepare_value(value)
    return {name: value for name, value in typed.items() if value is not None}


WRITABLE = [
    label
    for label, admin in REGISTERED.items()
    if not isinstance(admin, ReadOnlyAdmin) and label != "classes.enrolment"
]


def errors_of(answer) -> list:
    inlines = answer.context["inline_admin_formsets"]
    return [answer.context["adminform"].form.errors, *(inline.formset.errors for inline in inlines)]


def test_a_form_left_as_it_came_saves(office, school):
    client = office(Role.PRINCIPAL)
    for label in WRITABLE:
        rows = REGISTERED[label].model.objects.order_by("pk")
        if label == "classes.gradingscheme":
            rows = rows.current()
        row = rows.filter(class_group=None).first() if label == "classes.teachinggroup" else rows.first()
        address = path_of(school, label, "change", row.pk)
        answer = client.post(address, fields_of(client.get(address)))
        assert answer.status_code == 302, (label, errors_of(answer))


READ_ONLY = [
    *("grades.mark", "grades.assessment"),
    *("attendance.absence", "attendance.latearrival", "attendance.rollcall", "attendance.excusal"),
    *("attendance.justification", "attendance.wholeclassabsence"),
    *("attendance.thresholdanswer", "attendance.entrypass"),
    *("notifications.alert", "notifications.delivery", "notifications.mailing"),
    "notifications.receipt",
    *("core.recordedevent", "core.reaction", "accounts.officeaction"),
    *("reports.reportcard", "reports.cancellation", "reports.acknowledgement", "reports.sealingkey"),
    *("reports.classcouncil", "reports.verdict"),
]


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.FOUNDER])
def test_what_pages_and_phones_write_is_looked_at_only(office, school, role):
    client = office(role)
    for label in READ_ONLY:
        model = REGISTERED[label].model
        row, before = model.objects.order_by("pk").first(), model.objects.count()
        for view, args in [("add", ()), ("delete", (row.pk,))]:
            address = path_of(school, label, view, *args)
            assert client.get(address).status_code == client.post(address, {"post": "yes"}).status_code == 404
        change = path_of(school, label, "change", row.pk)
        assert client.post(change, {"value": "20"}).status_code == 404
        assert b'name="_save"' not in client.get(change).content
        assert model.objects.count() == before


def test_nothing_is_deleted_by_the_dozen():
    for admin in REGISTERED.values():
        assert "delete_selected" not in [name for name in admin.actions if isinstance(name, str)]
    assert ModelAdmin.actions == ()
