"""Verbs that write the curriculum, the classes, who is in them, and how far their terms have come."""

from .curriculum import (
    apply_preset,
    furnish_class,
    furnish_classes_of,
    open_class,
    open_courses,
    open_group,
)
from .pupils import AlreadyInClass, enrol, place, withdraw
from .schemes import SchemeWasRevised, follow_cycle, revise_scheme, scheme_of
from .steps import go_back, go_on

__all__ = [
    "AlreadyInClass",
    "SchemeWasRevised",
    "apply_preset",
    "enrol",
    "follow_cycle",
    "furnish_class",
    "furnish_classes_of",
    "go_back",
    "go_on",
    "open_class",
    "open_courses",
    "open_group",
    "place",
    "revise_scheme",
    "scheme_of",
    "withdraw",
]
