from django.urls import path

from mentoring import note_views

urlpatterns = [
    path("meetings/<int:pk>/note/", note_views.note, name="note"),
    path("groups/<int:pk>/summary/", note_views.summary, name="summary"),
]
