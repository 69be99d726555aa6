from django.urls import path

from budgets import money_views, plan_views, views

app_name = "budgets"
urlpatterns = [
    path("", views.plan_list, name="plans"),
    path("<int:pk>-<slug:slug>/", views.plan, name="plan"),
    path("<int:pk>/editions/<int:number>/", views.edition, name="edition"),
    path("<int:pk>/publish/", plan_views.publish, name="publish"),
    path("<int:pk>/freeze/", plan_views.freeze, name="freeze"),
    path("<int:pk>/copy/", plan_views.copy, name="copy"),
    path("<int:pk>/money/", money_views.money, name="money"),
    path("<int:pk>/money.<str:extension>", money_views.money_file, name="money_file"),
    path("<int:pk>/money/lines/<int:line>/", money_views.line, name="line"),
    path("<int:pk>/money/cost/", money_views.book_cost, name="book_cost"),
    path("<int:pk>/money/transfer/", money_views.transfer, name="transfer"),
    path("expenses/<int:pk>/", money_views.expense, name="expense"),
    path("bookings/<int:pk>/reverse/", money_views.reverse, name="reverse"),
]
