"""Addresses of wishes for a host, inside the namespace of peerlearning."""

from django.urls import path

from peerlearning import wish_views

urlpatterns = [
    path("", wish_views.wish_list, name="wishes"),
    path("new/", wish_views.new, name="new_wish"),
    path("note/", wish_views.note, name="note_wish"),
    path("proposals/<int:pk>/take-back/", wish_views.take_back, name="take_back_host"),
    path("<int:pk>/", wish_views.wish, name="wish"),
    path("<int:pk>/write/", wish_views.write, name="write_wish"),
    path("<int:pk>/propose/", wish_views.propose, name="propose_hosts"),
    path("<int:pk>/take/", wish_views.take, name="take_hosts"),
    path("<int:pk>/turn-down/", wish_views.turn_down, name="turn_down_hosts"),
    path("<int:pk>/withdraw/", wish_views.withdraw, name="withdraw_wish"),
    path("<int:pk>/close/", wish_views.close, name="close_wish"),
]
