from django.urls import path

from networks import news_views as views

app_name = "news"
urlpatterns = [
    path("<int:network>/news-items/", views.news_list, name="list"),
    path("<int:network>/news-items/write/", views.write, name="write"),
    path("<int:network>/news-items/<int:pk>/", views.item, name="item"),
    path("<int:network>/news-items/<int:pk>/edit/", views.edit, name="edit"),
    path("<int:network>/news-items/<int:pk>/preview/", views.preview, name="preview"),
    path("<int:network>/news-items/<int:pk>/send/", views.send, name="send"),
    path("<int:network>/news-items/<int:pk>/delete/", views.delete, name="delete"),
    path("news-items/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
