"""Admin pages of people and libraries. Each says in `scope` which rows a coordinator sees; a superuser sees all."""

from allauth.account.models import EmailAddress
from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget

from ake_portal.lib import exports
from ake_portal.lib.admin import LacksTranslation, ReadOnly, ScopedAdmin, ScopedTabularInline, audited, label_of
from notifications.admin import undelivered
from people import actions, imports
from people.models import (
    Branch,
    Deputy,
    Library,
    MailDomain,
    Municipality,
    QuietPeriod,
    Region,
    Theme,
    Topic,
    User,
)

audited(Region, m2m_fields={"coordinators", "readers"})
audited(User, exclude=("password", "last_login", "calendar_token"), m2m_fields={"topics"})
for model in (QuietPeriod, Municipality, Library, MailDomain, Branch, Topic, Theme, Deputy):
    audited(model)


class OwnRegions(admin.RelatedFieldListFilter):
    """Filter by region, offering the reader's own ones only."""

    def field_choices(self, field, request, model_admin):
        return [(region.pk, str(region)) for region in request.user.coordinated_regions]


class QuietPeriods(ScopedTabularInline):
    model = QuietPeriod
    fields = ("first_day", "last_day", "library")
    autocomplete_fields = ("library",)


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    list_display = ("name", "kind", "city", "email", "number_of_libraries")
    search_fields = ("name", "city", "email")
    list_filter = ("kind", LacksTranslation)
    ordering = ("kind", "name")
    reserved = ("add", "delete")
    autocomplete_fields = ("coordinators", "readers")
    inlines = (QuietPeriods,)
    fieldsets = (
        (None, {"fields": ("code", "kind", "name", "title", "city")}),
        (_("Contact"), {"fields": ("email", "phone", "privacy_contact")}),
        (_("Roles"), {"fields": ("coordinators", "readers")}),
    )

    def scope(self, queryset, request):
        return queryset.filter(coordinators=request.user)

    def get_readonly_fields(self, request, obj=None):
        """Coordinators and readers are appointed by a superuser."""
        return [] if request.user.is_superuser else ["code", "kind", "coordinators", "readers"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(libraries_there=Count("libraries", distinct=True))

    @display(description=_("libraries"))
    def number_of_libraries(self, region):
        return _list_link(Library, region.libraries_there, region__id__exact=region.pk)


@admin.register(Municipality)
class MunicipalityAdmin(ScopedAdmin):
    list_display = ("name", "code", "province", "region", "library")
    list_select_related = ("region", "library")
    list_filter = (("region", OwnRegions), ("library", admin.EmptyFieldListFilter))
    search_fields = ("name", "code")
    ordering = ("name",)
    reserved = ("add", "delete")
    autocomplete_fields = ("library",)
    fields = ("code", "name", "province", "region", "library", ("lat", "lon"))

    def scope(self, queryset, request):
        return queryset.filter(region__coordinators=request.user)

    def get_readonly_fields(self, request, obj=None):
        """The map of the country is a superuser's; which library serves a municipality is the region's."""
        return [] if request.user.is_superuser else ["code", "name_fi", "name_sv", "province", "region", "lat", "lon"]


class MailDomains(ScopedTabularInline):
    model = MailDomain


class Deputies(ScopedTabularInline):
    model = Deputy
    fields = ("person", "first_day", "last_day")
    autocomplete_fields = ("person",)


@admin.register(Library)
class LibraryAdmin(ScopedAdmin):
    list_display = ("name", "region", "director", "number_of_people", "number_of_branches", "is_open")
    list_select_related = ("region", "director")
    list_filter = (("region", OwnRegions), ("director", admin.EmptyFieldListFilter), LacksTranslation)
    search_fields = ("name", "consortium")
    ordering = ("name",)
    reserved = ("delete",)
    autocomplete_fields = ("director", "superior")
    inlines = (Deputies, MailDomains)
    fieldsets = (
        (None, {"fields": ("name", "region", "consortium", "staff_count", "email", "closed_on")}),
        (_("Who decides"), {"fields": ("director", "superior")}),
    )

    def scope(self, queryset, request):
        return queryset.coordinated_by(request.user)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                branches_there=Count("branches", distinct=True),
                people_there=Count("people", filter=Q(people__erased_at=None), distinct=True),
            )
        )

    @display(description=_("people"))
    def number_of_people(self, library):
        return _list_link(User, library.people_there, library__id__exact=library.pk)

    @display(description=_("branches"))
    def number_of_branches(self, library):
        return _list_link(Branch, library.branches_there, library__id__exact=library.pk)

    @display(description=_("in use"), boolean=True)
    def is_open(self, library):
        return library.closed_on is None


