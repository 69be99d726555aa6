from django.urls import path

from mentoring import survey_views

urlpatterns = [path("<int:pk>/survey/", survey_views.page, name="survey")]
