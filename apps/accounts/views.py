"""Coming in, going out, the password, and the choice of a school."""

from collections.abc import Iterable
from urllib.parse import urlencode

from allauth.account import views as allauth
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.clock import today
from apps.gateways.api import show_phone

from . import services
from .forms import ChangePasswordForm, NewPasswordForm
from .selectors import Membership, memberships

HOME = "/"


class SignIn(allauth.LoginView):
    """allauth's, whose refusals are 422s."""

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(login_not_required, name="dispatch")
class SignOut(allauth.LogoutView):
    """allauth's, which leaves nothing on a shared computer, and says first what waits to be sent."""

    def get_context_data(self, **kwargs) -> dict:
        writers = _writers(memberships(self.request.user, today()))
        return super().get_context_data(writers=writers, **kwargs)

    def post(self, *args, **kwargs) -> HttpResponse:
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """The first sign-in: the slip's code gives way to a password of one's own, then one goes on."""
    goes_on = get_next_redirect_url(request) or HOME
    if not request.user.must_change_password:
        return redirect(goes_on)
    form = NewPasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        services.choose_password(user=request.user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, request.user)
        return redirect(goes_on if request.user.phone else _asking_for_a_phone(goes_on))
    status = 422 if form.errors else 200
    return render(request, "accounts/first_sign_in.html", {"form": form}, status=status)


def _asking_for_a_phone(goes_on: str) -> str:
    """The page where she may give a number to sign in with (portal's), on her way."""
    return f"{reverse('home:phone')}?{urlencode({'next': goes_on})}"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: the names one signs in with, and a change of password."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        services.choose_password(user=request.user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "Mot de passe changé. Vos autres appareils devront se reconnecter.")
        return redirect(request.path)
    context = {"form": form, "phone": show_phone(request.user.phone or "")}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_safe
def choose_school(request: HttpRequest) -> HttpResponse:
    """The schools of a person who has several; the only one opens at once."""
    known = memberships(request.user, today())
    schools = [
        {
            "name": one.school.name,
            "city": one.school.city,
            "url": f"/{one.school.slug}/",
            "writer": one.writer,
        }
        for one in known
    ]
    if len(schools) == 1:
        return redirect(schools[0]["url"])
    return render(request, "accounts/choose_school.html", {"schools": schools, "writers": _writers(known)})


def _writers(known: Iterable[Membership]) -> str:
    return " ".join(one.writer for one in known)
