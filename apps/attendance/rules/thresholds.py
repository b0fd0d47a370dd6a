"""When a count of absences is worth a talk with the family: a proposal, never a sanction."""


def is_past(count: int, at_least: int, dealt_with: int) -> bool:
    """Whether the count has reached the threshold, or one more multiple of it since it was dealt with."""
    return times_past(count, at_least) > times_past(dealt_with, at_least)


def times_past(count: int, at_least: int) -> int:
    """How many times over: 21 hours of a threshold of 10, two."""
    return count // at_least
