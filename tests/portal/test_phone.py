"""Giving one's number, as people do it: at the first sign-in, or later from the account."""

import pytest
from bs4 import BeautifulSoup

from apps.accounts import services
from apps.accounts.models import Member, PhoneProof, Role, User
from apps.accounts.rules import MOST_CODES, MOST_TRIES, SAME_REQUEST
from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.people.models import Guardian
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.people import GuardianFactory, StaffProfileFactory
from tests.factories.schools import SchoolFactory

PHONE, CODE, ACCOUNT = "/compte/telephone/", "/compte/telephone/code/", "/compte/"
TYPED, NUMBER = "07 48 21 36 90", "+2250748213690"


@pytest.fixture
def fatou(school):
    member = MemberFactory(user=UserFactory(password="akwaba-2026"), roles=[Role.GUARDIAN])
    GuardianFactory(member=member, phone=NUMBER)
    return member.user


@pytest.fixture
def signed_in(client, fatou):
    client.force_login(fatou)
    return client


def code_sent_to(user) -> str:
    return services.code_of(PhoneProof.objects.filter(user=user).order_by("-pk").first())


def test_the_slip_then_a_password_then_a_number_and_she_goes_on(client, fatou, school):
    member, head = Member.objects.get(user=fatou), MemberFactory(roles=[Role.PRINCIPAL])
    slip = services.reset_access(member=member, by=head, at=now())
    client.post("/connexion/", {"login": slip.username, "password": slip.code})
    first = client.get("/famille/")["Location"]
    answer = client.post(first, {"password": "tout-neuf-1", "again": "tout-neuf-1"})
    assert answer["Location"] == f"{PHONE}?next=%2Ffamille%2F"
    page = client.get(answer["Location"])
    assert f'value="{TYPED}"' in page.text, "the number in her file is offered"
    assert 'href="/famille/"' in page.text, "she may do it later"
    answer = client.post(answer["Location"], {"phone": TYPED})
    assert answer["Location"] == f"{CODE}?next=%2Ffamille%2F"
    assert client.get(answer["Location"]).status_code == 200
    answer = client.post(answer["Location"], {"code": code_sent_to(fatou)})
    assert answer["Location"] == "/famille/"
    assert f"vous connecter avec le {TYPED}" in client.get("/famille/").text
    client.post("/deconnexion/")
    signed = client.post("/connexion/", {"login": "+225 0748213690", "password": "tout-neuf-1"})
    assert signed.status_code == 302
    assert client.session["_auth_user_id"] == str(fatou.pk)


def test_whoever_has_a_number_is_not_asked_for_one(client, fatou):
    fatou.phone, fatou.must_change_password = NUMBER, True
    fatou.save()
    client.force_login(fatou)
    answer = client.post("/compte/mot-de-passe/", {"password": "tout-neuf-1", "again": "tout-neuf-1"})
    assert answer["Location"] == "/"


