"""Production's processes on this machine: gunicorn for HTTP, daphne for sockets, production's settings."""

import sys

from deploy.home import MANAGE
from deploy.portal import DAPHNE, Portal, free_port

WORKERS, THREADS = 2, 4
KEEP_ALIVE = 75  # seconds; longer than the proxy keeps an idle connection
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "educonnect.settings.prod",
    "SMS_GATEWAY": "http",
    "SMS_HTTP_URL": "http://127.0.0.1:9/",  # nobody listens: no SMS leaves
    "SMS_HTTP_TOKEN": "none",
}


def gunicorn(host: str, port: int) -> list:
    """HTTP."""
    shape = ("--worker-class", "gthread", "--workers", WORKERS, "--threads", THREADS)
    options = ("--keep-alive", KEEP_ALIVE, "--log-level", "warning", "--bind", f"{host}:{port}")
    return [sys.executable, "-m", "gunicorn", "educonnect.wsgi:application", *shape, *options]


def daphne(host: str, port: int) -> list:
    """Sockets, under /ws/."""
    return [*DAPHNE, "-b", host, "-p", port, "educonnect.asgi:application"]


class Production(Portal):
    """As `Portal`, with the processes of production; a proxy that speaks TLS is missing before them."""

    def __init__(self, *words) -> None:
        super().__init__(*words)
        self.environment |= SETTINGS

    def commands(self) -> dict[str, list]:
        return {
            "http": gunicorn(self.host, self.port),
            "sockets": daphne(self.host, free_port(self.host, first=self.port + 1)),
            "relay": [*MANAGE, "relay"],
        }
