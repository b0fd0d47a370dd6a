from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.classes, name="classes"),
    path("classes/<int:class_term_id>/", views.class_term, name="class_term"),
    path("classes/<int:class_term_id>/etape/", views.go_on, name="go_on"),
    path("classes/<int:class_term_id>/retour/", views.go_back, name="go_back"),
    path("classes/<int:class_term_id>/conseil/", views.council, name="council"),
    path("classes/<int:class_term_id>/conseil/<int:student_id>/", views.verdict, name="verdict"),
    path("classes/<int:class_term_id>/emettre/", views.issue, name="issue"),
    path("classes/<int:class_term_id>/imprimer/", views.print_class, name="print_class"),
    path("classes/<int:class_term_id>/publier/", views.show_to_families, name="show_to_families"),
    path("eleves/<int:student_id>/", views.student, name="student"),
    path("documents/", views.documents, name="documents"),
    path("documents/classes/<int:class_group_id>/", views.class_documents, name="class_documents"),
    path("documents/classes/<int:class_group_id>/liste/", views.class_list, name="class_list"),
    path("documents/classes/<int:class_group_id>/feuille/", views.class_sheet, name="class_sheet"),
    path("documents/periodes/<int:class_term_id>/releves/", views.class_statements, name="class_statements"),
    path("documents/periodes/<int:class_term_id>/statistiques/", views.statistics, name="statistics"),
    path("documents/periodes/<int:class_term_id>/tableau-d-honneur/", views.honour_roll, name="honour_roll"),
    path("documents/eleves/<int:student_id>/", views.student_documents, name="student_documents"),
    path(
        "documents/eleves/<int:student_id>/releves/<int:class_term_id>/",
        views.mark_statement,
        name="mark_statement",
    ),
    path("documents/eleves/<int:student_id>/certificats/", views.certify, name="certify"),
    path("documents/certificats/<int:certificate_id>/", views.certificate, name="certificate"),
    path(
        "documents/certificats/<int:certificate_id>/annuler/",
        views.certificate_cancel,
        name="certificate_cancel",
    ),
    path("<int:card_id>/lire/", views.read, name="read"),
    path("<int:card_id>/lu/", views.acknowledge, name="acknowledge"),
    path("impressions/<int:run_id>/", views.printed, name="printed"),
    path("impressions/<int:run_id>/arreter/", views.stop_printing, name="stop_printing"),
    path("<int:card_id>/", views.card, name="card"),
    path("<int:card_id>/annuler/", views.cancel, name="cancel"),
    path("appreciations/phrases/", views.phrases, name="phrases"),
    path("appreciations/phrases/<int:phrase_id>/retirer/", views.phrase_forget, name="phrase_forget"),
    path("appreciations/<int:course_id>/", views.remarks, name="remarks"),
    path("appreciations/<int:course_id>/<int:term_id>/cases/", views.remark_cells, name="remark_cells"),
    path("classes/<int:class_term_id>/generale/", views.general_remarks, name="general_remarks"),
    path("classes/<int:class_term_id>/generale/cases/", views.general_cells, name="general_cells"),
]
