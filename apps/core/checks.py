"""`manage.py check` refuses a model that did not choose its tenancy."""

from django.apps import apps
from django.core.checks import Error, register

from .locks import SHARED_BY_ALL_SCHOOLS
from .tenancy import SchoolModelBase


@register()
def every_model_chooses_its_tenancy(app_configs, **kwargs) -> list[Error]:
    """A model is school-owned or listed as shared; an automatic link table is neither."""
    ours = [
        model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("apps.")
    ]
    return [
        Error(f"{model._meta.label} is neither SchoolOwned nor listed as shared", obj=model, id="core.E001")
        for model in ours
        if not isinstance(model, SchoolModelBase)
        and model._meta.label not in SHARED_BY_ALL_SCHOOLS
        and not _links_shared_models(model)
    ]


def _links_shared_models(model) -> bool:
    owner = model._meta.auto_created
    return bool(owner) and owner._meta.label in SHARED_BY_ALL_SCHOOLS
