from django.urls import include, path

app_name = "mentoring"
urlpatterns = [
    path("", include("mentoring.desk_urls")),
]
