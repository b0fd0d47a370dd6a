"""gunicorn and daphne with production's settings, as deploy/load boots them."""

import http.client
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from apps.core.tenancy import in_school
from apps.messaging.permissions import sign_ticket
from deploy.load.production import SETTINGS, daphne, gunicorn
from deploy.servers.places import ROOT
from deploy.servers.processes import end, spawn
from tests.factories.messaging import make_pair, make_thread
from tests.factories.schools import SchoolFactory
from tests.processes import answers, collect_static, free_port, wait_until

HOST = "127.0.0.1"
BY_TLS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def boot(tmp_path) -> Callable:
    """Boots one of them; gives its port."""
    environment = SETTINGS | {"ALLOWED_HOSTS": HOST, "STATIC_ROOT": str(tmp_path / "static")}

    @contextmanager
    def boot(command: Callable) -> Iterator[int]:
        port, log = free_port(), tmp_path / "log"
        process = spawn(command(HOST, port), log=log, cwd=ROOT, env=os.environ | environment)
        try:
            wait_until(lambda: answers(f"http://{HOST}:{port}/sante/"), process, log)
            yield port
        finally:
            end(process)

    boot.environment = environment
    return boot


def ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    wire = http.client.HTTPConnection(HOST, port, timeout=30)
    wire.request("GET", path, headers=headers)
    answer = wire.getresponse()
    answer.close()
    wire.close()
    return answer


@pytest.mark.django_db(transaction=True)
def test_gunicorn_serves_pages_by_tls_only(boot):
    collect_static(**boot.environment)
    with boot(gunicorn) as port:
        in_the_clear, page = ask(port, "/connexion/"), ask(port, "/connexion/", **BY_TLS)
    assert (in_the_clear.status, in_the_clear.headers["Location"]) == (
        301,
        f"https://{HOST}:{port}/connexion/",
    )
    assert page.status == 200
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_daphne_opens_sockets_to_our_own_pages(boot):
    school = SchoolFactory()
    with in_school(school.pk):
        pair = make_pair()
        ticket = sign_ticket(pair.mother, make_thread(pair))
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    }
    with boot(daphne) as port:
        ours, theirs = f"https://{HOST}", "https://elsewhere.example"
        assert ask(port, f"/ws/?jeton={ticket}", Origin=ours, **upgrade).status == 101
        assert ask(port, f"/ws/?jeton={ticket}", Origin=theirs, **upgrade).status == 403
        assert ask(port, "/ws/", Origin=ours, **upgrade).status == 403
