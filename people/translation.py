from modeltranslation.translator import TranslationOptions, register

from people.models import Branch, Library, Municipality, Region, Theme, Topic


@register(Region)
class RegionTranslation(TranslationOptions):
    fields = ("name", "title", "city")


@register(Municipality)
class MunicipalityTranslation(TranslationOptions):
    fields = ("name", "province")


@register(Library)
class LibraryTranslation(TranslationOptions):
    fields = ("name",)


@register(Branch)
class BranchTranslation(TranslationOptions):
    fields = ("name", "street", "area")


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name",)
