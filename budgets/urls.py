from django.urls import path

from budgets import invoice_views, ledger_views, money_views, plan_views, views

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
    path("<int:pk>/money/invoices/", invoice_views.of_plan, name="invoices"),
    path("invoices/", invoice_views.waiting, name="waiting"),
    path("invoices/<int:pk>/", invoice_views.invoice, name="invoice"),
    path("invoices/<int:pk>/check/", invoice_views.check, name="check"),
    path("invoices/<int:pk>/approve/", invoice_views.approve, name="approve"),
    path("invoices/<int:pk>/send-back/", invoice_views.send_back, name="send_back"),
    path("invoices/<int:pk>/correct/", invoice_views.correct, name="correct"),
    path("invoices/<int:pk>/drop/", invoice_views.drop, name="drop"),
    path("receipts/<int:pk>/", invoice_views.receipt, name="receipt"),
    path("<int:pk>/money/ledger/", ledger_views.of_plan, name="ledger"),
    path("ledger/<int:pk>/", ledger_views.row, name="ledger_row"),
    path("ledger/<int:pk>/book/", ledger_views.book_row, name="book_row"),
]
