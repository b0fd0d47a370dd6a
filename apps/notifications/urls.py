from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.deliveries, name="deliveries"),
    path("accuses/<str:key>/", views.receipts, name="receipts"),
    path("<int:alert_id>/", views.alert, name="alert"),
    path("couts/", views.costs, name="costs"),
    path("numeros/", views.numbers, name="numbers"),
    path("ecrire/", views.mailing, name="mailing"),
    path("modeles/<str:kind>/", views.wording, name="wording"),
    path("recues/", views.received, name="received"),
    path("renvoyer/", views.send_again, name="send_again"),
]
