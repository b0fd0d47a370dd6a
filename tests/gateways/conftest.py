import pytest

from .peer import TOKEN, running_peer


@pytest.fixture
def peer(settings):
    """A gateway on the loopback, and the portal set to use it."""
    with running_peer() as peer:
        settings.SMS_GATEWAY = "http"
        settings.SMS_HTTP_URL = peer.url
        settings.SMS_HTTP_TOKEN = TOKEN
        yield peer
