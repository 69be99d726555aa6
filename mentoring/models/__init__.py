from mentoring.models.applications import Application, TopicWish
from mentoring.models.cohorts import Cohort, CohortCost, Group
from mentoring.models.meetings import Attendance, Meeting, Note, Theme
from mentoring.models.survey import SurveyAnswer

__all__ = [
    "Application",
    "Attendance",
    "Cohort",
    "CohortCost",
    "Group",
    "Meeting",
    "Note",
    "SurveyAnswer",
    "Theme",
    "TopicWish",
]
