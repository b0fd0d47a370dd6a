"""Loads the demo: a collège and the lycée next door, up to today."""

import json
import os
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from apps.core.clock import now
from apps.portal.demo.load import SlugIsTaken, is_loaded, load, logins, logins_as_json


class Command(BaseCommand):
    help = "Charge les deux établissements de démonstration ; relancée, ne change rien."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="quelques classes seulement")

    def handle(self, *args: Any, **options: Any) -> None:
        started = monotonic()
        try:
            if is_loaded():
                self.stdout.write("La démonstration est déjà là : rien ne change.")
            else:
                load(now(), lambda line: self.say(line, started), small=options["small"])
                self.stdout.write(f"Chargé en {monotonic() - started:.1f} s.".replace(".", ",", 1))
        except SlugIsTaken as taken:
            raise CommandError(f"Adresse déjà prise par un autre établissement : {taken}.") from None
        except IntegrityError as trouble:
            raise CommandError(f"Un identifiant de la démonstration est déjà pris. {trouble}") from None
        self.tell_logins()

    def say(self, line: str, started: float) -> None:
        self.stdout.write(f"{monotonic() - started:5.1f} s  {line}")
        self.stdout.flush()

    def tell_logins(self) -> None:
        """To the file that ./deploy/demo reads, else to whoever looks."""
        if path := os.environ.get("EDUCONNECT_LOGINS_FILE"):
            Path(path).write_text(
                json.dumps(logins_as_json(), ensure_ascii=False, indent=1), encoding="utf-8"
            )
            return
        for login in logins():
            self.stdout.write(f"  {login.role:<48} {login.login:<16} {login.password}")
