from modeltranslation.translator import TranslationOptions, register

from networks.models import Kit, KitPart, Network


@register(Network)
class NetworkTranslation(TranslationOptions):
    fields = ("name", "purpose", "description")


@register(Kit)
class KitTranslation(TranslationOptions):
    fields = ("name", "description", "picture_alt")


@register(KitPart)
class KitPartTranslation(TranslationOptions):
    fields = ("name",)
