from django.urls import path

from . import views

app_name = "messaging"
urlpatterns = [
    path("", views.threads, name="threads"),
    path("nouveau/", views.new, name="new"),
    path("nouveau/<int:student_id>/", views.write, name="write"),
    path("<int:thread_id>/", views.thread, name="thread"),
    path("<int:thread_id>/suite/", views.following, name="following"),
    path("<int:thread_id>/lu/", views.read, name="read"),
    path("<int:thread_id>/jeton/", views.token, name="token"),
]
