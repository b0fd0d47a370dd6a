"""Coming in and going out, as people do it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import override_settings

from apps.accounts.adapter import WRONG
from apps.accounts.hashers import Argon2idHasher
from apps.accounts.limits import PER_ACCOUNT
from apps.accounts.models import Role, User
from apps.core.clock import now
from tests.conftest import Browser
from tests.factories.accounts import MemberFactory, UserFactory

PASSWORD = "akwaba-2026"
SIGN_IN, HOME = "/connexion/", "/"


@pytest.fixture
def fatou(db):
    """Somebody with all three names, hers alone in Redis, which outlives a test."""
    name = f"fatou{uuid4().hex[:10]}"
    return UserFactory(
        username=name,
        email=f"{name}@exemple.ci",
        phone="+2250748213690",
        first_name="Fatou",
        password=PASSWORD,
    )


@pytest.fixture(autouse=True)
def patience(settings):
    """Counts are kept even on a busy machine, where 0.2 s may be short."""
    options = {**settings.CACHES["default"]["OPTIONS"], "SOCKET_CONNECT_TIMEOUT": 5, "SOCKET_TIMEOUT": 5}
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": options}}


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "typed",
    ["07 48 21 36 90", "0748213690", "+225 0748213690", "{0.username}", "{0.email}", " {0.username} "],
)
def test_one_field_reads_a_phone_a_name_or_an_email(client, fatou, typed):
    answer = sign_in(client, typed.format(fatou))
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert client.session["_auth_user_id"] == str(fatou.pk)


def test_names_may_be_typed_in_capitals(client, fatou):
    assert sign_in(client, fatou.username.upper()).status_code == 302


def test_a_wrong_password_is_told_beside_the_form_and_what_was_typed_stays(client, fatou):
    answer = sign_in(client, fatou.username, "autre")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert f'value="{fatou.username}"' in answer.text
    assert "autre" not in answer.text


@pytest.mark.parametrize("unknown", ["0799999999", "personne", "personne@exemple.ci"])
def test_unknown_people_are_told_the_same(client, fatou, unknown):
    assert WRONG in sign_in(client, unknown).text


def test_an_account_that_was_closed_answers_as_a_wrong_password(client, fatou):
    fatou.is_active = False
    fatou.save()
    answer = sign_in(client, fatou.username)
    assert answer.status_code == 422
    assert WRONG in answer.text


@pytest.mark.parametrize("kind", ["phone", "username", "email"])
def test_known_and_unknown_people_cost_one_hash_each(client, fatou, kind, monkeypatch):
    hashed = []
    hasher = hashers.get_hasher()
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda *args: hashed.append(1) or encode(*args))

    def cost(login: str) -> int:
        hashed.clear()
        assert sign_in(client, login, "autre").status_code == 422
        return len(hashed)

    unknown = {"phone": "0799999999", "username": "inconnue", "email": "inconnue@exemple.ci"}
    assert cost(getattr(fatou, kind)) == cost(unknown[kind]) == 1


def test_passwords_cost_19_mib_two_passes_and_one_lane():
    stored = Argon2idHasher().encode("akwaba", "selselselsel")
    assert stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@override_settings(PASSWORD_HASHERS=["apps.accounts.hashers.Argon2idHasher"])
def test_the_real_hasher_opens_the_door(client, fatou):
    fatou.set_password(PASSWORD)
    fatou.save()
    assert fatou.password.startswith("argon2$argon2id")
    assert sign_in(client, fatou.username).status_code == 302


def test_an_account_is_tried_eight_times_in_five_minutes_whatever_name_is_used(client, fatou):
    names = [fatou.username, fatou.email, "0748213690"]
    for attempt in range(PER_ACCOUNT):
        assert WRONG in sign_in(client, names[attempt % 3], "autre").text
    for name in names:
        assert "Trop d’essais" in sign_in(client, name).text


def test_a_whole_school_signs_in_from_one_address(client, fatou):
    for _ in range(PER_ACCOUNT * 2):
        assert sign_in(Browser(), fatou.username).status_code == 302


def test_a_neighbour_is_not_stopped_by_the_failures_of_another(client, fatou):
    for _ in range(PER_ACCOUNT + 1):
        sign_in(client, f"autre{fatou.username}", "autre")
    assert sign_in(client, fatou.username).status_code == 302


def test_people_sign_in_while_redis_is_away(client, fatou, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": away}):
        assert cache.get("nothing") is None
        assert sign_in(client, fatou.username).status_code == 302


def test_a_browser_forgets_unless_asked_to_remember(client, fatou):
    assert sign_in(client, fatou.username).cookies["sessionid"]["max-age"] == ""
    client.logout()
    assert sign_in(client, fatou.username, remember="on").cookies["sessionid"]["max-age"] == 90 * 24 * 3600


def test_signed_out_people_come_back_where_they_were_going(client, school, fatou):
    MemberFactory(user=fatou, roles=[Role.TEACHER])
    wanted = f"/{school.slug}/admin/?p=2"
    answer = client.get(wanted)
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert 'name="next"' in page.text
    answer = client.post(answer["Location"], {"login": fatou.username, "password": PASSWORD})
    assert answer["Location"] == wanted


def test_nobody_is_sent_to_another_site(client, fatou):
    answer = client.post(
        f"{SIGN_IN}?next=//ailleurs.example/", {"login": fatou.username, "password": PASSWORD}
    )
    assert answer["Location"] == HOME


def test_signing_out_is_a_post_and_empties_the_browser(client, fatou):
    client.force_login(fatou)
    assert client.get("/deconnexion/").status_code == 200
    assert "_auth_user_id" in client.session
    answer = client.post("/deconnexion/")
    assert answer["Location"] == SIGN_IN
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in client.session


def test_signing_out_twice_asks_for_no_sign_in(client, db):
    assert client.post("/deconnexion/")["Location"] == SIGN_IN


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "login/code/", "inactive/", "password/change/"]
)
def test_nothing_else_of_allauth_is_exposed(client, fatou, path):
    client.force_login(fatou)
    assert client.get(f"/{path}").status_code == 404
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("username", ["0748213690", "07.48.21.36.90", "+2250748213690", "a@b.ci", "Fatou"])
def test_a_username_is_read_as_nothing_else(db, username):
    with pytest.raises(ValidationError):
        User(username=username).full_clean(exclude=["password"])


@pytest.mark.parametrize("names", [{"username": "Fatou"}, {"username": "f", "email": "F@exemple.ci"}])
def test_the_database_keeps_names_in_lower_case(db, names):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**names)


def expires(user, delay):
    user.must_change_password, user.code_expires_at = True, now() + delay
    user.save()


def test_a_code_opens_one_page_only_where_a_password_is_chosen(client, school, fatou):
    MemberFactory(user=fatou, roles=[Role.GUARDIAN])
    expires(fatou, timedelta(days=1))
    sign_in(client, fatou.username)
    for path in ("/compte/", "/etablissements/", f"/{school.slug}/", f"/{school.slug}/compte/mot-de-passe/"):
        assert client.get(path)["Location"].startswith("/compte/mot-de-passe/?next=%2F")
    assert client.get("/compte/mot-de-passe/").status_code == 200


def test_a_password_is_chosen_twice_and_one_goes_on(client, fatou):
    expires(fatou, timedelta(days=1))
    sign_in(client, fatou.username)
    page = client.get("/compte/")["Location"]
    assert client.post(page, {"password": "tout-neuf-1", "again": "tout-neuf-2"}).status_code == 422
    answer = client.post(page, {"password": "tout-neuf-1", "again": "tout-neuf-1"})
    assert answer["Location"] == "/compte/"
    assert client.get("/compte/").status_code == 200
    assert client.get("/compte/mot-de-passe/")["Location"] == HOME
    fatou.refresh_from_db()
    assert (fatou.must_change_password, fatou.code_expires_at) == (False, None)
    assert fatou.check_password("tout-neuf-1")


def test_the_code_itself_is_no_password(client, fatou):
    expires(fatou, timedelta(days=1))
    sign_in(client, fatou.username)
    answer = client.post("/compte/mot-de-passe/", {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 422
    assert "un autre mot de passe" in answer.text


def test_an_expired_code_is_refused_with_what_to_do(client, fatou):
    expires(fatou, -timedelta(seconds=1))
    answer = sign_in(client, fatou.username)
    assert answer.status_code == 422
    assert "n’est plus valable" in answer.text
    assert "secrétariat" in answer.text
    assert "_auth_user_id" not in client.session
    assert WRONG in sign_in(client, fatou.username, "autre").text


def test_a_password_is_changed_by_whoever_knows_it(client, fatou):
    other = Browser()
    sign_in(client, fatou.username)
    sign_in(other, fatou.username)
    new = {"password": "tout-neuf-1", "again": "tout-neuf-1"}
    wrong = client.post("/compte/", {"current": "autre", **new})
    assert wrong.status_code == 422
    assert "pas votre mot de passe actuel" in wrong.text
    assert client.post("/compte/", {"current": PASSWORD, **new})["Location"] == "/compte/"
    assert "Mot de passe changé" in client.get("/compte/").text
    assert other.get("/compte/")["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("weak", ["123456", "court", "password"])
def test_a_weak_password_is_refused_in_french(client, fatou, weak):
    client.force_login(fatou)
    answer = client.post("/compte/", {"current": PASSWORD, "password": weak, "again": weak})
    assert answer.status_code == 422
    assert "mot de passe" in answer.text
