"""Tables of the curriculum, the classes, their courses and who is in them."""

from .courses import (
    Course,
    CourseQuerySet,
    CourseTeacher,
    Enrolment,
    GroupMembership,
    TeachingGroup,
    TeachingGroupQuerySet,
)
from .curriculum import Cycle, Level, Stream, Subject, SubjectGroup, SubjectPlan
from .dated import DatedQuerySet, DateRange
from .schemes import SETTINGS, GradingScheme, GradingSchemeQuerySet
from .terms import Calendar, ClassGroup, ClassTerm, ClassTermQuerySet, ClassTermStep, Term

__all__ = [
    "SETTINGS",
    "Calendar",
    "ClassGroup",
    "ClassTerm",
    "ClassTermQuerySet",
    "ClassTermStep",
    "Course",
    "CourseQuerySet",
    "CourseTeacher",
    "Cycle",
    "DateRange",
    "DatedQuerySet",
    "Enrolment",
    "GradingScheme",
    "GradingSchemeQuerySet",
    "GroupMembership",
    "Level",
    "Stream",
    "Subject",
    "SubjectGroup",
    "SubjectPlan",
    "TeachingGroup",
    "TeachingGroupQuerySet",
    "Term",
]
