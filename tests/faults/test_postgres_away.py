"""PostgreSQL stopped and started again: a calm page, nothing half-saved, everybody comes back by himself."""

import pytest
import requests

from deploy.servers import roles
from tests.processes import answers, running, wait_until, web
from tests.servers import TEMPLATE


@pytest.fixture
def environment(postgres) -> dict[str, str]:
    """The processes talk to that PostgreSQL, and to this worker's Redis."""
    return {"DATABASE_URL": postgres.url(roles.APP, TEMPLATE), "DATABASE_OWNER_URL": ""}


def test_the_web_and_the_relay_outlive_a_restart(postgres, environment, tmp_path):
    relay_log = tmp_path / "relay.log"
    with (
        web(tmp_path / "web.log", **environment) as address,
        running("manage.py", "relay", log=relay_log, **environment) as relay,
    ):
        wait_until(lambda: "en marche" in relay_log.read_text(), relay, relay_log)
        unknown = f"{address}/nulle-part/appel/"
        assert requests.get(unknown, timeout=20).status_code == 404
        postgres.stop(in_order=True)
        lost = requests.get(unknown, timeout=20)
        assert lost.status_code == 503
        assert lost.headers["Retry-After"]
        assert "Traceback" not in lost.text
        assert requests.get(f"{address}/connexion/", timeout=20).status_code == 200
        wait_until(lambda: "injoignable" in relay_log.read_text(), relay, relay_log)
        postgres.start()
        wait_until(lambda: answers(f"{address}/sante/"))
        assert requests.get(unknown, timeout=20).status_code == 404
        assert relay.poll() is None
