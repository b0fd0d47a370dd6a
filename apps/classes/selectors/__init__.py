"""What the other modules ask about classes, read in a fixed number of queries."""

from .plans import (
    GradedBy,
    PlanLine,
    followers_of,
    level_codes,
    parts_taught,
    plans,
    plans_of,
    schemes_of,
)
from .pupils import (
    ClassSpell,
    TeacherOf,
    class_groups_of,
    class_ids_ever_of,
    class_spells,
    classmates,
    groups_meeting,
    groups_of,
    spells_in,
    students_of,
    teachers_of,
)
from .stamps import (
    stamped_classes,
    stamped_classes_of,
)
from .terms import (
    class_term_among,
    class_terms_of,
    current_of,
    current_terms,
    locked_among,
    term_choices,
    terms_of,
)

__all__ = [
    "ClassSpell",
    "GradedBy",
    "PlanLine",
    "TeacherOf",
    "class_groups_of",
    "class_ids_ever_of",
    "class_spells",
    "class_term_among",
    "class_terms_of",
    "classmates",
    "current_of",
    "current_terms",
    "followers_of",
    "groups_meeting",
    "groups_of",
    "level_codes",
    "locked_among",
    "parts_taught",
    "plans",
    "plans_of",
    "schemes_of",
    "spells_in",
    "stamped_classes",
    "stamped_classes_of",
    "students_of",
    "teachers_of",
    "term_choices",
    "terms_of",
]
