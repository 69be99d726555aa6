"""The ground of all admin pages: rows scoped to the reader, Finnish and Swedish side by side, one search and one order.

Who may see which row is said once, in `scope`; lists, forms, the choices of fields, autocompletes, searches and actions
all read from it. A model that is not registered through these classes stays closed to everybody but a superuser.
"""

from functools import cached_property

import unfold.admin
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django import forms
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import flatten, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import BaseExpression
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import NotRegistered, translator
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from ake_portal.lib.search import in_finnish_order, matches

LANGUAGES = ("fi", "sv")
IN_WORDS = {"None": "–", "": "–", "True": _("yes"), "False": _("no")}  # values that the log keeps as Python writes them
IN_LANGUAGE = {"fi": _("%(text)s in Finnish"), "sv": _("%(text)s in Swedish")}


def translated_fields(model):
    """Names of the model's fields that have a Finnish and a Swedish text."""
    try:
        return tuple(translator.get_options_for_model(model).fields)
    except NotRegistered:
        return ()


def audited(model, exclude=(), m2m_fields=()):
    """Keep who changed what in the columns of `model`; of a translated text its two, not the one that mirrors them."""
    left_out = {*exclude, *translated_fields(model), model._meta.pk.name}
    columns = [column.name for column in model._meta.concrete_fields if column.name not in left_out]
    auditlog.register(model, include_fields=columns, m2m_fields=set(m2m_fields))


def label_of(column):
    """What a column is called on the pages: "Name (in Finnish)" for the Finnish one of a translated text."""
    original = getattr(column, "translated_field", None)
    text = str((original or column).verbose_name)
    text = text[:1].upper() + text[1:]
    return IN_LANGUAGE[column.language] % {"text": text} if original is not None else text


def colours(states, **named):
    """What colour each of a model's `states` has in a list: Unfold shows one that it is not told of by its key, in English."""
    return {**dict.fromkeys(states.values, "default"), **named}


def in_name_order(model, field):
    """Ordering expression for a text column of `model` ("-" before the name for the other way); other columns as they are."""
    name = field.removeprefix("-")
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return field
    if not isinstance(column, models.CharField | models.TextField) or column.choices:
        return field
    ordered = in_finnish_order(name, translated=name in translated_fields(model))
    if field != name:
        ordered.reverse_ordering()
    return ordered


class InFinnishOrder(ChangeList):
    """A list whose text columns sort å, ä and ö after z, by the text that the reader sees."""

    def get_ordering_field(self, field_name):
        field = super().get_ordering_field(field_name)
        return in_name_order(self.model, field) if isinstance(field, str) else field


def row_of(model_admin, request, object_id):
    """The row that an address names, among those that the reader sees, or 404."""
    found = model_admin.get_object(request, unquote(object_id))
    if found is None:
        raise Http404
    return found


def to_page(page, description, icon, variant=ActionVariant.DEFAULT):
    """A button of a row's change page that leads to the portal's `page`, "app:name" with the row's key, which asks and acts."""
    name = page.partition(":")[2]

    def go(self, request, object_id):
        return redirect(page, row_of(self, request, object_id).pk)

    go.__name__ = f"to_{name}"
    return action(description=description, url_path=name.replace("_", "-"), icon=icon, variant=variant)(go)


class TranslatedForm(forms.ModelForm):
    """A form in which a required text may be written in either language, but in one at least."""

    def clean(self):
        cleaned = super().clean()
        for name in translated_fields(self._meta.model):
            columns = [f"{name}_{code}" for code in LANGUAGES if f"{name}_{code}" in self.fields]
            required = not self._meta.model._meta.get_field(name).blank
            if (
                required
                and columns
                and not any(self.data.get(self.add_prefix(column), "").strip() for column in columns)
            ):
                self.add_error(columns[0], _("Write this in Finnish or in Swedish."))
        return cleaned


class LacksTranslation(SimpleListFilter):
    """Rows without a Finnish or without a Swedish text; those marked as one language on purpose are not lacks."""

    title = _("translation")
    parameter_name = "lacks"

    def lookups(self, request, model_admin):
        return [("sv", _("lacks Swedish")), ("fi", _("lacks Finnish"))]

    def queryset(self, request, queryset):
        if self.value() not in LANGUAGES:
            return queryset
        return queryset.filter(lacking(queryset.model, self.value()))


