"""The sweep: every two seconds, finds the alerts that are due and the deliveries that were forgotten."""

import signal
from datetime import timedelta
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from apps.accounts.tasks import forget_old_codes, send_forgotten_codes
from apps.core.clock import now, today
from apps.gateways.api import forget_counts
from apps.notifications.tasks import AT_ONCE, look_after_gateways, sweep
from apps.reports.api import resume_forgotten

EVERY_SECONDS = 2.0
TIDY_EVERY = timedelta(hours=1)


class Command(BaseCommand):
    help = "Prépare les alertes dues et retrouve les envois oubliés, jusqu’à Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        self.stdout.write("balayage en marche")
        tidy_at = now()
        while not stopped.is_set():
            try:
                if now() >= tidy_at:
                    tidy_at = now() + TIDY_EVERY  # whatever comes of it: alerts do not wait for another try
                    self._tidy()
                send_forgotten_codes(now())
                resume_forgotten(now())
                while sweep(now()) >= AT_ONCE and not stopped.is_set():
                    pass  # many wait: urgent ones first, again and again
            except (OperationalError, InterfaceError) as trouble:
                self.stderr.write(f"base injoignable ({type(trouble).__name__}), nouvel essai")
                close_old_connections()
            stopped.wait(EVERY_SECONDS)

    def _tidy(self) -> None:
        forget_old_codes(now())
        forget_counts(today())
        look_after_gateways()
