"""The school's list of reasons, as forms offer it."""

from apps.attendance.models import AbsenceReason


def reasons_for_families() -> list[AbsenceReason]:
    """Those that a family may give. One query."""
    return list(AbsenceReason.objects.filter(is_for_families=True).order_by("position", "label"))


def reasons_that_justify() -> list[AbsenceReason]:
    """One query."""
    return list(AbsenceReason.objects.filter(justifies=True).order_by("position", "label"))


def all_reasons() -> list[AbsenceReason]:
    """One query."""
    return list(AbsenceReason.objects.order_by("position", "label"))
