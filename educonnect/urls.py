"""Pages that belong to no school. Those of a school are in urls_school.py."""

from django.contrib import admin
from django.urls import include, path

from apps.core import views

urlpatterns = [
    path("", include("apps.portal.urls_home")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.reports.urls_home")),
    path("sante/", views.health, name="health"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("admin/", admin.site.urls),
]
handler500 = "apps.core.views.server_error"
