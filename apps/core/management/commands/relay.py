"""The relay: hands facts to the modules that react to them. Several may run side by side."""

import signal
import time
from datetime import timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from apps.core import events
from apps.core.clock import now
from apps.core.retention import forget_the_old

POLL_SECONDS = 2.0
FORGET_EVERY = timedelta(hours=1)


class Command(BaseCommand):
    help = "Transmet les faits aux modules qui y réagissent, jusqu’à Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        self.running = True
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        self.stdout.write("relais en marche")
        ears: psycopg.Connection | None = None
        forget_at = now()
        while self.running:
            try:
                ears = ears or self.listen()
                events.relay()
                if now() >= forget_at:
                    forget_the_old(now())
                    forget_at = now() + FORGET_EVERY
                self.wait(ears)
            except (OperationalError, InterfaceError, psycopg.Error) as trouble:
                self.stderr.write(f"base injoignable ({type(trouble).__name__}), nouvel essai")
                close_old_connections()
                ears = None
                time.sleep(POLL_SECONDS / 2)

    def stop(self, number: int, frame: Any) -> None:
        self.running = False

    def listen(self) -> psycopg.Connection | None:
        """A connection of our own that hears NOTIFY; none when notices are off."""
        if not settings.EVENTS_NOTIFY:
            return None
        parameters = {**connection.get_connection_params(), "autocommit": True}
        known = {"host", "port", "dbname", "user", "password", "sslmode"}
        ears = psycopg.connect(
            **{name: value for name, value in parameters.items() if name in known | {"autocommit"}}
        )
        ears.execute(f"LISTEN {events.CHANNEL}")
        return ears

    def wait(self, ears: psycopg.Connection | None) -> None:
        """Until something is announced, or for two seconds: postponed reactions fall due in silence."""
        if ears is None:
            time.sleep(POLL_SECONDS / 4)
            return
        for _ in ears.notifies(timeout=POLL_SECONDS, stop_after=1):
            return
