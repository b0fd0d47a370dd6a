from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import module_has_submodule


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "journal"

    def ready(self) -> None:
        from . import checks  # noqa: F401

        for module in settings.MODULES:
            for name in ("events", "handlers", "admin"):
                _import_if_there(f"apps.{module}", name)


def _import_if_there(package: str, name: str) -> None:
    """Ours alone: a dependency's own admin would show its rows to the operator."""
    if module_has_submodule(import_module(package), name):
        import_module(f"{package}.{name}")
