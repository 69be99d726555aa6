from django.urls import path, re_path

from networks import shelf_views as views

app_name = "publications"
urlpatterns = [
    path("", views.shelf, name="list"),
    path("<int:pk>-<slug:slug>/", views.detail, name="detail"),
    path("write/<int:network>/", views.write, name="write"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:publication>/files/<int:pk>/", views.file, name="file"),
    re_path(r"^covers/(?P<name>[0-9a-f]{32}\.(?:jpg|png))$", views.cover, name="cover"),
]
