from django.urls import path

from trainings import cost_views, staff_views

# Included under <int:pk>/ by trainings.urls, in the same namespace
urlpatterns = [
    path("participants/", staff_views.participants, name="participants"),
    path("participants/print/", staff_views.print_list, name="print_participants"),
    path("participants.<str:extension>", staff_views.export, name="export_participants"),
    path("participants/add/", staff_views.add_participant, name="add_participant"),
    path("participants/<int:registration>/remove/", staff_views.remove_participant, name="remove_participant"),
    path("participants/<int:registration>/seat/", staff_views.give_seat, name="give_seat"),
    path("attendance/", staff_views.attendance_today, name="attendance"),
    path("attendance/<int:session>/", staff_views.attendance, name="session_attendance"),
    path("costs/", cost_views.costs, name="costs"),
    path("costs/new/", cost_views.book_cost, name="book_cost"),
    path("message/", staff_views.message, name="message"),
    path("publish/", staff_views.publish, name="publish"),
    path("unpublish/", staff_views.unpublish, name="unpublish"),
    path("call-off/", staff_views.cancel_training, name="cancel_training"),
    path("copy/", staff_views.copy, name="copy"),
]
