"""What the other modules may ask of classes."""

from .permissions import callable_groups, readable_students, taught_courses, taught_students
from .selectors import (
    PlanLine,
    TeacherOf,
    class_groups_of,
    class_ids_ever_of,
    class_terms_of,
    classmates,
    current_of,
    current_terms,
    locked_among,
    plans_of,
    stamped_classes,
    stamped_classes_of,
    students_of,
    teachers_of,
    term_choices,
    terms_of,
)

__all__ = [
    "PlanLine",
    "TeacherOf",
    "callable_groups",
    "class_groups_of",
    "class_ids_ever_of",
    "class_terms_of",
    "classmates",
    "current_of",
    "current_terms",
    "locked_among",
    "plans_of",
    "readable_students",
    "stamped_classes",
    "stamped_classes_of",
    "students_of",
    "taught_courses",
    "taught_students",
    "teachers_of",
    "term_choices",
    "terms_of",
]
