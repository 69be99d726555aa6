"""How every form of the portal is drawn: Bootstrap's classes on the inputs, without each form saying so."""

from django import forms
from django.forms.renderers import TemplatesSetting

CLASSES = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.HiddenInput, ""),
    (forms.MultiWidget, ""),  # its parts have classes of their own
    (forms.Widget, "form-control"),
)


class BoundField(forms.BoundField):
    """Django ties help and errors to the input (aria-describedby, aria-invalid); the class is added here."""

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        own = next(name for kind, name in CLASSES if isinstance(widget, kind))
        if own and "class" not in attrs and "class" not in widget.attrs:
            attrs["class"] = own
        return attrs


class Renderer(TemplatesSetting):
    """Set as FORM_RENDERER. Widgets that bring a class of their own, as the admin's do, keep it."""

    bound_field_class = BoundField
