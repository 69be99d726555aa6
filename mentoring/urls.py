from django.urls import include, path

app_name = "mentoring"
urlpatterns = [
    path("", include("mentoring.note_urls")),
    path("", include("mentoring.survey_urls")),
]
