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
from .curriculum import Level, Stream, Subject, SubjectGroup, SubjectPlan
from .dated import DatedQuerySet, DateRange
from .terms import Calendar, ClassGroup, ClassTerm, Term

__all__ = [
    "Calendar",
    "ClassGroup",
    "ClassTerm",
    "Course",
    "CourseQuerySet",
    "CourseTeacher",
    "DateRange",
    "DatedQuerySet",
    "Enrolment",
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
