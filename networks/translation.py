from modeltranslation.translator import TranslationOptions, register

from networks.models import Kit, KitPart, Network, News, Publication


@register(Network)
class NetworkTranslation(TranslationOptions):
    fields = ("name", "purpose", "description")


@register(News)
class NewsTranslation(TranslationOptions):
    fields = ("title", "text")


@register(Publication)
class PublicationTranslation(TranslationOptions):
    fields = ("title", "summary", "made_by")


@register(Kit)
class KitTranslation(TranslationOptions):
    fields = ("name", "description", "picture_alt")


@register(KitPart)
class KitPartTranslation(TranslationOptions):
    fields = ("name",)