@admin.register(Branch)
class BranchAdmin(ScopedAdmin):
    list_display = ("name", "library", "municipality", "street", "is_open")
    list_select_related = ("library", "municipality")
    list_filter = (("library__region", OwnRegions), ("library", admin.EmptyFieldListFilter), LacksTranslation)
    search_fields = ("name", "street", "library__name_fi", "library__name_sv")
    ordering = ("name",)
    reserved = ("delete",)
    autocomplete_fields = ("library", "municipality")
    fieldsets = (
        (None, {"fields": ("name", "library", "municipality", "closed_on")}),
        (_("Contact"), {"fields": ("street", ("zipcode",), "area", "email", "phone", "homepage", ("lat", "lon"))}),
        (
            _("Kirjastohakemisto"),
            {"fields": ("directory_id", "modified_at"), "description": _("Branches: Kirjastohakemisto, CC BY 4.0.")},
        ),
    )
    readonly_fields = ("directory_id", "modified_at")

    def scope(self, queryset, request):
        return queryset.filter(
            Q(library__region__coordinators=request.user)
            | Q(library=None, municipality__region__coordinators=request.user)
        ).distinct()

    @display(description=_("in use"), boolean=True)
    def is_open(self, branch):
        return branch.closed_on is None


class PortalWideAdmin(ScopedAdmin):
    """What all regions share: coordinators read it and add to it, a superuser keeps it tidy."""

    reserved = ("change", "delete")

    def scope(self, queryset, request):
        return queryset


@admin.register(Topic)
class TopicAdmin(PortalWideAdmin):
    list_display = ("name", "group")
    list_filter = ("group", LacksTranslation)
    search_fields = ("name",)
    ordering = ("group", "name")
    fields = ("name", "group")


@admin.register(Theme)
class ThemeAdmin(PortalWideAdmin):
    list_display = ("name", "is_active")
    list_filter = ("is_active", LacksTranslation)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "is_active")


@admin.register(Deputy)
class DeputyAdmin(ScopedAdmin):
    list_display = ("person", "library", "first_day", "last_day")
    list_select_related = ("person", "library")
    list_filter = (("library__region", OwnRegions),)
    search_fields = ("person__last_name", "person__first_name", "library__name_fi", "library__name_sv")
    ordering = ("-last_day",)
    autocomplete_fields = ("person", "library")
    fields = ("library", "person", ("first_day", "last_day"))

    def scope(self, queryset, request):
        return queryset.filter(library__region__coordinators=request.user)


