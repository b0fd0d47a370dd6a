"""The page of alerts: each SMS with its fate, the number masked; for vie scolaire only."""

from datetime import timedelta

import pytest

from apps.accounts.models import Role
from apps.core.clock import now, today
from tests.conftest import soup
from tests.factories.accounts import MemberFactory
from tests.factories.notifications import AlertFactory, DeliveryFactory
from tests.factories.people import GuardianFactory, StudentFactory


@pytest.fixture
def board(client, educator, path_to):
    client.force_login(educator.user)
    return path_to("notifications:deliveries")


def rows_of(response) -> list[str]:
    return [" ".join(row.text.split()) for row in soup(response).select("li.row")]


def test_an_sms_is_shown_with_its_words_and_a_masked_number(client, board):
    guardian = GuardianFactory(last_name="Bamba", first_name="Fatou", phone="+2250707123456")
    DeliveryFactory(alert__guardian=guardian, state="accepted", text="Aya est absente ce 24/11.")
    (row,) = rows_of(client.get(board))
    assert "Aya est absente ce 24/11." in row
    assert "À Bamba Fatou, 07 07 •• •• 56" in row
    assert "remise à l’opérateur" in row


@pytest.mark.parametrize(
    ("state", "detail", "said"),
    [
        ("created", "", "à envoyer"),
        ("sending", "ConnectionRefusedError", "en cours d’envoi"),
        ("delivered", "", "reçue"),
        ("undelivered", "", "non reçue"),
        ("refused", "HTTP 422", "refusée par l’opérateur, HTTP 422"),
        ("expired", "too_late", "plus de quatre heures de retard"),
        ("expired", "in_doubt", "sans nouvelle, peut-être reçue"),
        ("cancelled", "", "annulée"),
    ],
)
def test_each_state_has_its_word(client, board, state, detail, said):
    DeliveryFactory(state=state, detail=detail)
    page = client.get(board)
    assert said in rows_of(page)[0]
    story = client.get(soup(page).select_one("main .rows a")["href"])
    assert said in soup(story).select_one("main p.blk").text


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("no_guardian", "aucun responsable"),
        ("no_mobile", "aucun mobile"),
        ("sms_off", "n’envoie pas de SMS"),
        ("too_late", "quatre heures"),
    ],
)
def test_what_could_not_be_sent_is_listed_with_its_reason(client, board, why, said):
    AlertFactory(state="unsent", why=why, guardian=None if why == "no_guardian" else GuardianFactory())
    (row,) = rows_of(client.get(board, {"etat": "failed"}))
    assert "non partie" in row
    assert said in row


def test_an_alert_in_its_grace_delay_says_when_it_leaves(client, board):
    AlertFactory(due_at=now().replace(hour=10, minute=42) + timedelta(days=1))
    assert "part à 10 h 42" in rows_of(client.get(board))[0].replace("\u202f", " ")


@pytest.mark.parametrize(
    ("fate", "states"),
    [
        ("", 5),
        ("waiting", 2),
        ("left", 1),
        ("failed", 1),
        ("cancelled", 1),
        ("nonsense", 5),
    ],
)
def test_the_list_is_narrowed_by_fate(client, board, fate, states):
    AlertFactory()
    for state in ("sending", "delivered", "refused", "cancelled"):
        DeliveryFactory(state=state)
    assert len(rows_of(client.get(board, {"etat": fate}))) == states


@pytest.mark.parametrize(("day", "count"), [("", 2), ("today", 1), ("2026-02-30", 2)])
def test_the_list_is_narrowed_to_a_day(client, board, day, count):
    AlertFactory(created_at=now() - timedelta(days=1))
    AlertFactory()
    assert len(rows_of(client.get(board, {"jour": today().isoformat() if day == "today" else day}))) == count


def test_the_list_is_searched_by_pupil(client, board):
    AlertFactory(student=StudentFactory(last_name="N’Guessan", first_name="Affoué"))
    AlertFactory()
    assert len(rows_of(client.get(board, {"q": "affoue NGUESSAN".replace("NG", "n g")}))) == 1
    assert "Aucune alerte" in client.get(board, {"q": "personne"}).text


def test_a_long_list_is_paged(client, board):
    AlertFactory.create_batch(60)
    assert len(rows_of(client.get(board))) == 50
    assert len(rows_of(client.get(board, {"page": "2"}))) == 10


@pytest.mark.parametrize("role", [Role.TEACHER, Role.GUARDIAN, Role.STUDENT, Role.SECRETARY, Role.BURSAR])
def test_alerts_are_vie_scolaires(client, board, role):
    client.force_login(MemberFactory(roles=[role]).user)
    assert client.get(board).status_code == 404


def test_sixty_alerts_cost_no_more_queries_than_three(client, board, count_queries):
    DeliveryFactory.create_batch(3)
    client.get(board)
    few = count_queries(client.get, board)
    DeliveryFactory.create_batch(57)
    assert count_queries(client.get, board) == few <= 12
