"""Reads the code of a bulletin, by the school's public key alone: no network, no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.reports.rules import NotASeal, Seal, read_seal


class Command(BaseCommand):
    help = "Dit si le code d’un bulletin est signé par l’établissement, et ce qu’il dit ; hors ligne."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "code",
            help="le code (après -- s’il commence par un tiret), ou l’adresse que donne l’appareil photo",
        )
        parser.add_argument("--key", required=True, help="la clé publique de l’établissement (64 caractères)")

    def handle(self, *args: Any, code: str, key: str, **options: Any) -> None:
        try:
            public = bytes.fromhex(key)
            said = read_seal(code.rstrip("/").rsplit("/", 1)[-1], public)
        except ValueError as trouble:
            reason = (
                "Ce code n’est pas de cet établissement."
                if isinstance(trouble, NotASeal)
                else "Clé illisible."
            )
            raise CommandError(reason) from None
        again = f", version {said.version}" if said.version > 1 else ""
        what = "Document" if said.is_certificate else "Bulletin"
        figures = ", ".join(filter(None, _figures(said)))
        self.stdout.write(
            f"Signature valable. {what} n° {said.number}{again} de {said.pupil}, {said.class_name}, "
            f"{said.term} : {figures}."
        )
        self.stdout.write("Remplacé ou annulé depuis ? Seule la page en ligne le dit.")


def _figures(said: Seal) -> tuple[str, str]:
    if said.is_certificate:
        return said.average and f"naissance {said.average}", said.rank and f"matricule {said.rank}"
    return f"moyenne {said.average}", f"rang {said.rank}"
