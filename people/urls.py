from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("welcome/", views.welcome, name="welcome"),
    path("me/", views.profile, name="profile"),
    path("me/calendar/", views.renew_calendar, name="renew_calendar"),
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/<str:token>/", views.waiting_by_link, name="waiting_by_link"),
]
