app_name = "grades"
urlpatterns = []
