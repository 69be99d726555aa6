from modeltranslation.translator import TranslationOptions, register

from mentoring.models import Cohort


@register(Cohort)
class CohortTranslation(TranslationOptions):
    fields = ("name", "summary", "description")
