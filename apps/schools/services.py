"""Verbs that write schools and their years."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from apps.core.tenancy import current_school_id

from .models import Holiday, Imprint, Logo, School, SchoolYear
from .rules import check_logo, logo_digest


def found_school(*, slug: str, name: str, kind: School.Kind, **details: str) -> School:
    """A new school at an address of its own. Raises ValidationError (address reserved, taken or misspelt)."""
    school = School(slug=slug, name=name, kind=kind, **details)
    school.full_clean()
    school.save()
    return school


def suspend(*, school: School, at: datetime) -> None:
    """Its pages close at the next request; nothing is lost."""
    School.objects.filter(pk=school.pk, suspended_at=None).update(suspended_at=at)


def reopen(*, school: School) -> None:
    """As if it had never closed."""
    School.objects.filter(pk=school.pk).update(suspended_at=None)


@transaction.atomic
def set_logo(*, content: bytes) -> Logo:
    """The emblem of the school in scope, in place of the one it had. Raises NotALogo."""
    check_logo(content)
    logo, _ = Logo.objects.update_or_create(defaults={"content": content, "digest": logo_digest(content)})
    show_logo(digest=logo.digest)
    return logo


def show_logo(*, digest: str) -> None:
    """What the pages of the school in scope show at their head from now on; "" for nothing."""
    School.objects.filter(pk=current_school_id()).update(logo_digest=digest)


@transaction.atomic
def set_imprint(*, kind: Imprint.Kind, content: bytes, at: datetime) -> Imprint:
    """A signature or a stamp, as `clean_imprint` drew it: papers issued from now on show it, and no other."""
    Imprint.objects.filter(kind=kind, is_printed=True).update(is_printed=False)
    return Imprint.objects.create(kind=kind, content=content, digest=logo_digest(content), set_at=at)


@transaction.atomic
def print_imprint(*, imprint: Imprint, is_printed: bool) -> None:
    """Have papers show it from now on, in place of the other of its kind; or not."""
    if is_printed:
        Imprint.objects.filter(kind=imprint.kind, is_printed=True).exclude(pk=imprint.pk).update(
            is_printed=False
        )
    Imprint.objects.filter(pk=imprint.pk).update(is_printed=is_printed)


@transaction.atomic
def open_year(
    *,
    name: str,
    opens_on: date,
    closes_on: date,
    is_provisional: bool,
    holidays: Iterable[tuple[str, date, date]],
) -> SchoolYear:
    """The year of that name with its holidays, made if missing: rows that are there stay as they are.

    A holiday is (name, last class day, day of return).
    """
    dates = {"opens_on": opens_on, "closes_on": closes_on, "is_provisional": is_provisional}
    year, is_new = SchoolYear.objects.get_or_create(name=name, defaults=dates)
    if is_new:
        Holiday.objects.bulk_create(
            Holiday(year=year, name=holiday, last_class_day=last, resumes_on=back)
            for holiday, last, back in holidays
        )
    return year
