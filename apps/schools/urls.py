from django.urls import path

from . import views

app_name = "schools"
urlpatterns = [path("<slug:digest>.png", views.logo, name="logo")]
