from django.urls import path

from mentoring import group_views as views

urlpatterns = [
    path("groups/<int:pk>/", views.group, name="group"),
    path("groups/<int:pk>/convenor/", views.convenor, name="convenor"),
    path("groups/<int:pk>/link/", views.link, name="link"),
    path("groups/<int:pk>/plan/", views.plan, name="plan"),
    path("groups/<int:pk>/add/", views.add, name="add"),
    path("groups/<int:pk>/leave/", views.leave, name="leave"),
    path("groups/<int:pk>/themes/", views.propose, name="propose"),
    path("themes/<int:pk>/", views.theme, name="theme"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/move/", views.move, name="move"),
    path("meetings/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("meetings/<int:pk>/theme/", views.agree, name="agree"),
    path("meetings/<int:pk>/attendance/", views.attendance, name="attendance"),
]
