"""Who is signed in, read at each request."""

from allauth.account.auth_backends import AuthenticationBackend

from .models import User
from .selectors import user_of


class PreparedBackend(AuthenticationBackend):
    """Allauth's, whose look at the person of a session is a prepared query."""

    def get_user(self, user_id: int) -> User | None:
        user = user_of(user_id)
        return user if user and self.user_can_authenticate(user) else None
