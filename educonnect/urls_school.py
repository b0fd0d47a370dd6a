"""Pages inside a school, under /<school>/ (apps/accounts/middleware.py)."""

from django.urls import include, path

from apps.accounts.admin_site import school_admin

urlpatterns = [
    path("", include("apps.portal.urls")),
    path("notes/", include("apps.grades.urls")),
    path("appel/", include("apps.attendance.urls")),
    path("messages/", include("apps.messaging.urls")),
    path("alertes/", include("apps.notifications.urls")),
    path("bulletins/", include("apps.reports.urls")),
    path("logo/", include("apps.schools.urls")),
    path("admin/", school_admin.urls),
]
handler500 = "apps.core.views.server_error"
