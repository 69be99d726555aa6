from modeltranslation.translator import TranslationOptions, register

from budgets.models import BudgetLine, FocusArea, FundingSource, Measure, Plan, PlanSnapshot, StaffShare


@register(Plan)
class PlanTranslation(TranslationOptions):
    fields = ("name", "highlights")


@register(StaffShare)
class StaffShareTranslation(TranslationOptions):
    fields = ("title",)


@register(FocusArea)
class FocusAreaTranslation(TranslationOptions):
    fields = ("name", "goal")


@register(Measure)
class MeasureTranslation(TranslationOptions):
    fields = ("name", "description", "drop_reason", "indicator", "target", "outcome")


@register(PlanSnapshot)
class PlanSnapshotTranslation(TranslationOptions):
    fields = ("note",)


@register(FundingSource)
class FundingSourceTranslation(TranslationOptions):
    fields = ("name",)


@register(BudgetLine)
class BudgetLineTranslation(TranslationOptions):
    fields = ("name",)