def test_the_account_leads_there_and_back(signed_in, fatou):
    assert f'href="{PHONE}"' in signed_in.get(ACCOUNT).text
    assert f'href="{ACCOUNT}"' in signed_in.get(PHONE).text
    assert signed_in.post(PHONE, {"phone": TYPED})["Location"] == CODE
    assert signed_in.post(CODE, {"code": code_sent_to(fatou)})["Location"] == ACCOUNT
    assert TYPED in signed_in.get(ACCOUNT).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("27 22 44 55 66", "numéro fixe"),
        ("07 48 21", "dix chiffres"),
        ("+33 6 12 34 56 78", "dix chiffres"),
        ("", "obligatoire"),
    ],
)
def test_what_is_no_mobile_is_said_beside_the_field_and_stays(signed_in, typed, said):
    answer = signed_in.post(PHONE, {"phone": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text or not typed
    assert not PhoneProof.objects.exists()


def test_a_code_may_be_typed_with_a_space(signed_in, fatou):
    signed_in.post(PHONE, {"phone": TYPED})
    code = code_sent_to(fatou)
    assert signed_in.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_a_wrong_code_is_said_and_the_fifth_ends_it(signed_in, fatou):
    signed_in.post(PHONE, {"phone": TYPED})
    wrong = "000000" if code_sent_to(fatou) != "000000" else "111111"
    for _ in range(MOST_TRIES):
        answer = signed_in.post(CODE, {"code": wrong})
        assert answer.status_code == 422
        assert "pas le code du SMS" in answer.text
    assert signed_in.post(CODE, {"code": code_sent_to(fatou)})["Location"] == PHONE
    assert "Aucun code n’est attendu" in signed_in.get(PHONE).text


@pytest.mark.parametrize("typed", ["12345", "abcdef", "1234567", "١٢٣٤٥٦", ""])
def test_what_is_no_code_costs_no_try(signed_in, typed):
    signed_in.post(PHONE, {"phone": TYPED})
    assert signed_in.post(CODE, {"code": typed}).status_code == 422
    assert PhoneProof.objects.get().tries == 0


def test_a_code_is_sent_three_times_an_hour(signed_in):
    for _ in range(MOST_CODES):
        assert signed_in.post(PHONE, {"phone": TYPED}).status_code == 302
        PhoneProof.objects.update(asked_at=now() - 2 * SAME_REQUEST)
    answer = signed_in.post(PHONE, {"phone": TYPED})
    assert answer.status_code == 422
    assert "Trois codes" in answer.text
    assert f'value="{TYPED}"' in answer.text


def test_sending_again_needs_no_script(signed_in):
    signed_in.post(PHONE, {"phone": TYPED})
    page = BeautifulSoup(signed_in.get(f"{CODE}?next=/famille/").content, "html.parser")
    again = page.select_one("form[action]")
    assert again["action"] == f"{PHONE}?next=%2Ffamille%2F"
    assert again.select_one("[name=phone]")["value"] == TYPED


def test_a_number_of_somebody_else_is_refused_without_saying_whose(signed_in, fatou):
    owner = UserFactory(phone=NUMBER, first_name="Mariam", last_name="Secrète")
    assert signed_in.post(PHONE, {"phone": TYPED}).status_code == 302, "asking tells nothing"
    assert signed_in.post(CODE, {"code": code_sent_to(fatou)})["Location"] == PHONE
    page = signed_in.get(PHONE).text
    assert "sert déjà à quelqu’un" in page
    assert owner.last_name not in page
    assert User.objects.get(phone=NUMBER) == owner


def test_nobody_is_sent_to_another_site(signed_in, fatou):
    signed_in.post(PHONE, {"phone": TYPED})
    answer = signed_in.post(f"{CODE}?next=//ailleurs.example/", {"code": code_sent_to(fatou)})
    assert answer["Location"] == ACCOUNT


def test_without_a_code_on_its_way_one_is_asked_for(signed_in):
    assert signed_in.get(CODE)["Location"] == PHONE


def test_a_refused_number_is_said_so(signed_in):
    signed_in.post(PHONE, {"phone": TYPED})
    PhoneProof.objects.update(state=PhoneProof.State.REFUSED)
    assert "n’a pas accepté" in signed_in.get(CODE).text


def test_redis_away_the_code_waits_for_the_sweep(signed_in, settings):
    settings.RQ_REDIS_URL = "unix:///nowhere/redis.sock"
    assert signed_in.post(PHONE, {"phone": TYPED})["Location"] == CODE
    assert PhoneProof.objects.unsent(now()).exists()


def test_a_teacher_is_offered_the_number_of_his_file_in_whichever_school(client, school):
    person = MemberFactory(roles=[Role.TEACHER]).user
    with in_school(SchoolFactory().pk):
        StaffProfileFactory(member=MemberFactory(user=person, roles=[Role.TEACHER]), phone=NUMBER)
    client.force_login(person)
    assert f'value="{TYPED}"' in client.get(PHONE).text


def test_no_fixed_line_is_offered(client, fatou, school):
    Guardian.objects.update(phone="+2252722445566")
    client.force_login(fatou)
    assert "27 22" not in client.get(PHONE).text
