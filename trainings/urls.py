from django.urls import include, path

from trainings import gathering_views, material_views, views

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
    path("<int:pk>/gathering/", gathering_views.gathering, name="gathering"),
    path("<int:pk>/gathering/move/", gathering_views.move, name="move_gathering"),
    path("<int:pk>/gathering/call-off/", gathering_views.call_off, name="call_off_gathering"),
    path("<int:pk>/gathering/present/", gathering_views.present, name="present"),
    path("<int:pk>/materials/", material_views.materials, name="materials"),
    path("materials/<int:pk>/", material_views.material, name="material"),
    path("materials/<int:pk>/remove/", material_views.remove, name="remove_material"),
    path("series/<int:network>/", gathering_views.series, name="series"),
    path("check-in/<str:token>/", gathering_views.check_in, name="check_in"),
    path("networks/<int:pk>/", gathering_views.network_gatherings, name="network_gatherings"),
    path("networks/<int:pk>.ics", gathering_views.network_feed, name="network_feed"),
    path("cancel/<str:token>/", views.cancel_by_link, name="cancel_by_link"),
    path("offer/<str:token>/", views.offer_by_link, name="offer_by_link"),
]
