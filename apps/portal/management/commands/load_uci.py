"""`manage.py load_uci FILE`: real marks and absences of two real schools, under invented names."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string

from apps.portal.uci.load import IsAnother, is_loaded, load
from apps.portal.uci.reading import BadRows, Fault, NotATable, Row, read_rows
from apps.portal.uci.school import Loaded, days_of_class

SHOWN = 10
EASY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class Command(BaseCommand):
    help = "Charge « Student Performance » (Cortez et Silva, 2008, UCI, CC BY 4.0), mathématiques."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="student-mat.csv, tel quel")
        parser.add_argument("--password", help="celui de tous les accès créés ; tiré au sort sinon")

    def handle(self, *args: Any, file: str, password: str | None, **options: Any) -> None:
        started = monotonic()
        rows = _read(Path(file))
        chosen = password or get_random_string(10, EASY_LETTERS)
        try:
            if is_loaded(rows):
                self.stdout.write(f"Ces {len(rows)} élèves sont déjà là : rien ne change.")
                return
            for loaded in load(rows, chosen):
                self._tell(loaded)
        except IsAnother as other:
            raise CommandError(
                f"L’établissement /{other.slug}/ existe et n’est pas celui du fichier. Rien n’a été chargé."
            ) from None
        self.stdout.write(f"Mot de passe de tous ces accès : {chosen}")
        self.stdout.write(f"Chargé en {monotonic() - started:.1f} s.".replace(".", ",", 1))

    def _tell(self, loaded: Loaded) -> None:
        self.stdout.write(
            f"{loaded.name} (/{loaded.slug}/) : {loaded.pupils} élèves dans {loaded.classes} classes, "
            f"dont {loaded.without_guardian} sans responsable ; {loaded.pupils * 3} notes, "
            f"{loaded.absences} absences."
        )
        first = loaded.first_parent or "(le premier élève n’a pas de responsable)"
        self.stdout.write(f"  responsable du premier élève : {first}")
        self.stdout.write(f"  direction : {loaded.slug}-direction ; enseignants : {loaded.slug}-maths-1…")


def _read(path: Path) -> list[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as trouble:
        raise CommandError(f"Impossible de lire {path} : {trouble.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} n’est pas un fichier de texte en UTF-8.") from None
    try:
        return read_rows(text, most_absences=len(days_of_class()))
    except NotATable as refusal:
        raise CommandError(
            f"Colonnes absentes de la première ligne : {', '.join(refusal.missing)}. Rien n’a été chargé."
        ) from None
    except BadRows as refusal:
        raise CommandError(_faults(refusal.faults)) from None


def _faults(faults: list[Fault]) -> str:
    if not faults:
        return "Le fichier ne contient aucun élève."
    told = [
        f"Ligne {fault.line}, colonne {fault.column} : « {fault.typed} » n’est {fault.reason}."
        if fault.column
        else f"Ligne {fault.line} : {fault.reason}."
        for fault in faults[:SHOWN]
    ]
    more = [f"… et {len(faults) - SHOWN} autres erreurs."] if len(faults) > SHOWN else []
    return "\n".join([*told, *more, "Rien n’a été chargé."])
