from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("famille/", views.family, name="family"),
    path("famille/messages/", views.family_messages, name="messages"),
    path("compte/telephone/", views.phone, name="phone"),
    path("compte/telephone/code/", views.phone_code, name="phone_code"),
]
