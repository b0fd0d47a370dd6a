"""The operator's own admin at /admin/: schools, and nothing of what is inside them."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import SimpleAdminConfig


class OperatorAdminConfig(SimpleAdminConfig):
    default_site = "educonnect.admin.OperatorSite"


class OperatorSite(AdminSite):
    site_header = site_title = "EduConnect, exploitation"
    index_title = "Établissements"
