from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.deliveries, name="deliveries"),
    path("accuses/<str:key>/", views.receipts, name="receipts"),
    path("renvoyer/", views.send_again, name="send_again"),
]
