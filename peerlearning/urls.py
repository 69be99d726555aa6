from django.urls import include, path

from peerlearning import decision_views, views, wizard_views

app_name = "peerlearning"
urlpatterns = [
    path("", views.visits, name="visits"),
    path("new/", wizard_views.begin, name="begin"),
    path("new/whom/", wizard_views.whom, name="whom"),
    path("<int:pk>/", views.visit, name="visit"),
    path("<int:pk>/where/", wizard_views.where, name="where"),
    path("<int:pk>/when/", wizard_views.when, name="when"),
    path("<int:pk>/travel/", wizard_views.travel, name="travel"),
    path("<int:pk>/review/", wizard_views.review, name="review"),
    path("<int:pk>/travellers/", wizard_views.take_along, name="take_along"),
    path("<int:pk>/travellers/<int:person>/leave/", wizard_views.leave_behind, name="leave_behind"),
    path("<int:pk>/change/", wizard_views.change, name="change"),
    path("<int:pk>/cancel/", wizard_views.cancel, name="cancel"),
    path("<int:pk>/again/", wizard_views.again, name="again"),
    path("<int:pk>/story/", views.story, name="story"),
    path("<int:pk>/stops/<int:stop>/thanks/", views.thank, name="thank"),
    path("<int:pk>/order.pdf", views.travel_order, name="travel_order"),
    path("claims/", include("peerlearning.claim_urls")),
    path("wishes/", include("peerlearning.wish_urls")),
    path("decisions/<int:pk>/", decision_views.decide, name="decide"),
    path("decide/<str:token>/", decision_views.decide_by_link, name="decide_by_link"),
]
