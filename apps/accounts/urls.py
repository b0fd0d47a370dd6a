from django.urls import path

from . import views

urlpatterns = [
    path("connexion/", views.SignIn.as_view(), name="account_login"),
    path("deconnexion/", views.SignOut.as_view(), name="account_logout"),
    path("compte/", views.account, name="account"),
    path("compte/mot-de-passe/", views.choose_password, name="password_first"),
    path("etablissements/", views.choose_school, name="choose_school"),
]
