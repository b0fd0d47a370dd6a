"""What the portal's pages show, as frozen values."""

from .board import BoardPage, MissingLine, board_page
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
from .family import Child, FamilyPage, family_page
from .messages import FamilyMessages, SchoolMessages, family_messages, writes_as_family
from .phone import contact_mobile
from .school import SchoolHome, school_home

__all__ = [
    "BoardPage",
    "Child",
    "ChildAbsences",
    "ChildMarks",
    "FamilyMessages",
    "FamilyPage",
    "MissingLine",
    "NoSuchTerm",
    "SchoolHome",
    "SchoolMessages",
    "as_child",
    "board_page",
    "child_absences",
    "child_marks",
    "class_stamps",
    "contact_mobile",
    "days_stamp",
    "family_messages",
    "family_page",
    "school_home",
    "writes_as_family",
]
