"""`manage.py reset_access USERNAME`: a new one-time code for a person whom no single school may reset."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.services import Unknown, reset_access_as_operator
from apps.core.clock import now


class Command(BaseCommand):
    help = "Gives a person a new one-time code, shown once, valid for thirty days."

    def add_arguments(self, parser) -> None:
        parser.add_argument("username", help="the name she signs in with")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            code = reset_access_as_operator(username=username, at=now())
        except Unknown:
            raise CommandError(f"Personne ne se connecte sous le nom « {username} ».") from None
        self.stdout.write(f"Identifiant : {username}\nCode à usage unique (30 jours) : {code}")
