from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "apps.gateways"
    verbose_name = "passerelles"

    def ready(self) -> None:
        from . import checks  # noqa: F401 registers them
