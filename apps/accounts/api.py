"""What the other modules may ask of accounts."""

from .permissions import grantable_roles
from .selectors import Membership, memberships

__all__ = ["Membership", "grantable_roles", "memberships"]
