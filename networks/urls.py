from django.urls import path, re_path

from networks import desk_views, views

app_name = "networks"
urlpatterns = [
    path("", views.network_list, name="list"),
    path("<int:pk>-<slug:slug>/", views.network, name="network"),
    path("<int:pk>/join/", views.join, name="join"),
    path("<int:pk>/answer/<str:move>/", views.answer, name="answer"),
    path("<int:pk>/news/<str:switch>/", views.news, name="news"),
    path("<int:pk>/members/", views.members, name="members"),
    path("<int:pk>/desk/", desk_views.desk, name="desk"),
    path("<int:pk>/desk/invite/", desk_views.invite, name="invite"),
    path("<int:pk>/desk/teams/", desk_views.teams, name="teams"),
    path("<int:pk>/desk/<int:person>/<str:move>/", desk_views.decide, name="decide"),
    re_path(r"^pictures/(?P<name>[0-9a-f]{32}\.(?:jpg|png))$", views.picture, name="picture"),
]
