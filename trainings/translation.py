from modeltranslation.translator import TranslationOptions, register

from trainings.models import Material, Session, Training


@register(Training)
class TrainingTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "interpretation", "place", "cancel_reason")


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("place",)


@register(Material)
class MaterialTranslation(TranslationOptions):
    fields = ("title",)
