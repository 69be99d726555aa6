from django.urls import include, path

from mentoring import views

app_name = "mentoring"
urlpatterns = [
    path("", views.cohort_list, name="list"),
    path("<int:pk>-<slug:slug>/", views.cohort, name="cohort"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("places/<int:pk>/", views.place, name="place"),
    path("", include("mentoring.desk_urls")),
    path("", include("mentoring.note_urls")),
    path("", include("mentoring.survey_urls")),
    path("", include("mentoring.group_urls")),
]
