from modeltranslation.translator import TranslationOptions, register

from networks.models import Network, News, Publication


@register(Network)
class NetworkTranslation(TranslationOptions):
    fields = ("name", "purpose", "description")


@register(News)
class NewsTranslation(TranslationOptions):
    fields = ("title", "text")


@register(Publication)
class PublicationTranslation(TranslationOptions):
    fields = ("title", "summary", "made_by")
