from modeltranslation.translator import TranslationOptions, register

from peerlearning.models import Expertise, KmRate, TravelRules


@register(TravelRules)
class TravelRulesTranslation(TranslationOptions):
    fields = ("billing", "payroll")


@register(KmRate)
class KmRateTranslation(TranslationOptions):
    fields = ("source",)


@register(Expertise)
class ExpertiseTranslation(TranslationOptions):
    fields = ("title", "text")
