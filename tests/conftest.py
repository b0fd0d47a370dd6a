"""What every test may ask for: a school in scope, a browser, an htmx, paths, a count of queries."""

import asyncio
import copy
import gc
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, path, reverse

from apps.core import tenancy
from deploy.servers.binaries import find_browser
from educonnect import urls
from tests import processes
from tests.factories.schools import SchoolFactory

BOOKKEEPING = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)")
NEXT = re.compile(r"; (?=EXECUTE )")  # of several statements in one message


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@contextmanager
def outside_any_school() -> Iterator[None]:
    """As a request arrives: no scope, whatever the test has open around it."""
    outer = tenancy._scope.get()
    token = tenancy._scope.set(None)
    if outer is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.school', '', true), set_config('role', 'none', true)")
    try:
        yield
    finally:
        tenancy._scope.reset(token)
        if outer is not None and not connection.needs_rollback:
            tenancy._tell_the_database(outer)


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Nothing to do: tests/servers.py made this worker's database, and we connect as the application does."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for browsers and processes goes first, at random as all the rest: at the end, one worker
    would be at it while the others have nothing left to do.
    """
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or "/faults/" in item.nodeid))


class Browser(Client):
    """Django's client, whose requests never profit from the scope that the test itself has open."""

    def force_login(self, user, backend: str = settings.AUTHENTICATION_BACKENDS[0]) -> None:
        """Signed in by one row: what a sign-in does besides is shown where people sign in."""
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def request(self, **request):
        with outside_any_school():
            return super().request(**request)


@pytest.fixture(scope="module")
def build_once(django_db_setup, django_db_blocker) -> Iterator[Callable]:
    """`build_once(make)` in a fixture of the module: rows for all its tests, undone after the last.

    Each test gets them by `fresh`, changes them as it likes, and what it wrote is undone as ever. Not for a
    module with a transactional test, which would wait for these rows for ever.
    """
    whole = transaction.atomic()
    whole._from_testcase = True  # what is durable may nest in it

    def build(make: Callable):
        with django_db_blocker.unblock():
            return make()

    build(whole.__enter__)
    yield build
    build(partial(transaction.set_rollback, True))
    build(partial(whole.__exit__, None, None, None))


def fresh(built):
    """A test's own copy of what `build_once` gave; and a cache that remembers no other test's changes."""
    cache.clear()
    return copy.deepcopy(built)


@pytest.fixture(scope="module")
def kept_school() -> None:
    """None; where a module begins with the same rows, it overrides it by `build_once(school_with(make))`."""


def school_with(make: Callable) -> Callable[[], tuple]:
    """Builds a new school and what `make` makes in it."""

    def build() -> tuple:
        school = SchoolFactory()
        with tenancy.in_school(school.pk):
            return school, make()

    return build


@pytest.fixture
def school_and_rows(db, kept_school) -> Iterator[tuple]:
    """A school, in scope for the length of the test, and what its module keeps in it."""
    school, rows = fresh(kept_school) if kept_school else (SchoolFactory(), None)
    with tenancy.in_school(school.pk):
        yield school, rows


@pytest.fixture
def school(school_and_rows):
    """A school, in scope for the length of the test."""
    return school_and_rows[0]


@pytest.fixture
def rows(school_and_rows):
    """This test's own copy of what the module keeps."""
    return school_and_rows[1]


@pytest.fixture
def client() -> Browser:
    """A browser."""
    return Browser()


@pytest.fixture
def htmx() -> Browser:
    """The same person's htmx: sign both in."""
    return Browser(headers={"HX-Request": "true"})


@pytest.fixture
def address_in() -> Callable[..., str]:
    """`address_in(school, "grades:mark_sheet", 42)`."""

    def address(school, name: str, *args: object) -> str:
        return f"/{school.slug}{reverse(name, urlconf='educonnect.urls_school', args=args)}"

    return address


@pytest.fixture
def path_to(school, address_in) -> Callable[..., str]:
    """`path_to("grades:mark_sheet", 42)` in the school in scope."""
    return partial(address_in, school)


@pytest.fixture
def empty_view(monkeypatch) -> Iterator[str]:
    """The address of a page of the same project that does nothing."""
    nothing = path("vide/", lambda request: HttpResponse("vide"), name="nothing")
    monkeypatch.setattr(urls, "urlpatterns", [nothing, *urls.urlpatterns])
    clear_url_caches()
    yield "/vide/"
    clear_url_caches()


def statements_of(captured: CaptureQueriesContext) -> list[str]:
    """What was sent, one by one, transaction bookkeeping left out."""
    sent = [sql for query in captured.captured_queries for sql in NEXT.split(query["sql"])]
    return [sql for sql in sent if not BOOKKEEPING.match(sql)]


@pytest.fixture
def count_queries() -> Callable[..., int]:
    """How many statements a call sends, transaction bookkeeping left out."""

    def count(call: Callable, *args: object, **kwargs: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            call(*args, **kwargs)
        return len(statements_of(captured))

    return count


def soup(response) -> BeautifulSoup:
    """The page without what differs from one answer to the next: tokens and passing messages."""
    page = BeautifulSoup(response.content, "html.parser")
    for noise in page.select("[name=csrfmiddlewaretoken], [role=status], [data-edu-token]"):
        noise.decompose()
    return page


@pytest.fixture(autouse=True)
def rows_without_an_order_come_in_any(monkeypatch) -> None:
    """A queryset that forgot `order_by` gives its rows shuffled: PostgreSQL promises no better."""
    fetch_all = QuerySet._fetch_all

    def fetch_and_shuffle(self: QuerySet) -> None:
        first = self._result_cache is None
        fetch_all(self)
        if first and not self.ordered:
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_and_shuffle)


@pytest.fixture(scope="session")
def playwright_and_its_browser() -> Iterator[tuple]:
    """Playwright's event loop, which looks stopped except in `chromium`, and Debian's Chromium, headless."""
    if not (path := find_browser()):
        message = "no Chromium found (apt-get install chromium, or name one in EDUCONNECT_BROWSER)"
        if os.environ.get("EDUCONNECT_BROWSER_TESTS") == "required":
            pytest.fail(message)
        pytest.skip(message)
    sync_api = pytest.importorskip("playwright.sync_api")
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=quiet, chromium_sandbox=os.geteuid() != 0)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield loop, browser
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")  # before any database: Django's connections are another's inside a loop
def chromium(playwright_and_its_browser) -> Iterator:
    """A browser kept off the network, started once for all the tests of a worker."""
    loop, browser = playwright_and_its_browser
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # that loop would make Django refuse the database
        asyncio._set_running_loop(loop)
        yield browser
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def web(tmp_path_factory, django_db_setup) -> Iterator[str]:
    """A daphne on this worker's database and Redis, started once for all tests that look at it."""
    with processes.web(tmp_path_factory.mktemp("web") / "web.log") as address:
        yield address


@pytest.fixture
def phone(chromium) -> Iterator:
    """A phone, 360 × 640, for a thumb."""
    screen = {"width": 360, "height": 640}
    with chromium.new_context(viewport=screen, locale="fr-FR", has_touch=True, is_mobile=True) as context:
        yield context.new_page()


@pytest.fixture
def desk(chromium) -> Iterator:
    """A shared PC, 1366 × 768."""
    with chromium.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR") as context:
        yield context.new_page()
