from django.urls import path

from budgets import money_views

app_name = "budgets"
urlpatterns = [
    path("<int:pk>/money/", money_views.money, name="money"),
]
