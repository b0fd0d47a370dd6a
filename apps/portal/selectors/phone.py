"""The number that a person most likely gives: the one that her schools know."""

from apps.accounts.api import Membership
from apps.core.tenancy import in_school
from apps.gateways.api import is_mobile
from apps.people.selectors import contact_phone


def contact_mobile(known: list[Membership], verified: str | None) -> str:
    """The first of her schools' numbers that could be verified (E.164); "" when there is none."""
    for one in known:
        with in_school(one.school.pk, read_only=True):
            phone = contact_phone(one.member)
        if is_mobile(phone) and phone != verified:
            return phone
    return ""
