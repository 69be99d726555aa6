from django.urls import path, re_path

from networks import loan_views

app_name = "kits"
urlpatterns = [
    path("", loan_views.kit_list, name="list"),
    path("<int:pk>-<slug:slug>/", loan_views.kit, name="kit"),
    path("<int:pk>/book/", loan_views.book, name="book"),
    path("<int:pk>/desk/", loan_views.desk, name="desk"),
    path("<int:pk>/complete/", loan_views.complete, name="complete"),
    path("loans/", loan_views.own_loans, name="loans"),
    path("loans/<int:pk>/cancel/", loan_views.cancel, name="cancel"),
    path("loans/<int:pk>/receive/", loan_views.receive, name="receive"),
    path("loans/<int:pk>/not-fetched/", loan_views.close_unfetched, name="close_unfetched"),
    path("loans/<int:pk>/take-back/", loan_views.take_back, name="take_back"),
    path("loans/<int:pk>/move/", loan_views.move, name="move"),
    path("loans/<int:pk>/call-off/", loan_views.call_off, name="call_off"),
    re_path(r"^pictures/(?P<name>[0-9a-f]{32}\.(?:jpg|png))$", loan_views.picture, name="picture"),
]
