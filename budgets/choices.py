"""Choosing a measure in the admin of whatever carries it out."""

from django import forms
from django.db.models import Q

from budgets.models import Measure, Plan


class MeasureChoice(forms.ModelChoiceField):
    """Measures, each with its plan."""

    def label_from_instance(self, measure):
        return f"{measure.plan}: {measure}"


class ChoosesMeasure:
    """For an admin whose rows have a `measure`: offers those of plans that are open, each with its plan's year; stands before the admin class."""

    def choices_of(self, db_field, request):
        rows = super().choices_of(db_field, request)
        if db_field.name != "measure":
            return rows
        is_open = ~Q(focus_area__plan__state=Plan.State.FROZEN) & ~Q(state=Measure.State.DROPPED)
        return rows.filter(is_open | Q(pk__in=self._kept(db_field, request))).select_related("focus_area__plan__region")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "measure":
            kwargs["form_class"] = MeasureChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
