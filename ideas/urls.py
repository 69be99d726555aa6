from django.urls import path, re_path

from ideas import desk_views, views, write_views

app_name = "ideas"
urlpatterns = [
    path("", views.idea_list, name="list"),
    path("<int:pk>-<slug:slug>/", views.detail, name="detail"),
    re_path(r"^pictures/(?P<name>[0-9a-f]{32}\.(?:jpg|png))$", views.picture, name="picture"),
    path("mine/", write_views.mine, name="mine"),
    path("write/<str:kind>/", write_views.write, name="write"),
    path("<int:pk>/edit/", write_views.edit, name="edit"),
    path("<int:pk>/<str:move>/mine/", write_views.move, name="move"),
    path("tip/", write_views.tip, name="tip"),
    path("tip/thanks/", write_views.thanks, name="thanks"),
    path("<int:pk>/check/", views.check, name="check"),
    path("check/<str:token>/", views.check_by_link, name="check_by_link"),
    path("queue/", desk_views.queue, name="queue"),
    path("queue/note/", desk_views.note, name="note"),
    path("<int:pk>/desk/", desk_views.desk, name="desk"),
]
