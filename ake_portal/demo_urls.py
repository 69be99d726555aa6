"""Pages of the demo alone: without the demo none of these addresses exist."""

from django.urls import path

from ake_portal import demo_views

app_name = "demo"
urlpatterns = [
    path("", demo_views.cast, name="cast"),
    path("enter/<slug:key>/", demo_views.enter, name="enter"),
    path("inbox/", demo_views.inbox, name="inbox"),
    path("inbox/reminders/", demo_views.remind, name="remind"),
    path("inbox/<str:key>/", demo_views.mail, name="mail"),
    path("inbox/<str:key>/html/", demo_views.mail_html, name="mail_html"),
]
