"""Each role's rights, as the pages of the admin give them; and who may not even know that it is there."""

import pytest
from django.contrib.auth.models import Permission
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, reverse

from apps.accounts.admin_site import school_admin
from apps.accounts.models import OFFICE, MemberRole, Role
from apps.accounts.rights import RIGHTS, may
from apps.core.tenancy import NoSchoolInScope, in_school
from apps.people.models import Student
from apps.schools.models import School
from tests.admin.crowd import crowd
from tests.admin.test_registry import REGISTERED, path_of
from tests.conftest import Browser, outside_any_school
from tests.factories.accounts import LONG_AGO, MemberFactory, UserFactory
from tests.factories.schools import SchoolFactory

VIEWS = ["changelist", "add", "change", "delete", "history"]


def addresses(school, view: str) -> dict[str, str]:
    """The address of that view of each model, about a row that exists."""
    found = {}
    for label, admin in REGISTERED.items():
        row = admin.model.objects.order_by("pk").first()
        args = [] if view in ("changelist", "add") else [row.pk]
        found[label] = path_of(school, label, view, *args)
    return found


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """Pages are not drawn: who may open them is decided before (test_registry draws them all)."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("role", sorted(OFFICE))
def test_each_role_opens_what_the_table_says_and_nothing_else(office, school, world, role):
    """And no page writes: PostgreSQL refuses it in the transaction of a GET."""
    client, member = office(role), world.members[role]
    for view, action in [("changelist", "view"), ("change", "view"), ("add", "add")]:
        for label, address in addresses(school, view).items():
            admin = REGISTERED[label]
            allowed = may(member, action, admin.model)
            if action == "add":
                allowed = allowed and label not in NEVER_ADDED
            assert client.get(address).status_code == (200 if allowed else 404), (view, label)


# Made elsewhere, or there is one already.
NEVER_ADDED = {"classes.enrolment", "notifications.alertsettings", "schools.logo"}


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_the_first_page_lists_what_the_role_may_see(office, school, world, role):
    page = office(role).get(f"/{school.slug}/admin/").text
    member = world.members[role]
    for label, admin in REGISTERED.items():
        shown = f'href="{path_of(school, label, "changelist")}"' in page
        assert shown == may(member, "view", admin.model), label


def test_marks_absences_and_deliveries_are_nobodys_to_write():
    machines = [label for label in RIGHTS if label.split(".")[0] in ("grades", "attendance", "core")]
    for label in (
        "grades.reopening",
        "attendance.absencereason",
        "attendance.attendancethreshold",
    ):  # say who may write some, and why
        machines.remove(label)  # and hold none
    for label in [
        *machines,
        "notifications.alert",
        "notifications.delivery",
        "notifications.mailing",
        "accounts.officeaction",
    ]:
        line = RIGHTS[label]
        assert not line["add"] | line["change"] | line["delete"], label


def test_the_bursar_sees_no_mark_and_no_absence(office, school):
    client = office(Role.BURSAR)
    for label in ("grades.mark", "attendance.absence", "notifications.delivery"):
        assert client.get(path_of(school, label, "changelist")).status_code == 404


def every_admin_address(school) -> set[str]:
    """Every address of the admin: the site's own, and each view of each model about its first row."""
    site = [url for url in school_admin.get_urls() if isinstance(url, URLPattern)]
    found = {f"/{school.slug}/admin/{str(url.pattern).strip('^$')}" for url in site}
    found |= {f"/{school.slug}/admin/{label.split('.')[0]}/" for label in REGISTERED}
    for view in VIEWS:
        found |= set(addresses(school, view).values())
    return found


def test_to_staff_of_another_school_no_address_of_the_admin_exists(client, school, world):
    """A secretary, head and founder next door, who is a parent here."""
    parent = world.members[Role.GUARDIAN]
    with in_school(SchoolFactory().pk):
        MemberFactory(user=parent.user, roles=sorted(OFFICE))
    client.force_login(parent.user)
    found = every_admin_address(school)
    assert len(found) > 140
    for address in sorted(found):
        assert client.get(address).status_code == 404, address
    for address in [*addresses(school, "add").values(), *addresses(school, "delete").values()]:
        assert client.post(address, {"post": "yes"}).status_code == 404, address


def test_to_those_who_are_not_of_the_school_neither(client, school, world):
    with in_school(SchoolFactory().pk):
        client.force_login(MemberFactory(roles=sorted(OFFICE)).user)
    for address in addresses(school, "changelist").values():
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("role", sorted(set(Role) - OFFICE))
def test_only_the_office_has_an_admin(client, school, world, role):
    client.force_login(world.members[role].user)
    for address in addresses(school, "changelist").values():
        assert client.get(address).status_code == 404


