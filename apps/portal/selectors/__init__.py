"""What the portal's pages show, as frozen values."""

from .child import (
    ChildAbsences,
    ChildMarks,
    NoSuchTerm,
    as_child,
    child_absences,
    child_marks,
    class_stamps,
    days_stamp,
)
from .family import Child, FamilyPage, Visit, family_page, visits
from .phone import contact_mobile
from .school import SchoolHome, school_home

__all__ = [
    "Child",
    "ChildAbsences",
    "ChildMarks",
    "FamilyPage",
    "NoSuchTerm",
    "SchoolHome",
    "Visit",
    "as_child",
    "child_absences",
    "child_marks",
    "class_stamps",
    "contact_mobile",
    "days_stamp",
    "family_page",
    "school_home",
    "visits",
]
