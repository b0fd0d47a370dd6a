"""How allauth sees our people: phone, username or e-mail in one field, and nobody signs up by herself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from apps.gateways.api import NotAPhone, read_phone

from .models import User

WRONG = "Numéro, identifiant ou mot de passe incorrect."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "phone_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": "Trop d’essais. Attendez cinq minutes, puis recommencez.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Schools open accounts; nobody signs up."""
        return False

    def clean_phone(self, phone: str) -> str:
        return read_phone(phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            return User.objects.filter(phone=read_phone(phone)).first()
        except NotAPhone:
            return None

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)
