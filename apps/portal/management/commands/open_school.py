"""`manage.py open_school SLUG NAME --head "Mme Ahou Kouadio"`: a new school, its year, and who heads it."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.accounts.models import Role, User
from apps.accounts.services import PhoneIsTaken, Slip, open_first_access
from apps.attendance.api import set_up_reasons, set_up_thresholds
from apps.classes.presets import NoSuchPreset, year_of, years
from apps.classes.services import apply_preset
from apps.core.clock import now, today
from apps.core.tenancy import in_school
from apps.gateways.api import NotAPhone, is_mobile, read_phone
from apps.notifications.api import set_up
from apps.schools.models import School, SchoolYear
from apps.schools.services import found_school

KINDS = (School.Kind.COLLEGE, School.Kind.LYCEE)


class Command(BaseCommand):
    help = "Ouvre un établissement : son année, ses niveaux, ses matières, et l’accès de son chef."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="son adresse : /sainte-anne/")
        parser.add_argument("name", metavar="NAME", help="son nom")
        parser.add_argument("--kind", default=School.Kind.COLLEGE, help="college (par défaut) ou lycee")
        parser.add_argument("--head", default="", help="« Mme Ahou Kouadio »")
        parser.add_argument("--phone", default="", help="le mobile avec lequel le chef se connectera")
        parser.add_argument("--year", help="2026-2027 ; par défaut, l’année en cours ou qui vient")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] not in KINDS:
            raise CommandError(f"--kind est {' ou '.join(KINDS)}, pas « {options['kind']} ».")
        head, phone = _read_head(options["head"]), _read_phone(options["phone"])
        school = self._found(options)
        with in_school(school.pk):
            year = self._apply_preset(options)
            set_up()
            set_up_reasons()
            set_up_thresholds()
            slip = self._let_in(head, phone)
        self._tell(school, year, slip)

    def _found(self, options: dict) -> School:
        try:
            return found_school(slug=options["slug"].lower(), name=options["name"], kind=options["kind"])
        except ValidationError as refusal:
            raise CommandError("\n".join(_refusals(refusal))) from None

    def _apply_preset(self, options: dict) -> SchoolYear:
        try:
            return apply_preset(kind=options["kind"], year=options["year"] or year_of(today()))
        except NoSuchPreset:
            raise CommandError(
                f"Pas de préréglage pour {options['year']}. Années connues : {', '.join(years())}."
            ) from None

    def _let_in(self, head: dict[str, str], phone: str | None) -> Slip:
        try:
            return open_first_access(**head, phone=phone, role=Role.PRINCIPAL, at=now())
        except PhoneIsTaken:
            raise CommandError("Quelqu’un se connecte déjà avec ce numéro.") from None

    def _tell(self, school: School, year: SchoolYear, slip: Slip) -> None:
        provisional = " (dates à confirmer)" if year.is_provisional else ""
        self.stdout.write(
            f"{school.name} est ouvert à l’adresse /{school.slug}/, année {year}{provisional}.\n"
            f"Chef d’établissement : {slip.member}\n"
            f"Identifiant : {slip.username}\n"
            f"Code à usage unique (30 jours) : {slip.code}"
        )


def _refusals(refusal: ValidationError) -> Iterator[str]:
    for field, reasons in refusal.message_dict.items():
        yield f"{School._meta.get_field(field).verbose_name} : {' '.join(reasons)}"


def _read_head(typed: str) -> dict[str, str]:
    """« Mme Ahou Kouadio » in its three parts; the civility may be left out."""
    words = typed.split()
    civility = words.pop(0) if words and words[0] in User.Civility.values else ""
    if len(words) < 2:
        raise CommandError("--head attend un prénom et un nom : « Mme Ahou Kouadio ».")
    return {"civility": civility, "first_name": words[0], "last_name": " ".join(words[1:])}


def _read_phone(typed: str) -> str | None:
    if not typed:
        return None
    try:
        phone = read_phone(typed)
    except NotAPhone:
        raise CommandError(f"« {typed} » n’est pas un numéro ivoirien de dix chiffres.") from None
    if not is_mobile(phone):
        raise CommandError(f"« {typed} » n’est pas un mobile : il commence par 01, 05 ou 07.")
    return phone
