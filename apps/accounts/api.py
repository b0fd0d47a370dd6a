"""What the other modules may ask of accounts."""

from .permissions import grantable_roles, prepared_for_member
from .selectors import Membership, memberships

__all__ = ["Membership", "grantable_roles", "memberships", "prepared_for_member"]
