"""What the secretary does in a day, as her browser sends it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from apps.accounts.models import Member, MemberRole, OfficeAction, Role, User
from apps.classes.models import ClassTerm, Enrolment, GroupMembership, SubjectPlan, TeachingGroup, Term
from apps.core.clock import today
from apps.core.models import Reaction, RecordedEvent
from apps.core.tenancy import in_school
from apps.people.models import Guardian, Guardianship, Student
from tests.admin.test_registry import errors_of, fields_of, path_of
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.classes import ClassGroupFactory
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.schools import SchoolFactory


@pytest.fixture
def secretary(office):
    return office(Role.SECRETARY)


def act(client, school, label: str, action: str, rows, **more):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(path_of(school, label, "changelist"), chosen)


def codes(page) -> list[tuple[str, str]]:
    """The names and codes printed on the slips."""
    slips = BeautifulSoup(page.content, "html.parser").select("article")
    return [tuple(code.text.strip() for code in slip.select("code")) for slip in slips]


def test_a_pupil_is_enrolled_with_her_mother_on_one_screen(secretary, school, world):
    address = path_of(school, "people.student", "add")
    typed = fields_of(secretary.get(address)) | {
        "last_name": "N’Guessan",
        "first_name": "Marie-Ange",
        "sex": "F",
        "national_id": "21434391t",
        "in_class": world.class_group.pk,
        "in_class_since": "2026-09-07",
        "guardianships-0-last_name": "Koné",
        "guardianships-0-first_name": "Mariam",
        "guardianships-0-phone": "07 48 21 36 90",
        "guardianships-0-relation": "mother",
    }
    answer = secretary.post(address, typed)
    assert answer.status_code == 302, errors_of(answer)
    student = Student.objects.get(national_id="21434391T")
    assert Enrolment.objects.get(student=student).class_group == world.class_group
    link = Guardianship.objects.select_related("guardian").get(student=student)
    assert (link.guardian.last_name, link.guardian.phone, link.relation) == (
        "Koné",
        "+2250748213690",
        "mother",
    )
    assert link.since == today()
    assert RecordedEvent.objects.filter(name="classes.StudentEnrolled").count() == 1
    assert OfficeAction.objects.filter(model="people.student", object_id=student.pk, kind="added").exists()


def test_a_mother_who_is_known_is_found_not_typed_again(secretary, school, world):
    mother = GuardianFactory(last_name="Koné")
    address = path_of(school, "people.student", "add")
    names = {"last_name": "Bamba", "first_name": "Issa", "sex": "M"}
    typed = fields_of(secretary.get(address)) | names | {"guardianships-0-guardian": mother.pk}
    assert secretary.post(address, typed).status_code == 302
    assert Guardianship.objects.get(guardian=mother).student == Student.objects.get(last_name="Bamba")


def test_a_responsable_is_either_known_or_new(secretary, school, world):
    address = path_of(school, "people.student", "add")
    both = {"guardianships-0-guardian": GuardianFactory().pk, "guardianships-0-last_name": "Koné"}
    names = {"last_name": "Bamba", "first_name": "Issa", "sex": "M"}
    answer = secretary.post(address, fields_of(secretary.get(address)) | names | both)
    assert answer.status_code == 200
    assert not Student.objects.filter(last_name="Bamba").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("national_id", "123"),
        ("in_class_since", ""),
        ("guardianships-0-phone", "12"),
        ("born_on", "31/02/2012"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(secretary, school, world, field, value):
    address = path_of(school, "people.student", "add")
    typed = fields_of(secretary.get(address)) | {
        "last_name": "Bamba",
        "first_name": "Issa",
        "sex": "M",
        "in_class": world.class_group.pk,
        "guardianships-0-last_name": "Koné",
        field: value,
    }
    answer = secretary.post(address, typed)
    assert answer.status_code == 200
    assert any(errors_of(answer))
    assert not Student.objects.filter(last_name="Bamba").exists()


def test_a_matricule_of_this_school_is_said_to_be_taken(secretary, school, world):
    Student.objects.filter(pk=world.student.pk).update(national_id="21434391T")
    address = path_of(school, "people.student", "add")
    typed = {"last_name": "B", "first_name": "I", "sex": "M", "national_id": "21434391T"}
    answer = secretary.post(address, fields_of(secretary.get(address)) | typed)
    assert answer.status_code == 200
    assert errors_of(answer)[0]


def move(client, school, student, **typed):
    address = path_of(school, "people.student", "change", student.pk)
    return client.post(address, fields_of(client.get(address)) | typed)


def test_a_pupil_changes_class_and_the_old_one_ends_the_day_before(secretary, school, world):
    other = ClassGroupFactory(year=world.class_group.year)
    assert (
        move(secretary, school, world.student, in_class=other.pk, in_class_since="2026-10-19").status_code
        == 302
    )
    rows = Enrolment.objects.filter(student=world.student).order_by("since")
    assert [(row.class_group_id, row.until) for row in rows] == [
        (world.class_group.pk, date(2026, 10, 18)),
        (other.pk, None),
    ]


def test_a_move_before_she_came_is_refused(secretary, school, world):
    other = ClassGroupFactory(year=world.class_group.year)
    answer = move(secretary, school, world.student, in_class=other.pk, in_class_since="2026-09-01")
    assert answer.status_code == 200
    assert errors_of(answer)[0].keys() == {"in_class_since"}


def test_a_pupil_leaves_and_her_groups_end_with_her(secretary, school, world):
    assert move(secretary, school, world.student, leaves_on="2026-11-20").status_code == 302
    assert Enrolment.objects.get(student=world.student).until == date(2026, 11, 20)
    assert GroupMembership.objects.get(student=world.student).until == date(2026, 11, 20)
    left = RecordedEvent.objects.get(name="classes.StudentLeft")
    assert left.payload["student_id"] == world.student.pk


def test_pupils_are_found_without_accents_and_by_class(secretary, school, world):
    Student.objects.filter(pk=world.student.pk).update(last_name="Koné", sort_key="kone aya")
    listed = path_of(school, "people.student", "changelist")
    for search in ("KONÉ", "kone", "koné aya"):
        assert secretary.get(listed, {"q": search}).context["cl"].result_count == 1
    assert secretary.get(listed, {"classe": world.class_group.pk}).context["cl"].result_count == 2
    assert secretary.get(listed, {"classe": "aucune"}).context["cl"].result_count == 0


def test_responsables_are_found_by_the_number_that_they_say(secretary, school, world):
    GuardianFactory(phone="+2250748213690", last_name="Trouvée")
    found = secretary.get(path_of(school, "people.guardian", "changelist"), {"q": "07 48 21"})
    assert "Trouvée" in found.text
    assert "07 48 21 36 90" in found.text


def test_slips_are_asked_for_then_printed_once(secretary, school, world):
    people = [GuardianFactory(last_name="Koné"), GuardianFactory(last_name="Bamba")]
    GuardianshipFactory(guardian=people[0], student=world.student)
    asked = act(secretary, school, "people.guardian", "hand_out_access", people)
    assert "Nouvel accès : 2" in asked.text
    assert User.objects.filter(username__contains="kone").count() == 0
    printed = act(secretary, school, "people.guardian", "hand_out_access", people, confirmed="yes")
    assert "no-store" in printed["Cache-Control"]
    assert f"responsable de : {world.student}" in printed.text
    (name, code), (_, _) = sorted(codes(printed), reverse=True)
    assert User.objects.get(username=name).check_password(code)
    assert Guardian.objects.get(pk=people[0].pk).member.held_roles.get().role == Role.GUARDIAN
    assert OfficeAction.objects.filter(kind="done", detail="fiche d’accès imprimée").count() == 2
    assert not OfficeAction.objects.filter(detail__contains=code).exists()


def test_the_slips_of_a_class_go_to_its_responsables_who_never_came_in(secretary, school, world):
    pupils = list(Student.objects.filter(pk__in=Enrolment.objects.values("student")))
    asked = act(secretary, school, "people.student", "hand_out_to_guardians", pupils)
    assert "Nouvel accès : 1" in asked.text
    assert "Nouveau code" not in asked.text, "whoever chose a password keeps it"
    printed = act(secretary, school, "people.student", "hand_out_to_guardians", pupils, confirmed="yes")
    again = act(secretary, school, "people.student", "hand_out_to_guardians", pupils, confirmed="yes")
    [(name, code)], [(same, other)] = codes(printed), codes(again)
    assert (name, code != other) == (same, True), "a lost slip is printed again"


def test_a_slip_lets_its_bearer_in(secretary, school, client):
    guardian = GuardianFactory(first_name="Mariam", last_name="Koné")
    printed = act(secretary, school, "people.guardian", "hand_out_access", [guardian], confirmed="yes")
    [(name, code)] = codes(printed)
    client.logout()
    client.post("/connexion/", {"login": name, "password": code})
    answer = client.post("/compte/mot-de-passe/", {"password": "akwaba-26", "again": "akwaba-26"})
    assert answer["Location"] == "/compte/telephone/?next=%2F"
    assert client.get("/etablissements/")["Location"] == f"/{school.slug}/"


def test_who_belongs_to_another_school_gets_no_slip_and_the_page_says_what_to_do(secretary, school, world):
    with in_school(SchoolFactory().pk):
        MemberFactory(user=world.members[Role.GUARDIAN].user, roles=[Role.GUARDIAN])
    before = world.members[Role.GUARDIAN].user.password
    printed = act(secretary, school, "people.guardian", "hand_out_access", [world.guardian], confirmed="yes")
    assert codes(printed) == []
    assert "autre établissement" in printed.text
    assert "exploitant" in printed.text
    assert User.objects.get(pk=world.members[Role.GUARDIAN].user_id).password == before


def test_the_secretary_cannot_print_the_heads_slip(secretary, school, world):
    printed = act(
        secretary,
        school,
        "accounts.member",
        "hand_out_access",
        [world.members[Role.PRINCIPAL]],
        confirmed="yes",
    )
    assert codes(printed) == []
    assert "chef d’établissement" in printed.text


@pytest.mark.parametrize("role", [Role.EDUCATOR, Role.BURSAR])
def test_others_of_the_office_hand_out_nothing(office, school, world, role):
    before = User.objects.count()
    act(office(role), school, "people.guardian", "hand_out_access", [GuardianFactory()], confirmed="yes")
    assert User.objects.count() == before


def test_a_colleague_is_entered_and_her_slip_comes_out(office, school, world):
    client = office(Role.PRINCIPAL)
    address = path_of(school, "accounts.member", "add")
    typed = {
        "civility": "Mme",
        "last_name": "Diop",
        "first_name": "Aminata",
        "role": "teacher",
        "username": "",
    }
    [(name, code)] = codes(client.post(address, typed))
    user = User.objects.get(username=name)
    assert (name, str(user), user.check_password(code)) == ("aminata.diop", "Mme Diop", True)
    assert Member.objects.get(user=user).held_roles.get().role == Role.TEACHER


def test_a_colleague_of_two_schools_joins_by_her_own_name(secretary, school, world):
    with in_school(SchoolFactory().pk):
        MemberFactory(user=UserFactory(username="aminata.diop"), roles=[Role.TEACHER])
    address = path_of(school, "accounts.member", "add")
    assert secretary.post(address, {"role": "teacher", "username": "aminata.diop"}).status_code == 302
    assert Member.objects.filter(user__username="aminata.diop").exists()
    answer = secretary.post(address, {"role": "teacher", "username": "inconnue"})
    assert answer.context["adminform"].form.errors.keys() == {"username"}


def test_a_parent_of_two_schools_joins_by_her_own_name(secretary, school, world):
    with in_school(SchoolFactory().pk):
        known = MemberFactory(user=UserFactory(username="mariam.kone"), roles=[Role.GUARDIAN])
    guardian = GuardianFactory()
    address = path_of(school, "people.guardian", "change", guardian.pk)
    typed = fields_of(secretary.get(address)) | {"username": "mariam.kone"}
    assert secretary.post(address, typed).status_code == 302
    guardian.refresh_from_db()
    assert guardian.member.user == known.user


def roles_of(client, school, member, **typed):
    address = path_of(school, "accounts.member", "change", member.pk)
    return client.post(address, fields_of(client.get(address)) | typed)


def test_the_head_ends_a_role_and_gives_another(office, school, world):
    client, teacher = office(Role.PRINCIPAL), world.members[Role.TEACHER]
    yesterday = today() - timedelta(days=1)
    answer = roles_of(
        client,
        school,
        teacher,
        **{
            "held_roles-0-until": str(yesterday),
            "held_roles-TOTAL_FORMS": "2",
            "held_roles-1-role": "educator",
            "held_roles-1-since": str(today()),
            "held_roles-1-member": teacher.pk,
        },
    )
    assert answer.status_code == 302, errors_of(answer)
    held = MemberRole.objects.held(today()).filter(member=teacher)
    assert [row.role for row in held] == [Role.EDUCATOR]
    facts = RecordedEvent.objects.filter(name__startswith="accounts.Role").values_list("name", flat=True)
    assert sorted(facts) == ["accounts.RoleEnded", "accounts.RoleGiven"]


def test_the_secretary_makes_nobody_a_head_not_even_herself(secretary, school, world):
    me = world.members[Role.SECRETARY]
    typed = {
        "held_roles-TOTAL_FORMS": "2",
        "held_roles-1-role": "principal",
        "held_roles-1-since": str(today()),
    }
    answer = roles_of(secretary, school, me, **typed, **{"held_roles-1-member": me.pk})
    assert answer.status_code == 200
    assert "chef d’établissement" in str(errors_of(answer))
    assert not MemberRole.objects.filter(member=me, role=Role.PRINCIPAL).exists()


def test_a_misspelt_name_is_corrected_everywhere(secretary, school, world):
    assert roles_of(secretary, school, world.members[Role.TEACHER], last_name="Diop").status_code == 302
    assert User.objects.get(pk=world.members[Role.TEACHER].user_id).last_name == "Diop"
    move(secretary, school, world.student, last_name="Koné")
    assert User.objects.get(pk=world.members[Role.STUDENT].user_id).last_name == "Koné"


def test_the_name_of_a_person_of_two_schools_is_not_changed_by_one(secretary, school, world):
    with in_school(SchoolFactory().pk):
        MemberFactory(user=world.members[Role.TEACHER].user, roles=[Role.TEACHER])
    roles_of(secretary, school, world.members[Role.TEACHER], last_name="Diop")
    assert User.objects.get(pk=world.members[Role.TEACHER].user_id).last_name != "Diop"


def test_no_page_lists_those_who_sign_in(office, school, world):
    """Users are shared by all schools: no form offers them."""
    with in_school(SchoolFactory().pk):
        MemberFactory(user=UserFactory(last_name="CANARI", username="canari"))
    client = office(Role.PRINCIPAL)
    for view, args in [("add", ()), ("change", (world.members[Role.TEACHER].pk,)), ("changelist", ())]:
        assert "canari" not in client.get(path_of(school, "accounts.member", view, *args)).text.lower()


def test_a_class_comes_with_its_group_and_its_terms(secretary, school, world):
    year, level = world.class_group.year, world.class_group.level
    typed = {"name": "5e 9", "level": level.pk, "year": year.pk, "calendar": world.class_group.calendar_id}
    address = path_of(school, "classes.classgroup", "add")
    answer = secretary.post(address, fields_of(secretary.get(address)) | typed)
    assert answer.status_code == 302, errors_of(answer)
    made = TeachingGroup.objects.get(name="5e 9").class_group
    assert (
        ClassTerm.objects.filter(class_group=made).count()
        == Term.objects.filter(calendar=world.class_group.calendar_id).count()
    )


def test_a_new_term_reaches_the_classes_of_its_calendar(secretary, school, world):
    address = path_of(school, "classes.calendar", "change", world.class_group.calendar_id)
    typed = fields_of(secretary.get(address)) | {
        "terms-TOTAL_FORMS": "2",
        "terms-1-number": "2",
        "terms-1-name": "Trimestre 2",
        "terms-1-starts_on": "2026-12-07",
        "terms-1-ends_on": "2027-03-19",
        "terms-1-calendar": world.class_group.calendar_id,
    }
    answer = secretary.post(address, typed)
    assert answer.status_code == 302, errors_of(answer)
    assert ClassTerm.objects.filter(class_group=world.class_group, term__number=2).exists()


def test_coefficients_are_changed_in_their_list(office, school, world):
    client = office(Role.DIRECTOR_OF_STUDIES)
    listed = path_of(school, "classes.subjectplan", "changelist")
    formset = client.get(listed).context["cl"].formset
    typed = {"_save": "1"}
    for form in [formset.management_form, *formset.forms]:
        typed |= {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    typed["form-0-coefficient"] = "7"
    assert client.post(listed, typed).status_code == 302
    assert SubjectPlan.objects.filter(coefficient=7).count() == 1


def test_what_is_stuck_is_released(office, school, world):
    stuck = list(Reaction.objects.filter(state=Reaction.State.PARKED))
    act(office(Role.SECRETARY), school, "core.reaction", "release", stuck)
    assert not Reaction.objects.filter(state=Reaction.State.PARKED).exists()


def test_the_history_of_a_row_names_who_changed_it_and_how(secretary, school, world):
    move(secretary, school, world.student, first_name="Awa")
    page = secretary.get(path_of(school, "people.student", "history", world.student.pk)).text
    assert str(world.members[Role.SECRETARY]) in page
    assert "prénoms" in page.lower()
    enrolment = Enrolment.objects.get(student=world.student)
    move(secretary, school, world.student, leaves_on="2026-11-20")
    kept = secretary.get(path_of(school, "classes.enrolment", "history", enrolment.pk)).text
    assert "création" in kept
    assert "jusqu’au : – → 2026-11-20" in kept


def test_recent_acts_are_the_schools_own(office, school, world):
    neighbour = SchoolFactory()
    with in_school(neighbour.pk):
        other = MemberFactory(user=world.members[Role.PRINCIPAL].user, roles=[Role.PRINCIPAL])
        OfficeAction.objects.create(
            member=other, kind="changed", model="people.student", object_id=1, object_name="CANARI",
            done_at="2026-11-24T10:00Z",
        )  # fmt: skip
    page = office(Role.PRINCIPAL).get(f"/{school.slug}/admin/").text
    assert "Derniers actes" in page
    assert "CANARI" not in page


def test_a_doubled_code_is_said_not_crashed_upon(office, school, world):
    client = office(Role.PRINCIPAL)
    address = path_of(school, "classes.level", "add")
    answer = client.post(address, {"code": world.class_group.level.code, "name": "Encore", "position": "1"})
    assert answer.status_code == 200
    assert errors_of(answer)[0]
