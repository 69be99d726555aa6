from modeltranslation.translator import TranslationOptions, register

from ideas.models import Idea, Picture


@register(Idea)
class IdeaTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "aim", "seen", "plan", "advice")


@register(Picture)
class PictureTranslation(TranslationOptions):
    fields = ("alt",)
