from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("", views.school, name="home"),
    path("journee/", views.board, name="board"),
    path("journee/jeton/", views.board_token, name="board_token"),
    path("moi/", views.me, name="me"),
    path("enfants/<int:student_id>/", views.child, name="child"),
    path("enfants/<int:student_id>/absences/", views.child_absences, name="child_absences"),
    path("appel/absences/classes-entieres/", views.whole_classes, name="whole_classes"),
    path(
        "appel/absences/classes-entieres/<int:entry_id>/annuler/",
        views.whole_classes_undo,
        name="whole_classes_undo",
    ),
]
