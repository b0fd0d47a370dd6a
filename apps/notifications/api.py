"""What the other modules may ask of notifications."""

from .services import AbsencesEstimate, absences_estimate, set_up

__all__ = ["AbsencesEstimate", "absences_estimate", "set_up"]
