"""Seasons of group mentoring in the admin: what, for whom, when. Applications and groups are seen to on the season's desk."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from ake_portal.lib.admin import LacksTranslation, PlainFields, ScopedAdmin, TranslatedForm, audited, to_page
from budgets.choices import ChoosesMeasure
from mentoring.models import Application, Cohort
from people.admin import OwnRegions

audited(Cohort, m2m_fields={"co_regions", "topics"})


@admin.register(Cohort)
class CohortAdmin(PlainFields, ChoosesMeasure, ScopedAdmin):
    """Seasons of the own regions, alone or together with others."""

    form = TranslatedForm
    list_display = ("name", "region", "state", "deadline", "first_day", "applicants")
    list_select_related = ("region",)
    list_filter = (("region", OwnRegions), "state", LacksTranslation)
    search_fields = ("name", "summary")
    ordering = ("-first_day", "-pk")
    open_choices = ("topics", "co_regions")
    actions = None
    actions_detail = ("to_desk",)
    to_desk = to_page("mentoring:desk", _("The season's desk"), "groups", ActionVariant.PRIMARY)
    readonly_fields = ("state",)
    fieldsets = (
        (None, {"fields": ("name", "summary", "description", "topics", "state")}),
        (_("Who arranges it"), {"fields": ("region", "co_regions", "partners", "measure")}),
        (_("When"), {"fields": ("deadline", "answer_until", ("first_day", "last_day"))}),
        (_("Groups"), {"fields": (("smallest", "largest"), "meeting_minutes")}),
    )

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    def get_queryset(self, request):
        given_up = Application.State.WITHDRAWN
        return (
            super()
            .get_queryset(request)
            .annotate(applicants=Count("applications", filter=~Q(applications__state=given_up)))
        )

    def has_delete_permission(self, request, obj=None):
        """Only a draft to which nobody has applied can go: Django's question before deleting lists what is below, themes too."""
        is_unused = obj is None or (obj.state == Cohort.State.DRAFT and not obj.applications.exists())
        return is_unused and super().has_delete_permission(request, obj)

    @display(description=_("applications"), ordering="applicants")
    def applicants(self, cohort):
        return cohort.applicants or ""

    def get_changeform_initial_data(self, request):
        own = request.user.coordinated_regions
        initial = {"region": own[0].pk} if len(own) == 1 else {}
        return {**initial, **super().get_changeform_initial_data(request)}
