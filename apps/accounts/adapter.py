"""How allauth sees our people: phone, username or e-mail in one field, and nobody signs up by herself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from apps.gateways.api import NotAPhone, read_phone

from .limits import give_back_try, take_try
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
        "code_expired": "Ce code n’est plus valable. Demandez une nouvelle fiche au secrétariat de l’école.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Schools open accounts; nobody signs up."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """One try among those allowed; an account closed by the operator answers as a wrong password does."""
        account, address = self._account_of(credentials), self.get_client_ip(request)
        if not take_try(account, address):
            raise self.validation_error("too_many_login_attempts")
        user = authenticate(request, **credentials)
        if user:
            give_back_try(account, address)
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom the proxy names, else the other end; a Unix socket has no address."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return "local"

    def _account_of(self, credentials: dict[str, Any]) -> str:
        """The account that is tried, by whichever of its names; else the unknown name itself."""
        names = {
            field: credentials[field] for field in ("phone", "email", "username") if field in credentials
        }
        for field, name in names.items():
            value = name if field == "phone" else name.lower()
            known = User.objects.filter(**{field: value}).values_list("username", flat=True).first()
            if known:
                return known
        return " ".join(names.values()).lower()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what was done."""

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """Numbers are read by `clean_phone` alone, as people write them."""
        return PhoneField(validators=[], **kwargs)

    def clean_phone(self, phone: str) -> str:
        try:
            return read_phone(phone)
        except NotAPhone:
            raise ValidationError("Un numéro ivoirien de dix chiffres.") from None

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)