def lacking(model, language):
    """Q for rows of `model` whose required texts (model.TRANSLATIONS_NEEDED, else those that may not be blank) lack `language`."""
    names = getattr(model, "TRANSLATIONS_NEEDED", None) or [
        name for name in translated_fields(model) if not model._meta.get_field(name).blank
    ]
    lacks = Q()
    for name in names:
        lacks |= Q(**{f"{name}_{language}": ""}) | Q(**{f"{name}_{language}__isnull": True})
    return lacks & Q(texts="both") if hasattr(model, "Texts") else lacks


class SideBySide:
    """Expands each translated field into its Finnish and its Swedish one, in one row."""

    @cached_property
    def _translated(self):
        return translated_fields(self.model)

    def _both(self, names):
        """The names with each translated one replaced by a row of two; single columns of a named text are dropped."""
        columns = {f"{name}_{code}" for name in self._translated for code in LANGUAGES}
        given = set(flatten(names))
        rows = []
        for row in names:
            if isinstance(row, str):
                if row in self._translated:
                    rows.append(tuple(f"{row}_{code}" for code in LANGUAGES))
                elif row not in columns or row.rpartition("_")[0] not in given:
                    rows.append(row)
            else:
                rows.append(tuple(flatten(self._both(row))))
        return rows

    def _labels(self):
        """How the columns are called where they are only read: a field that is written gets its label below."""
        columns = (self.model._meta.get_field(f"{name}_{code}") for name in self._translated for code in LANGUAGES)
        return {column.name: label_of(column) for column in columns}

    def get_fields(self, request, obj=None):
        return self._both(super().get_fields(request, obj))

    def get_fieldsets(self, request, obj=None):
        return [
            (title, {**options, "fields": self._both(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request, obj=None):
        return flatten(self._both(super().get_readonly_fields(request, obj)))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        original = getattr(db_field, "translated_field", None)
        if field and original is not None:
            field.label = label_of(db_field)
            field.widget.attrs["lang"] = db_field.language
            field.help_text = original.help_text
        if field and db_field.many_to_many and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no menu of other forms beside the boxes
        return field


class ScopedChoices:
    """Offers in a form only rows that the reader may see, and what the edited row already holds."""

    open_choices = ()  # names of relations for which everybody may choose among all rows

    def _kept(self, db_field, request):
        """What the row being edited holds now, so that saving it does not drop a choice from outside the own region."""
        edited = request.resolver_match.kwargs.get("object_id")
        if edited is None:
            return db_field.remote_field.model._default_manager.none().values("pk")
        return self._edited(unquote(edited)).exclude(**{db_field.name: None}).values(db_field.name)

    def _edited(self, pk):
        return self.model._default_manager.filter(pk=pk)

    def choices_of(self, db_field, request):
        """The rows to choose from in the field; override it where a choice is narrower than what the reader sees."""
        related = db_field.remote_field.model
        related_admin = self.admin_site._registry.get(related)
        rows = related._default_manager.all()
        if not (request.user.is_superuser or db_field.name in self.open_choices):
            own = related_admin.scope(rows, request) if isinstance(related_admin, ScopedAdmin) else rows.none()
            rows = rows.filter(Q(pk__in=own.values("pk")) | Q(pk__in=self._kept(db_field, request)))
        return rows.order_by(*related_admin.get_ordering(request)) if related_admin else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self.choices_of(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Boxes to tick, unless one searches among very many: a list in which one holds a key down is lost by a wrong click."""
        kwargs.setdefault("queryset", self.choices_of(db_field, request))
        if db_field.name not in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", UnfoldAdminCheckboxSelectMultipleWidget())
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedAdmin(SideBySide, ScopedChoices, unfold.admin.ModelAdmin):
    """An admin page whose rows are the reader's own; a superuser sees all.

    Subclasses say which rows: `def scope(self, queryset, request)`. They name what only a superuser may do in `reserved`.
    An action of a single row loads it through `self.get_queryset(request)`.
    """

    form = TranslatedForm
    object_history_template = "admin/changes.html"
    reserved = ()  # of "add", "change" and "delete"
    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    compressed_fields = False  # a label stands above its field: beside it, a pair of texts would be too narrow to read

    def scope(self, queryset, request):
        """The rows of `queryset` that a coordinator sees: none, until a subclass says which."""
        return queryset.none()

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **{"labels": self._labels(), **kwargs})

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else self.scope(rows, request)

    def _may(self, verb, request, obj=None):
        """`obj` is a row, or its key as Unfold hands it on from an action of a row."""
        if not request.user.is_staff or request.user.is_superuser:
            return request.user.is_staff
        if verb in self.reserved:
            return False
        if obj is None:
            return True
        try:
            return self.get_queryset(request).filter(pk=getattr(obj, "pk", obj)).exists()
        except ValueError:  # an address with a word for a key
            return False

    def has_module_permission(self, request):
        return request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return self._may("view", request, obj)

    def has_add_permission(self, request):
        return self._may("add", request)

    def has_change_permission(self, request, obj=None):
        return self._may("change", request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may("delete", request, obj)

    def lookup_allowed(self, lookup, value, request):
        """Only what the list filters by: a filter on any other column would let its contents be guessed letter by letter."""
        name = lookup.split(LOOKUP_SEP)[0]
        offered = {
            str(item[0] if isinstance(item, list | tuple) else item).split(LOOKUP_SEP)[0]
            for item in self.get_list_filter(request)
        }
        try:
            column = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return super().lookup_allowed(lookup, value, request)
        if name not in offered and not column.is_relation and not column.primary_key and name != self.date_hierarchy:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        """Every word anywhere in `search_fields` (columns of the row or of what it belongs to), blind to case, å ä ö too."""
        fields = [
            column
            for field in self.get_search_fields(request)
            for column in ([f"{field}_fi", f"{field}_sv"] if field in self._translated else [field])
        ]
        return (queryset.filter(matches(search_term, *fields)) if search_term and fields else queryset), False

    def get_changelist(self, request, **kwargs):
        return InFinnishOrder

    def _values(self, entry):
        """(label, before, after) of the columns in an entry of the log; what was empty and stays so is left out."""
        columns = {column.name: column for column in (*self.model._meta.fields, *self.model._meta.many_to_many)}
        shown, rows = entry.changes_display_dict, []
        for name, stored in entry.changes_dict.items():
            column = columns.get(name)
            if column is None:
                continue  # the model has had it
            if isinstance(stored, dict):  # a relation to many: what was added or taken off
                things = ", ".join(stored["objects"])
                rows.append((label_of(column), *(("–", things) if stored["operation"] == "add" else (things, "–"))))
            elif set(texts := shown[column.verbose_name]) - {"None", ""}:
                rows.append((label_of(column), *(IN_WORDS.get(text, text) for text in texts)))
        return rows

    def history_view(self, request, object_id, extra_context=None):
        """Who changed what in the row, the newest first."""
        changes = []
        if thing := self.get_object(request, unquote(object_id)):
            entries = LogEntry.objects.get_for_object(thing).select_related("actor").order_by("-pk")[:200]
            changes = [(entry, self._values(entry)) for entry in entries]
        return super().history_view(request, object_id, {"changes": changes, **(extra_context or {})})

    def get_ordering(self, request):
        return [
            field if isinstance(field, BaseExpression) else in_name_order(self.model, field)
            for field in super().get_ordering(request) or ("pk",)
        ]


class PlainFields:
    """No side doors to other forms beside the choices, text areas as high as their texts, addresses are https."""

    ROWS = {"summary": 3, "description": 8}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        name = db_field.name.removesuffix("_fi").removesuffix("_sv")
        if field and name in self.ROWS:
            field.widget.attrs["rows"] = self.ROWS[name]
        return field


class ReadOnly:
    """For rows that nobody writes by hand, also under a parent; stands before the admin class."""

    compressed_fields = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ScopedInline(SideBySide, ScopedChoices):
    """Rows under a parent: whoever may change the parent may change these."""

    form = TranslatedForm
    extra = 0
    hide_title = True

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, **{"labels": self._labels(), **kwargs})

    def _edited(self, pk):
        link = self.fk_name or next(
            field.name
            for field in self.model._meta.fields
            if field.remote_field and field.remote_field.model is self.parent_model
        )
        return self.model._default_manager.filter(**{link: pk})

    def _parent_admin(self):
        return self.admin_site._registry[self.parent_model]

    def has_view_permission(self, request, obj=None):
        return self._parent_admin().has_view_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        parent = self._parent_admin()
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


class ScopedTabularInline(ScopedInline, unfold.admin.TabularInline):
    """Rows under a parent as a table."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Each input says its name: in a table it stands in the head only."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            widget = getattr(field.widget, "widget", field.widget)
            for part in getattr(widget, "widgets", [widget]):
                part.attrs["aria-label"] = str(field.label or label_of(db_field))
        return field


class ScopedStackedInline(ScopedInline, unfold.admin.StackedInline):
    """Rows under a parent one below the other, for long ones."""
