"""`manage.py check` refuses an SMS gateway that could not carry anything, and one that would print names."""

from django.conf import settings
from django.core.checks import Error, register

PLATFORM = ("console", "http")  # a school has Orange's with its own contract


@register()
def the_gateway_can_be_reached(app_configs, **kwargs) -> list[Error]:
    """A known adapter, with an address if it needs one."""
    if settings.SMS_GATEWAY not in PLATFORM:
        known = ", ".join(PLATFORM)
        return [
            Error(f"SMS_GATEWAY must be one of {known}, not {settings.SMS_GATEWAY!r}", id="gateways.E001")
        ]
    if settings.SMS_GATEWAY == "http" and not settings.SMS_HTTP_URL.startswith(("http://", "https://")):
        return [Error("SMS_GATEWAY is http: SMS_HTTP_URL must be its address", id="gateways.E002")]
    return []


@register(deploy=True)
def production_prints_no_sms(app_configs, **kwargs) -> list[Error]:
    """The console adapter writes numbers and names to the log: logs hold no person."""
    if settings.SMS_GATEWAY == "console":
        return [Error("SMS_GATEWAY is console: no SMS would leave", id="gateways.E003")]
    return []
