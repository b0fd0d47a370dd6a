"""Who is let in, by whom, and what nobody may do to a person of another school."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts import services
from apps.accounts.api import memberships
from apps.accounts.models import Member, MemberRole, Role, User
from apps.accounts.rules import CODE_IS_VALID, LETTERS
from apps.core.clock import now, today
from apps.core.models import RecordedEvent
from apps.core.tenancy import in_school
from tests.factories.accounts import LONG_AGO, MemberFactory, UserFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture
def secretary(school):
    return MemberFactory(roles=[Role.SECRETARY])


@pytest.fixture
def head(school):
    return MemberFactory(roles=[Role.PRINCIPAL])


@pytest.fixture
def next_door(db):
    return SchoolFactory()


def open_access(by, first_name="Awa", last_name="N’Guessan", role=Role.GUARDIAN):
    return services.open_access(first_name=first_name, last_name=last_name, role=role, by=by, at=now())


def facts() -> list[str]:
    return sorted(RecordedEvent.objects.values_list("name", flat=True))


def test_an_access_is_a_user_a_member_a_role_and_a_code(secretary):
    slip = open_access(secretary)
    user = slip.member.user
    assert slip.username == user.username == "awa.nguessan"
    assert (len(slip.code), set(slip.code) <= set(LETTERS)) == (8, True)
    assert user.check_password(slip.code)
    assert slip.code not in user.password
    assert user.must_change_password
    assert CODE_IS_VALID - timedelta(minutes=1) < user.code_expires_at - now() <= CODE_IS_VALID
    assert [held.role for held in slip.member.held_roles.all()] == [Role.GUARDIAN]
    assert facts() == ["accounts.AccessIssued", "accounts.RoleGiven"]


def test_the_journal_never_holds_the_code(secretary):
    slip = open_access(secretary)
    assert all(slip.code not in str(event.payload) for event in RecordedEvent.objects.all())


def test_people_of_one_name_get_different_names_to_sign_in(secretary):
    names = [open_access(secretary).username for _ in range(3)]
    assert names == ["awa.nguessan", "awa.nguessan2", "awa.nguessan3"]


@pytest.mark.parametrize(
    ("first_name", "last_name", "expected"),
    [
        ("Marie-Ange Affoué", "Koné", "marieange.kone"),
        ("", "Bamba", "bamba"),
        ("Ô", "Œuvré", "o.uvre"),
        ("", "中", "membre"),
    ],
)
def test_a_name_to_sign_in_is_typed_without_an_accent(secretary, first_name, last_name, expected):
    assert open_access(secretary, first_name, last_name).username == expected


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.SECRETARY, Role.BURSAR, Role.FOUNDER])
def test_a_secretary_gives_no_power_that_she_lacks(secretary, role):
    with pytest.raises(services.MayNotGrant):
        services.give_role(member=secretary, role=role, since=today(), by=secretary)
    with pytest.raises(services.MayNotGrant):
        open_access(secretary, role=role)


def test_the_head_gives_and_ends_any_role(head):
    member = MemberFactory(roles=[Role.TEACHER])
    held = services.give_role(member=member, role=Role.EDUCATOR, since=today(), by=head)
    assert services.give_role(member=member, role=Role.EDUCATOR, since=today(), by=head) == held
    services.end_role(held=held, until=today() - timedelta(days=1), by=head)
    assert held.until == held.since, "a role ends no sooner than it begins"
    assert facts() == ["accounts.RoleEnded", "accounts.RoleGiven"]


def test_a_lost_access_is_replaced_and_devices_are_signed_out(secretary, client):
    slip = open_access(secretary)
    client.force_login(slip.member.user)
    again = services.reset_access(member=slip.member, by=secretary, at=now())
    user = User.objects.get(pk=slip.member.user_id)
    assert not user.check_password(slip.code)
    assert user.check_password(again.code)
    assert client.get("/compte/")["Location"].startswith("/connexion/")


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.SECRETARY, Role.EDUCATOR])
def test_a_secretary_takes_nobody_s_place(secretary, role):
    colleague = MemberFactory(roles=[role, Role.GUARDIAN])
    before = colleague.user.password
    with pytest.raises(services.MayNotGrant):
        services.reset_access(member=colleague, by=secretary, at=now())
    colleague.user.refresh_from_db()
    assert colleague.user.password == before


@pytest.mark.parametrize("by", [Role.SECRETARY, Role.PRINCIPAL])
def test_one_school_never_resets_a_person_of_another(school, next_door, by):
    person = MemberFactory(roles=[Role.GUARDIAN])
    with in_school(next_door.pk):
        MemberFactory(user=person.user, roles=[Role.GUARDIAN])
    with pytest.raises(services.BelongsElsewhere):
        services.reset_access(member=person, by=MemberFactory(roles=[by]), at=now())


def test_a_role_that_is_to_begin_next_door_counts(secretary, next_door):
    person = MemberFactory(roles=[Role.GUARDIAN])
    with in_school(next_door.pk):
        member = Member.objects.create(user=person.user)
        MemberRole.objects.create(member=member, role=Role.TEACHER, since=today() + timedelta(days=7))
    with pytest.raises(services.BelongsElsewhere):
        services.reset_access(member=person, by=secretary, at=now())


def test_whoever_left_the_other_school_may_be_reset(secretary, next_door):
    person = MemberFactory(roles=[Role.GUARDIAN])
    with in_school(next_door.pk):
        member = Member.objects.create(user=person.user)
        MemberRole.objects.create(member=member, role=Role.GUARDIAN, since=LONG_AGO, until=date(2024, 7, 1))
    assert services.reset_access(member=person, by=secretary, at=now()).code


def test_no_school_resets_the_operator(head):
    operator = MemberFactory(user=UserFactory(is_staff=True, is_superuser=True), roles=[Role.GUARDIAN])
    with pytest.raises(services.BelongsElsewhere):
        services.reset_access(member=operator, by=head, at=now())


def test_someone_who_signs_in_elsewhere_joins_by_her_exact_name_and_keeps_her_password(secretary, next_door):
    with in_school(next_door.pk):
        ama = UserFactory(username="ama.kone", password="akwaba-2026")
        MemberFactory(user=ama, roles=[Role.TEACHER])
    member = services.join(username=" Ama.Kone", role=Role.TEACHER, by=secretary, since=today())
    assert member.user == ama
    assert User.objects.get(username="ama.kone").check_password("akwaba-2026")
    assert not member.user.must_change_password


@pytest.mark.parametrize("name", ["+2250748213690", "0748213690", "ama@exemple.ci", "inconnue"])
def test_nobody_joins_by_a_phone_number_or_an_email(secretary, name):
    UserFactory(username="ama.kone", phone="+2250748213690", email="ama@exemple.ci")
    with pytest.raises(services.Unknown):
        services.join(username=name, role=Role.GUARDIAN, by=secretary, since=today())


def test_the_operator_resets_anyone_and_each_school_reads_it(school, next_door):
    person = MemberFactory(user=UserFactory(username="deux.ecoles"), roles=[Role.GUARDIAN])
    with in_school(next_door.pk):
        MemberFactory(user=person.user, roles=[Role.TEACHER])
    said = StringIO()
    call_command("reset_access", "deux.ecoles", stdout=said)
    person.user.refresh_from_db()
    assert person.user.check_password(said.getvalue().split()[-1])
    assert facts() == ["accounts.AccessIssued"]
    with in_school(next_door.pk):
        assert facts() == ["accounts.AccessIssued"]


def test_the_operator_is_told_of_an_unknown_name(db):
    with pytest.raises(CommandError, match="inconnue"):
        call_command("reset_access", "inconnue")


def test_memberships_list_a_person_s_schools_with_the_roles_of_the_day(school, next_door, count_queries):
    here = MemberFactory(roles=[Role.TEACHER, Role.GUARDIAN])
    MemberRole.objects.create(member=here, role=Role.EDUCATOR, since=LONG_AGO, until=date(2024, 7, 1))
    with in_school(next_door.pk):
        there = MemberFactory(user=here.user, roles=[Role.GUARDIAN])
        MemberFactory()
    found = memberships(here.user, today())
    assert {(one.school, one.member, one.roles) for one in found} == {
        (school, here, frozenset({Role.TEACHER, Role.GUARDIAN})),
        (next_door, there, frozenset({Role.GUARDIAN})),
    }
    assert all(one.member.holds(Role.GUARDIAN) for one in found)
    assert Member.objects.get() == here, "the scope is what it was"
    assert count_queries(memberships, here.user, today()) == 3


def test_whoever_has_several_schools_chooses(school, next_door, client):
    person = MemberFactory(roles=[Role.TEACHER])
    with in_school(next_door.pk):
        MemberFactory(user=person.user, roles=[Role.GUARDIAN])
    client.force_login(person.user)
    page = client.get("/etablissements/").text
    assert f'href="/{school.slug}/"' in page
    assert f'href="/{next_door.slug}/"' in page


def test_the_only_school_opens_at_once(school, client):
    client.force_login(MemberFactory().user)
    assert client.get("/etablissements/")["Location"] == f"/{school.slug}/"


def test_whoever_is_known_nowhere_is_told_so(db, client):
    client.force_login(UserFactory())
    assert "Aucun établissement" in client.get("/etablissements/").text
