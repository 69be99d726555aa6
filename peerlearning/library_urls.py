from django.urls import path

from peerlearning import library_views as views

app_name = "libraries"
urlpatterns = [
    path("", views.expertise_list, name="list"),
    path("<int:pk>/expertise/", views.desk, name="desk"),
    path("<int:pk>/expertise/new/", views.add, name="add"),
    path("<int:pk>/expertise/holds/", views.holds, name="holds"),
    path("<int:pk>/expertise/editors/", views.name_editor, name="name_editor"),
    path("<int:pk>/expertise/editors/<int:person>/remove/", views.remove_editor, name="remove_editor"),
    path("expertise/<int:pk>/", views.edit, name="edit"),
    path("expertise/<int:pk>/remove/", views.remove, name="remove"),
    path("expertise/<int:pk>/not-me/", views.not_me, name="not_me"),
    path("<int:pk>-<slug:slug>/", views.library, name="library"),
]
