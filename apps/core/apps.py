from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "socle"

    def ready(self) -> None:
        from . import checks  # noqa: F401

        autodiscover_modules("events", "handlers", "admin")
