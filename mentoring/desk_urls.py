from django.urls import path

from mentoring import cost_views, desk_views, forming_views

urlpatterns = [
    path("<int:pk>/desk/", desk_views.desk, name="desk"),
    path("<int:pk>/desk/applications.xlsx", desk_views.applications_file, name="applications_file"),
    path("<int:pk>/desk/groups/", forming_views.forming, name="forming"),
    path("<int:pk>/desk/groups/propose/", forming_views.propose, name="propose_groups"),
    path("<int:pk>/desk/groups/add/", forming_views.add_group, name="add_group"),
    path("<int:pk>/desk/groups/<int:group>/change/", forming_views.change_group, name="change_group"),
    path("<int:pk>/desk/groups/<int:group>/remove/", forming_views.remove_group, name="remove_group"),
    path("<int:pk>/desk/people/<int:application>/move/", forming_views.move_person, name="move_person"),
    path("<int:pk>/desk/costs/", cost_views.costs, name="costs"),
    path("<int:pk>/desk/costs/new/", cost_views.book_cost, name="book_cost"),
    path("<int:pk>/desk/<str:move>/", desk_views.move, name="desk_move"),
]