class TableForm(forms.Form):
    """The file with the people."""

    table = forms.FileField(
        label=_("Excel table (xlsx)"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx"}), max_length=200
    )
    refusal = ""


class Unconfirmed(admin.SimpleListFilter):
    """Whether a director or coordinator has said that the person works there."""

    title = _("workplace")
    parameter_name = "workplace"

    def lookups(self, request, model_admin):
        return [("unconfirmed", _("not confirmed")), ("confirmed", _("confirmed")), ("none", _("no library"))]

    def queryset(self, request, queryset):
        match self.value():
            case "unconfirmed":
                return queryset.unconfirmed()
            case "confirmed":
                return queryset.filter(library_confirmed_at__isnull=False)
            case "none":
                return queryset.filter(library=None)
        return queryset


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """People. Nobody sees a password here, and only a superuser touches those who use the admin pages themselves."""

    list_display = ("name", "email", "title", "library", "is_confirmed")
    list_display_links = ("name",)
    list_select_related = ("library",)
    list_filter = (("library__region", OwnRegions), Unconfirmed, "language", "is_active")
    search_fields = ("first_name", "last_name", "email", "title", "library__name_fi", "library__name_sv")
    ordering = ("last_name", "first_name")
    reserved = ("delete",)
    autocomplete_fields = ("library", "branch", "topics")
    actions = ("confirm_workplace",)
    actions_list = ("import_people",)
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "email", "phone", "language")}),
        (_("Work"), {"fields": ("title", "library", "branch", "confirmation", "topics")}),
        (_("Rights"), {"fields": ("is_active", "is_superuser", "roles")}),
        (_("Mails"), {"fields": ("undelivered_mails",)}),
    )
    readonly_fields = ("confirmation", "roles", "undelivered_mails")

    def scope(self, queryset, request):
        """Those of the own regions, and those who belong to none."""
        own = User.objects.coordinated_by(request.user)
        return queryset.filter(Q(pk__in=own.values("pk")) | Q(pk__in=User.objects.of_no_region().values("pk")))

    def get_queryset(self, request):
        return super().get_queryset(request).filter(erased_at=None)

    def has_change_permission(self, request, obj=None):
        """Whoever may change the address of a coordinator or superuser could sign in as that person."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.is_superuser or not (obj.is_superuser or obj.is_coordinator)

    def get_readonly_fields(self, request, obj=None):
        fixed = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fixed.append("is_superuser")
            if obj and obj.last_login:
                fixed.append("email")  # whoever has signed in changes the address under the own name
        return fixed

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        if "library" in form.changed_data:
            # Who sets the library here has thereby said that the person works there
            obj.library_confirmed_at = timezone.now() if obj.library else None
            obj.library_confirmed_by = request.user if obj.library else None
        if obj.branch and obj.branch.library_id != obj.library_id:
            obj.branch = None
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # The old address would go on opening the account
            EmailAddress.objects.filter(user=obj).delete()

    @display(description=_("name"), ordering="last_name")
    def name(self, person):
        return f"{person.last_name} {person.first_name}".strip() or person.email

    @display(description=_("confirmed"), boolean=True)
    def is_confirmed(self, person):
        return person.is_confirmed

    @display(description=_("workplace confirmed"))
    def confirmation(self, person):
        if not person.library_confirmed_at:
            return _("not confirmed")
        return f"{timezone.localtime(person.library_confirmed_at):%d.%m.%Y} {person.library_confirmed_by or ''}".strip()

    @display(description=_("Mails that could not be delivered"))
    def undelivered_mails(self, person):
        return undelivered(person) if person.pk else "–"

    @display(description=_("Roles"))
    def roles(self, person):
        if person.pk is None:
            return "–"
        coordinates = [_("coordinator: %s") % region for region in person.coordinates.all()]
        directs = [_("director: %s") % library for library in person.directs.all()]
        return ", ".join(map(str, coordinates + directs)) or "–"

    @action(description=_("Confirm workplace"), permissions=["change"])
    def confirm_workplace(self, request: HttpRequest, queryset):
        """Say of the chosen people that they work at the library they have named."""
        people = User.objects.confirmable_by(request.user).filter(pk__in=queryset.values("pk"))
        for person in people:
            actions.confirm_workplace(person, by=request.user)
        self.message_user(
            request,
            ngettext("%d workplace confirmed.", "%d workplaces confirmed.", len(people)) % len(people),
            messages.SUCCESS if people else messages.WARNING,
        )

    def get_urls(self):
        template = self.admin_site.admin_view(self.import_template)
        return [path("import/template.xlsx", template, name="people_user_import_template"), *super().get_urls()]

    def import_template(self, request):
        """An empty table with the headers in the reader's language."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        answer = HttpResponse(exports.xlsx(str(_("People")), imports.column_names(), []), content_type=exports.XLSX)
        answer["Content-Disposition"] = 'attachment; filename="people.xlsx"'
        return answer

    @action(description=_("Import from Excel"), url_path="import", icon="upload", permissions=["add"])
    def import_people(self, request):
        """A table of people: choose it, look at what would change, confirm."""
        plan, rows, form = None, None, TableForm(request.POST or None, request.FILES or None)
        try:
            if "rows" in request.POST:
                plan = imports.take_in(imports.unsealed(request.POST["rows"], request.user), request.user)
                if not plan.errors:
                    self.message_user(
                        request,
                        _("%(new)d people added, %(changed)d changed.")
                        % {"new": len(plan.new), "changed": len(plan.changed)},
                        messages.SUCCESS,
                    )
                    return redirect("admin:people_user_changelist")
            elif request.method == "POST" and form.is_valid():
                rows = imports.read(form.cleaned_data["table"].read())
                plan = imports.plan(rows, request.user)
        except imports.BadTable as error:
            form = TableForm()
            form.refusal = str(error)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import people from Excel"),  # without `opts`, which would put the list's name in its place
            "form": form,
            "plan": plan,
            "sealed": imports.sealed(rows, request.user) if plan and rows and not plan.errors else "",
        }
        return TemplateResponse(request, "admin/people/user/import.html", context)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, ScopedAdmin):
    """Who changed what: read only, the whole of it for a superuser; coordinators see it on each row's own page."""

    list_display = ("timestamp", "actor", "action", "content_type", "object_repr", "changed_in_short")
    list_select_related = ("actor", "content_type")
    list_filter = ("action", "content_type")
    search_fields = ("object_repr", "actor__last_name", "actor__first_name")
    ordering = ("-timestamp",)
    fields = ("timestamp", "actor", "action", "content_type", "object_repr", "changed_fields")
    readonly_fields = fields

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    @display(description=_("changed"))
    def changed_fields(self, entry):
        """What is another now; of a row that came or went, that is everything."""
        model = entry.content_type.model_class()
        if entry.action != LogEntry.Action.UPDATE or model is None:
            return "–"
        columns = {column.name: column for column in (*model._meta.fields, *model._meta.many_to_many)}
        return ", ".join(label_of(columns[name]) for name in entry.changes_dict if name in columns)

    @display(description=_("changed"))
    def changed_in_short(self, entry):
        return Truncator(self.changed_fields(entry)).chars(60)


def _list_link(model, count, **filters):
    """A number that opens the list it counts."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=filters)
    return format_html('<a href="{}">{}</a>', url, count)
