"""Every edge enters a school by `in_school`: requests first, under WSGI and ASGI alike."""

from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpResponse
from django.test import AsyncClient
from django.urls import clear_url_caches, path

from apps.accounts.models import Role
from apps.core.models import RecordedEvent
from apps.core.tenancy import current_school_id, in_school
from apps.people.models import Student
from educonnect import urls_school
from tests.factories.accounts import MemberFactory
from tests.factories.people import StudentFactory
from tests.factories.schools import SchoolFactory


def writes(request):
    StudentFactory()
    return HttpResponse("écrit")


def writes_and_fails(request):
    StudentFactory()
    return HttpResponse("non", status=500)


def loses_the_database(request):
    raise OperationalError("gone")


def says_where(request):
    return HttpResponse(f"{current_school_id()} {Student.objects.count()} {request.path} {request.member.pk}")


@pytest.fixture
def planted(monkeypatch):
    """A few views of our own among the school's pages."""
    views = [writes, writes_and_fails, loses_the_database, says_where]
    ours = [path(f"essai/{view.__name__}/", view, name=view.__name__) for view in views]
    monkeypatch.setattr(urls_school, "urlpatterns", [*ours, *urls_school.urlpatterns])
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.fixture
def teacher(school, client, htmx, planted):
    member = MemberFactory(roles=[Role.TEACHER])
    client.force_login(member.user)
    htmx.force_login(member.user)
    client.raise_request_exception = False
    return member


def test_a_request_finds_itself_in_the_school_of_its_path(client, teacher, path_to, school):
    with in_school(SchoolFactory().pk):
        StudentFactory()
    StudentFactory()
    answer = client.get(path_to("says_where")).text
    assert answer == f"{school.pk} 1 /{school.slug}/essai/says_where/ {teacher.pk}"


def test_a_page_of_a_school_is_nothing_outside_one(client, teacher):
    assert client.get("/essai/says_where/").status_code == 404


def test_an_unknown_school_is_a_404(client, teacher):
    assert client.get("/nulle-part/essai/says_where/").status_code == 404


def test_to_a_member_of_another_school_it_is_a_404(client, teacher):
    neighbour = SchoolFactory()
    assert client.get(f"/{neighbour.slug}/essai/says_where/").status_code == 404


def test_a_member_whose_roles_have_ended_is_one_no_more(client, teacher, path_to):
    teacher.held_roles.update(until=datetime(2020, 2, 1, tzinfo=UTC).date())
    assert client.get(path_to("says_where")).status_code == 404


def test_a_visitor_is_sent_to_sign_in_and_will_come_back(client, planted, path_to):
    page = path_to("says_where")
    assert client.get(page).url == f"/connexion/?next={page}"


def test_a_swap_of_a_visitor_gets_a_sentence_and_no_page(htmx, planted, path_to):
    answer = htmx.get(path_to("says_where"))
    assert answer.status_code == 401
    assert "Reconnectez-vous" in answer.text
    assert "<" not in answer.text


def test_a_get_cannot_write(client, teacher, path_to):
    assert client.get(path_to("writes")).status_code == 500
    assert not Student.objects.exists()


def test_a_post_writes(client, teacher, path_to):
    assert client.post(path_to("writes")).text == "écrit"
    assert Student.objects.count() == 1


def test_an_answer_of_500_keeps_nothing(client, teacher, path_to):
    client.post(path_to("writes_and_fails"))
    assert not Student.objects.exists()


def test_a_lost_database_has_a_calm_page_of_its_own(client, teacher, path_to):
    answer = client.get(path_to("loses_the_database"))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Traceback" not in answer.text


def test_a_suspended_school_says_so_and_shows_nothing(client, teacher, path_to, school):
    school.suspended_at = datetime(2026, 11, 1, tzinfo=UTC)
    school.save()
    answer = client.get(path_to("says_where"))
    assert answer.status_code == 403
    assert "suspendu" in answer.text


def test_a_signed_in_page_is_kept_by_its_reader_alone(client, teacher, path_to):
    assert client.get(path_to("says_where"))["Cache-Control"] == "private, no-cache"


def test_a_lost_csrf_token_is_told_in_words(client, teacher, path_to):
    client.handler.enforce_csrf_checks = True
    answer = client.post(path_to("writes"))
    assert answer.status_code == 403
    assert not Student.objects.exists()
    assert "page" in answer.text


@pytest.mark.django_db(transaction=True)
def test_the_scope_holds_under_asgi(planted):
    school = SchoolFactory(slug="ecole-asgi")
    with in_school(school.pk):
        member = MemberFactory()
        StudentFactory()
    client = AsyncClient()
    client.force_login(member.user)
    answer = async_to_sync(client.get)("/ecole-asgi/essai/says_where/")
    assert answer.text == f"{school.pk} 1 /ecole-asgi/essai/says_where/ {member.pk}"
    assert async_to_sync(client.get)("/essai/says_where/").status_code == 404
    with pytest.raises(RuntimeError):
        RecordedEvent.objects.count()