def test_django_s_own_permissions_count_for_nothing(client, school, world):
    operator = UserFactory(is_staff=True, is_superuser=True)
    operator.user_permissions.set(Permission.objects.all())
    client.force_login(operator)
    assert client.get(f"/{school.slug}/admin/").status_code == 404
    MemberFactory(user=operator, roles=[Role.BURSAR])
    assert client.get(f"/{school.slug}/admin/").status_code == 200
    assert client.get(path_of(school, "grades.mark", "changelist")).status_code == 404
    assert client.get(path_of(school, "people.student", "add")).status_code == 404


def test_a_role_that_ended_opens_nothing_at_the_next_request(office, school, world):
    client = office(Role.SECRETARY)
    assert client.get(f"/{school.slug}/admin/").status_code == 200
    MemberRole.objects.filter(member=world.members[Role.SECRETARY]).update(until=LONG_AGO)
    assert client.get(f"/{school.slug}/admin/").status_code == 404


def test_a_visitor_signs_in_by_the_portal(client, school, world):
    for address in (f"/{school.slug}/admin/", path_of(school, "people.student", "changelist")):
        assert client.get(address)["Location"].startswith("/connexion/?next=")
    for gone in ("login/", "logout/", "password_change/", "r/1/1/"):
        client.force_login(world.members[Role.PRINCIPAL].user)
        assert client.get(f"/{school.slug}/admin/{gone}").status_code == 404


def neighbour_world(slug="voisin"):
    neighbour = SchoolFactory(slug=slug, name="École voisine")
    with in_school(neighbour.pk):
        world = crowd(1)
        Student.objects.update(last_name="CANARI", sort_key="canari")
    return neighbour, world


def test_rows_of_another_school_are_not_there(office, school):
    _, strange = neighbour_world()
    client = office(Role.PRINCIPAL)
    for view in ("change", "delete", "history"):
        address = path_of(school, "people.student", view, strange.student.pk)
        assert client.get(address).status_code == 404
    listed = client.get(path_of(school, "people.student", "changelist") + "?all=")
    assert "CANARI" not in listed.text
    asked = {"app_label": "people", "model_name": "guardianship", "field_name": "student", "term": ""}
    found = client.get(f"/{school.slug}/admin/autocomplete/", asked)
    assert found.json()["results"]
    assert "CANARI" not in found.text


def test_a_row_of_another_school_cannot_be_chosen(office, school, world):
    _, strange = neighbour_world()
    client = office(Role.PRINCIPAL)
    address = path_of(school, "classes.groupmembership", "add")
    group = {"group": strange.course.group_id, "student": strange.student.pk, "since": "2026-11-24"}
    answer = client.post(address, group)
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"group", "student"}


def test_nothing_of_the_admin_works_without_a_school(school, world, rf):
    request = rf.get("/")
    request.member, request.school, request.user = world.members[Role.PRINCIPAL], school, None
    with outside_any_school():
        for model, admin in school_admin._registry.items():
            with pytest.raises(NoSchoolInScope):
                list(admin.get_queryset(request))
            assert model


def test_the_operator_s_admin_holds_schools_alone(db, client, school):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get("/admin/")
    assert page.status_code == 200
    assert [model["object_name"] for app in page.context["app_list"] for model in app["models"]] == ["School"]


@pytest.mark.parametrize("rights", [{}, {"is_staff": True}, {"is_superuser": True}])
def test_the_operator_s_admin_exists_for_nobody_else(db, client, rights):
    client.force_login(UserFactory(**rights))
    assert client.get("/admin/").status_code == 404
    assert client.get("/admin/schools/school/").status_code == 404
    assert Browser().get("/admin/")["Location"].startswith("/connexion/?next=")


def test_the_operator_suspends_and_reopens_a_school(client, school, world):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    chosen = {"_selected_action": [school.pk]}
    client.post(reverse("admin:schools_school_changelist"), {"action": "suspend", **chosen})
    member = Browser()
    member.force_login(world.members[Role.PRINCIPAL].user)
    assert member.get(f"/{school.slug}/admin/").status_code == 403
    client.post(reverse("admin:schools_school_changelist"), {"action": "reopen", **chosen})
    assert member.get(f"/{school.slug}/admin/").status_code == 200


def test_the_operator_opens_a_school_at_an_address_of_its_own(client, db):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:schools_school_add")
    typed = {
        "name": "Lycée Sainte-Marie",
        "kind": "lycee",
        "status": "private",
        "time_zone": "Africa/Abidjan",
    }
    assert client.post(address, {**typed, "slug": "compte"}).status_code == 200
    assert client.post(address, {**typed, "slug": "sainte-marie"}).status_code == 302
    opened = School.objects.get(slug="sainte-marie")
    change = reverse("admin:schools_school_change", args=[opened.pk])
    client.post(change, {**typed, "slug": "ailleurs", "city": "Cocody"})
    opened.refresh_from_db()
    assert (opened.slug, opened.city) == ("sainte-marie", "Cocody"), "an address is for ever"
    assert client.get(reverse("admin:schools_school_delete", args=[opened.pk])).status_code == 403
