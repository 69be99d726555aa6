from django.urls import path

from bench.floor import views

urlpatterns = [
    path("", views.index),
    path("healthz", views.up),
    path("money/", views.money),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/sign-up/", views.sign_up),
    path("<int:pk>/participants/", views.participants),
]
