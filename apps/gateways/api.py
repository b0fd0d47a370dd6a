"""What the other modules may ask of gateways."""

from .rules import Cost, NotAPhone, cost_of, fold, is_mobile, read_phone, show_phone

__all__ = ["Cost", "NotAPhone", "cost_of", "fold", "is_mobile", "read_phone", "show_phone"]
