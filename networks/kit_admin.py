"""Kits and loans in the admin: what is lent and of what it is made up; loans are run at the kit's desk on the portal."""

from django import forms
from django.contrib import admin
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminFileFieldWidget

from ake_portal.lib import uploads
from ake_portal.lib.admin import (
    LacksTranslation,
    ReadOnly,
    ScopedAdmin,
    ScopedTabularInline,
    TranslatedForm,
    audited,
    to_page,
)
from networks import shelf
from networks.models import Kit, KitPart, Loan, Network
from people.admin import OwnRegions

audited(Kit)
audited(KitPart)


class KitForm(TranslatedForm):
    """A picture is judged by what is in it, and kept without what a camera writes into it."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, at most 10 MB."),
    )

    def clean_picture(self):
        file = self.cleaned_data["picture"]
        if "picture" not in self.changed_data or not file:
            return file
        try:
            accepted = uploads.examine(file)
        except uploads.Rejected as rejected:
            raise forms.ValidationError(_("This file is not a JPEG or PNG picture that can be shown.")) from rejected
        if not accepted.content_type.startswith("image/"):
            raise forms.ValidationError(_("This file is not a JPEG or PNG picture that can be shown."))
        return ContentFile(accepted.content, name=f"picture.{accepted.extension}")

    @property
    def dropped(self):
        """The picture that the kit no longer has, or None."""
        before = self.initial.get("picture")
        return before if before and "picture" in self.changed_data else None


class Parts(ScopedTabularInline):
    model = KitPart
    fields = ("position", "name", "number")


@admin.register(Kit)
class KitAdmin(ScopedAdmin):
    form = KitForm
    list_display = ("name", "kind", "network", "region", "is_active")
    list_select_related = ("network", "region")
    list_filter = ("kind", ("region", OwnRegions), "is_active", LacksTranslation)
    search_fields = ("name", "description")
    ordering = ("name",)
    reserved = ("delete",)
    inlines = (Parts,)
    actions_detail = ("to_desk",)
    to_desk = to_page("kits:desk", _("Loans of the kit"), "swap_horiz", ActionVariant.PRIMARY)
    fieldsets = (
        (None, {"fields": ("kind", "network", "region", "name", "description", "is_active")}),
        (_("Loans"), {"fields": (("service_days", "longest_loan"),)}),
        (_("Picture"), {"fields": ("picture", "picture_alt")}),
    )

    def scope(self, queryset, request):
        return queryset.filter(pk__in=Kit.objects.run_by(request.user).values("pk"))

    def choices_of(self, db_field, request):
        if db_field.name == "network":
            return Network.objects.run_by(request.user).by_name()
        return super().choices_of(db_field, request)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        shelf.forget([form.dropped] if form.dropped else [])


@admin.register(Loan)
class LoanAdmin(ReadOnly, ScopedAdmin):
    list_display = ("kit", "library", "first_day", "last_day", "state", "borrower")
    list_select_related = ("kit", "library", "person")
    list_filter = ("state", ("kit__region", OwnRegions))
    search_fields = ("library__name_fi", "library__name_sv", "kit__name_fi", "kit__name_sv")
    ordering = ("-first_day", "-pk")
    fields = (
        *("kit", "library", "borrower", "state", ("first_day", "last_day"), "comes_from", "booked_at"),
        *(("picked_up_on", "returned_on"), "condition", "reason"),
    )
    readonly_fields = ("borrower",)

    def scope(self, queryset, request):
        return queryset.run_by(request.user)

    @display(description=_("borrower"))
    def borrower(self, loan):
        return str(loan.person or "–")
