"""Pages of reports."""

from .verifying import verify

__all__ = ["verify"]
