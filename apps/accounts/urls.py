from allauth.account import views as allauth
from django.urls import path

urlpatterns = [
    path("connexion/", allauth.login, name="account_login"),
    path("deconnexion/", allauth.logout, name="account_logout"),
]
