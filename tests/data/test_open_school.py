"""`manage.py open_school`: a school that can begin to work, or a clear refusal and nothing at all."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Member, Role, User
from apps.classes.models import Level, Term
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.notifications.models import Alert, AlertRule, Rung
from apps.schools.models import School, SchoolYear
from tests.factories.accounts import UserFactory
from tests.factories.schools import SchoolFactory


def open_school(slug="sainte-rose", name="Collège Sainte-Rose", head="Mme Ahou Kouadio", **options) -> str:
    said = StringIO()
    call_command("open_school", slug, name, head=head, stdout=said, **options)
    return said.getvalue()


def test_a_school_opens_with_its_year_and_its_head(db):
    said = open_school(kind="lycee", phone="07 07 12 34 56", year="2026-2027")
    school = School.objects.get(slug="sainte-rose")
    assert school.kind == "lycee"
    with in_school(school.pk):
        head = Member.objects.with_roles(today()).get()
        assert head.roles == {Role.PRINCIPAL}
        assert str(head) == "Mme Kouadio"
        assert SchoolYear.objects.get().name == "2026-2027"
        assert Term.objects.count() == 3
        assert Level.objects.filter(code="Tle").exists()
        assert set(AlertRule.objects.values_list("kind", flat=True)) == set(Alert.Kind.values)
        assert {rung.channel for rung in Rung.objects.order_by("pk")} == {"sms"}
    user = User.objects.get()
    assert (user.username, user.phone) == ("ahou.kouadio", "+2250707123456")
    assert user.must_change_password
    assert user.code_expires_at > now()
    assert "ahou.kouadio" in said
    code = re.search(r"30 jours\) : (\w+)", said)[1]
    assert user.check_password(code)


def test_the_head_signs_in_and_chooses_a_password(db, client):
    said = open_school()
    code = re.search(r"30 jours\) : (\w+)", said)[1]
    client.post("/connexion/", {"login": "ahou.kouadio", "password": code})
    assert client.get("/sainte-rose/").status_code == 302


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"slug": "connexion"}, "adresse du portail"),
        ({"slug": "Sainte Rose"}, "adresse : .*lettres"),
        ({"slug": "deja-la"}, "existe déjà"),
        ({"name": ""}, "nom : .*vide"),
        ({"kind": "maternelle"}, "maternelle"),
        ({"head": "Mme Kouadio"}, "un prénom et un nom"),
        ({"head": ""}, "un prénom et un nom"),
        ({"phone": "07123456"}, "dix chiffres"),
        ({"phone": "27 22 44 10 36"}, "mobile"),
        ({"phone": "07 07 00 00 01"}, "déjà avec ce numéro"),
        ({"year": "1999-2000"}, "2026-2027"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(db, options, said):
    SchoolFactory(slug="deja-la")
    UserFactory(phone="+2250707000001")
    with pytest.raises(CommandError, match=said):
        open_school(**options)
    assert School.objects.count() == 1
    assert User.objects.count() == 1
