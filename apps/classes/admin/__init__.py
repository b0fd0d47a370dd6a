"""Classes, courses and curriculum; and the pupil's screen, with the class she is in."""

from . import classes, curriculum, schemes, students, terms

__all__ = ["classes", "curriculum", "schemes", "students", "terms"]
