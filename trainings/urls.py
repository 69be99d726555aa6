from django.urls import include, path

from trainings import views

app_name = "trainings"
urlpatterns = [
    path("", views.training_list, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", views.feed, name="feed"),
    path("<int:pk>-<slug:slug>/", views.detail, name="detail"),
    path("<int:pk>/training.ics", views.event, name="event"),
    path("<int:pk>/sign-up/", views.sign_up, name="sign_up"),
    path("<int:pk>/leave/", views.cancel, name="cancel"),
    path("<int:pk>/offer/", views.offer, name="offer"),
    path("<int:pk>/free-seat/", views.free_seat, name="free_seat"),
    path("<int:pk>/", include("trainings.staff_urls")),
    path("cancel/<str:token>/", views.cancel_by_link, name="cancel_by_link"),
    path("offer/<str:token>/", views.offer_by_link, name="offer_by_link"),
]
