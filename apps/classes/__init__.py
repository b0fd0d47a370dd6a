"""Levels, terms, classes, groups, subjects, courses, and who belongs to what, when."""
