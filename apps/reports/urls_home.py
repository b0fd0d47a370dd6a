"""The page that anybody may ask about a paper."""

from django.urls import path

from . import views

app_name = "papers"
urlpatterns = [path("v/<str:code>/", views.verify, name="verify")]
