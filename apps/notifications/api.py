"""What the other modules may ask of notifications."""

from .services import set_up

__all__ = ["set_up"]
