"""A number becomes hers by the code that was sent there, and in no other way."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from apps.accounts import services, tasks
from apps.accounts.models import PhoneProof, User
from apps.accounts.rules import MOST_CODES, MOST_TRIES, PHONE_CODE_IS_VALID, phone_code, phone_code_text
from apps.core.clock import now
from apps.gateways import adapters
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable, cost_of
from tests.factories.accounts import UserFactory

NUMBER, OTHER = "+2250748213690", "+2250101020304"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fatou(db):
    return UserFactory(first_name="Fatou")


@pytest.fixture
def gateway(monkeypatch):
    """What leaves, and what the gateway answers: `gateway.answers` is an answer or a trouble."""

    class Gateway:
        def __init__(self) -> None:
            self.answers, self.sent = Accepted(), []

        def send(self, reference, recipient, text):
            assert connection.savepoint_ids == [], "no transaction of ours is open meanwhile"
            self.sent.append((recipient, text))
            if isinstance(self.answers, Exception):
                raise self.answers
            return self.answers

    gateway = Gateway()
    monkeypatch.setitem(adapters.ADAPTERS, "console", lambda account: gateway)
    return gateway


def ask(user, phone=NUMBER, at=None) -> PhoneProof:
    return services.ask_phone_code(user=user, phone=phone, at=at or now())


def verify(user, code, at=None) -> str:
    return services.verify_phone(user=user, code=code, at=at or now())


def wrong(*proofs) -> str:
    """A code of none of them."""
    known = {services.code_of(proof) for proof in proofs}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in known)


def test_the_right_code_makes_the_number_a_way_to_sign_in(fatou):
    proof = ask(fatou)
    assert User.objects.get(pk=fatou.pk).phone is None, "asking proves nothing"
    assert verify(fatou, services.code_of(proof)) == NUMBER
    assert User.objects.get(pk=fatou.pk).phone == NUMBER
    assert PhoneProof.objects.get().verified_at


def test_a_code_serves_once(fatou):
    code = services.code_of(ask(fatou))
    verify(fatou, code)
    with pytest.raises(services.NoCode):
        verify(fatou, code)


def test_a_code_lives_ten_minutes(fatou):
    proof = ask(fatou)
    with pytest.raises(services.NoCode):
        verify(fatou, services.code_of(proof), at=proof.asked_at + PHONE_CODE_IS_VALID)
    assert PHONE_CODE_IS_VALID == 10 * MINUTE


def test_five_wrong_tries_and_the_right_code_comes_too_late(fatou):
    proof = ask(fatou)
    for _ in range(MOST_TRIES):
        with pytest.raises(services.WrongCode):
            verify(fatou, wrong(proof))
    with pytest.raises(services.NoCode):
        verify(fatou, services.code_of(proof))
    assert User.objects.get(pk=fatou.pk).phone is None


def test_another_person_s_code_is_worth_nothing(fatou):
    hers, mine = ask(fatou), ask(UserFactory(), OTHER)
    with pytest.raises(services.WrongCode):
        verify(mine.user, services.code_of(hers) if services.code_of(hers) != services.code_of(mine) else "x")


def test_the_sms_that_came_late_is_still_good(fatou):
    first = ask(fatou)
    second = ask(fatou, at=now() + MINUTE)
    assert first != second
    assert verify(fatou, services.code_of(first), at=now() + MINUTE) == NUMBER


def test_the_code_of_a_number_given_up_is_not(fatou):
    first = ask(fatou)
    second = ask(fatou, OTHER)
    with pytest.raises(services.WrongCode):
        verify(fatou, services.code_of(first) if services.code_of(first) != services.code_of(second) else "x")


def test_a_second_press_asks_for_nothing_more(fatou):
    assert ask(fatou) == ask(fatou)
    assert PhoneProof.objects.count() == 1


def test_three_codes_an_hour_for_a_person(fatou):
    start = now()
    for number in range(MOST_CODES):
        ask(fatou, f"+22507000000{number:02}", at=start)
    with pytest.raises(services.TooManyCodes):
        ask(fatou, OTHER, at=start + 59 * MINUTE)
    assert ask(fatou, OTHER, at=start + 60 * MINUTE)


def test_three_codes_an_hour_to_a_number_whoever_asks(db):
    start = now()
    for _ in range(MOST_CODES):
        ask(UserFactory(), at=start)
    with pytest.raises(services.TooManyCodes):
        ask(UserFactory(), at=start + 59 * MINUTE)
    assert ask(UserFactory(), at=start + 60 * MINUTE)


@pytest.mark.django_db(transaction=True)
def test_asking_all_at_once_gives_no_more_codes():
    people = [UserFactory() for _ in range(8)]

    def one(person) -> bool:
        try:
            return bool(ask(person))
        except services.TooManyCodes:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, people)) == MOST_CODES


def test_a_number_that_serves_somebody_is_never_taken_from_her(fatou):
    owner = UserFactory(phone=NUMBER)
    proof = ask(fatou)
    with pytest.raises(services.PhoneIsTaken):
        verify(fatou, services.code_of(proof))
    assert User.objects.get(phone=NUMBER) == owner
    assert fatou.phone is None
    assert PhoneProof.objects.get().verified_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_show_one_number_at_once_one_has_it():
    proofs = [ask(UserFactory()) for _ in range(2)]

    def one(proof) -> bool:
        try:
            return bool(verify(proof.user, services.code_of(proof)))
        except services.PhoneIsTaken:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, proofs)) == [False, True]
    assert User.objects.filter(phone=NUMBER).count() == 1


def test_the_new_number_replaces_the_old_one(fatou):
    verify(fatou, services.code_of(ask(fatou)))
    verify(fatou, services.code_of(ask(fatou, OTHER)))
    assert User.objects.get(pk=fatou.pk).phone == OTHER


def test_no_row_holds_the_code(fatou):
    proof = ask(fatou)
    code = services.code_of(proof)
    assert re.fullmatch(r"\d{6}", code)
    assert code not in str({name: value for name, value in vars(proof).items() if name != "reference"})
    assert phone_code(proof.reference, "another secret") != phone_code(proof.reference, "a secret")


def test_codes_are_spread_over_all_six_digits():
    codes = [phone_code(UUID(int=number), "secret") for number in range(2000)]
    assert len(set(codes)) > 1980
    assert min(codes) < "010000" < "990000" < max(codes)


def test_the_text_costs_one_sms():
    cost = cost_of(phone_code_text("012345"))
    assert (cost.encoding, cost.segments) == ("GSM7", 1)


def test_the_code_travels_once_however_often_the_job_runs(fatou, gateway):
    proof = ask(fatou)
    for _ in range(3):
        tasks.send_phone_code(proof.pk)
    assert gateway.sent == [(NUMBER, phone_code_text(services.code_of(proof)))]
    assert PhoneProof.objects.get().state == "sent"


def test_a_refused_number_is_said_to_be(fatou, gateway):
    gateway.answers = Refused("HTTP 422")
    tasks.send_phone_code(ask(fatou).pk)
    assert PhoneProof.objects.get().state == "refused"


def test_what_may_have_left_is_not_sent_twice(fatou, gateway):
    gateway.answers = Ambiguous("TimeoutError")
    tasks.send_phone_code(ask(fatou).pk)
    tasks.send_forgotten_codes(now() + 5 * MINUTE)
    assert len(gateway.sent) == 1


def test_what_did_not_leave_is_tried_again_until_it_is_too_late(fatou, gateway):
    gateway.answers = Unreachable("ConnectionRefusedError")
    proof = ask(fatou)
    tasks.send_phone_code(proof.pk)
    assert tasks.send_forgotten_codes(now()) == 0, "a little patience"
    assert PhoneProof.objects.unsent(now() + MINUTE).get() == proof
    assert not PhoneProof.objects.unsent(now() + 10 * MINUTE).exists()


def test_the_sweep_sends_what_the_queue_forgot(fatou, gateway):
    ask(fatou)
    assert tasks.send_forgotten_codes(now()) == 1
    assert len(gateway.sent) == 1
    assert tasks.send_forgotten_codes(now()) == 0


def test_above_the_ceiling_of_the_day_no_code_leaves_and_the_row_says_so(fatou, gateway, settings):
    settings.SMS_A_DAY_PER_NUMBER = 0
    tasks.send_phone_code(ask(fatou).pk)
    assert gateway.sent == []
    assert PhoneProof.objects.get().state == "capped"
    assert tasks.send_forgotten_codes(now()) == 0


def test_numbers_that_nobody_showed_are_forgotten_after_a_day(fatou):
    ask(fatou)
    verify(fatou, services.code_of(ask(fatou)))
    ask(fatou, OTHER)
    services.forget_phone_proofs(now() + timedelta(hours=23))
    assert PhoneProof.objects.count() == 2
    services.forget_phone_proofs(now() + timedelta(hours=25))
    assert [proof.phone for proof in PhoneProof.objects.all()] == [NUMBER]
