from django.apps import AppConfig


class GradesConfig(AppConfig):
    name = "apps.grades"
    verbose_name = "notes"
