from django.urls import path

from . import views

app_name = "grades"
urlpatterns = [
    path("", views.courses, name="courses"),
    path("cours/<int:course_id>/", views.course, name="course"),
    path("cours/<int:course_id>/nouvelle/", views.assessment_new, name="assessment_new"),
    path("cours/<int:course_id>/reprendre/", views.assessment_copy, name="assessment_copy"),
    path("cases/", views.cells, name="cells"),
    path("evaluations/<int:assessment_id>/", views.mark_sheet, name="mark_sheet"),
    path("evaluations/<int:assessment_id>/chiffres/", views.mark_figures, name="mark_figures"),
    path("evaluations/<int:assessment_id>/eleves/<int:student_id>/", views.mark_history, name="mark_history"),
    path("evaluations/<int:assessment_id>/modifier/", views.assessment_edit, name="assessment_edit"),
    path("evaluations/<int:assessment_id>/publier/", views.assessment_publish, name="assessment_publish"),
    path("evaluations/<int:assessment_id>/supprimer/", views.assessment_discard, name="assessment_discard"),
]
