"""Forms with which staff run a plan and book its money."""

from decimal import Decimal

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib import uploads
from ake_portal.lib.words import euros
from budgets import ledger, messages
from budgets.models import Measure


class Sum(forms.DecimalField):
    """Euros with a decimal comma or point, spaces between thousands allowed."""

    def __init__(self, **options):
        typed = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_digits": 12, "decimal_places": 2, "widget": typed, **options})

    def prepare_value(self, value):
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split()).replace("\N{MINUS SIGN}", "-").replace(",", ".").removesuffix("€")
        return super().to_python(value)


class Receipts(forms.FileField):
    """Files that are judged by what is in them; cleaned to a list of lib.uploads.Accepted."""

    MOST = 5

    class Widget(forms.ClearableFileInput):
        allow_multiple_selected = True

    def __init__(self, **options):
        widget = self.Widget(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"})
        super().__init__(**{"required": False, "widget": widget, **options})

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > self.MOST:
            raise forms.ValidationError(_("At most %(most)s files at a time.") % {"most": self.MOST})
        taken = []
        for file in files:
            try:
                taken.append(uploads.examine(file))
            except uploads.Rejected as rejected:
                name = uploads.shown_name(file.name, "x").removesuffix(".x")
                raise forms.ValidationError(f"{name}: {messages.FILES[rejected.code]}") from rejected
        return taken


class LineChoice(forms.ModelChoiceField):
    """Lines of a plan, each with what it has left."""

    def label_from_instance(self, line):
        return _("%(line)s – %(left)s left") % {"line": line, "left": euros(line.left)}


class NoteForm(forms.Form):
    """What an amendment changes, for Finnish and for Swedish readers."""

    note_fi = forms.CharField(
        label=_("What changes and why, in Finnish"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"lang": "fi"}),
        help_text=_("Everybody reads this beside the new edition."),
    )
    note_sv = forms.CharField(
        label=_("What changes and why, in Swedish"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"lang": "sv"}),
    )

    def __init__(self, *args, is_amendment=False, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = is_amendment

    @property
    def note(self):
        """{"fi", "sv"} as typed."""
        return {code: self.cleaned_data[f"note_{code}"] for code in ("fi", "sv")}


class YearForm(forms.Form):
    """For which year a plan is copied."""

    year = forms.IntegerField(label=_("Year"), min_value=2015, max_value=2099)


class How(TextChoices):
    """What is booked of an expense."""

    ESTIMATE = "estimate", _("an estimate: nothing is bound yet")
    RESERVE = "reserve", _("a reservation: kept until it is decided")
    COMMIT = "commit", _("an order or a contract: the sum is bound")
    LAST = "last", _("an invoice, the last one: what is still bound is freed")
    PART = "part", _("an invoice, more will come")
    RELEASE = "release", pgettext_lazy("a booking", "nothing more comes: free this sum")


class BookForm(forms.Form):
    """A booking of an expense that is there."""

    HOW = (How.RESERVE, How.COMMIT, How.LAST, How.PART, How.RELEASE)

    how = forms.ChoiceField(label=_("What is it"), widget=forms.RadioSelect)
    amount = Sum(label=_("Sum without VAT, €"), help_text=_("A credit note is negative."))
    vat = Sum(
        label=_("VAT, €"), required=False, min_value=0, help_text=_("Of an invoice. It does not count in the budget.")
    )
    document_number = forms.CharField(label=_("Document number"), required=False, max_length=40)
    receipts = Receipts(
        label=_("Receipts"),
        help_text=_("The invoice as PDF, JPEG or PNG, at most 10 MB each. Only those who see the money see them."),
    )
    checked = forms.BooleanField(
        label=_("I have checked the invoice: it is ours, and its sum is right"),
        required=False,
        help_text=_("It goes to be approved at once. Otherwise it waits for a colleague to check it."),
    )
    override_reason = forms.CharField(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [(how.value, how.label) for how in self.HOW]

    def clean(self):
        cleaned = super().clean()
        is_invoice = cleaned.get("how") in (How.LAST, How.PART)
        if cleaned.get("vat") and not is_invoice:
            self.add_error("vat", _("Only an invoice has VAT to book."))
        if is_invoice and not cleaned.get("document_number"):
            self.add_error("document_number", _("Give the number that the invoice has in the city's ledger."))
        if cleaned.get("receipts") and not is_invoice:
            self.add_error("receipts", _("Only an invoice takes receipts."))
        return cleaned


class CostForm(BookForm):
    """A new expense with its first booking, or with an estimate alone."""

    HOW = (How.ESTIMATE, How.RESERVE, How.COMMIT, How.LAST)

    def __init__(self, plan, *args, **kwargs):
        super().__init__(*args, **kwargs)
        measures = Measure.objects.filter(focus_area__plan=plan).exclude(state=Measure.State.DROPPED)
        fields = {
            "text": forms.CharField(label=_("What"), max_length=200, help_text=_("Such as coffee for 40 in Loviisa.")),
            "measure": forms.ModelChoiceField(
                measures, label=_("Measure"), required=False, empty_label=_("none (such as salaries)")
            ),
            "line": LineChoice(plan.lines.with_sums(), label=_("Budget line")),
        }
        self.fields = {**fields, **self.fields}


class TransferForm(forms.Form):
    """Money from one line to another."""

    amount = Sum(label=_("Sum, €"))
    text = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, plan, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = plan.lines.with_sums()
        self.fields = {
            "line": LineChoice(lines, label=_("From")),
            "to": LineChoice(lines, label=_("To")),
            **self.fields,
        }


class ReverseForm(forms.Form):
    """Why a booking is taken back."""

    text = forms.CharField(label=_("Why it is taken back"), max_length=300)
    override_reason = forms.CharField(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )


class InvoiceForm(forms.Form):
    """An invoice that is put right."""

    amount = Sum(label=_("Sum without VAT, €"), help_text=_("A credit note is negative."))
    vat = Sum(label=_("VAT, €"), required=False, min_value=0)
    document_number = forms.CharField(label=_("Document number"), max_length=40)
    is_last = forms.BooleanField(
        label=_("The last invoice of this expense: what is still bound is freed"), required=False
    )
    receipts = Receipts(label=_("More receipts"), help_text=_("PDF, JPEG or PNG, at most 10 MB each."))
    override_reason = forms.CharField(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )


class ApproveForm(forms.Form):
    """An approver's yes; the reason is asked for when the line has too little left."""

    override_reason = forms.CharField(
        label=_("Why it may go past the line"),
        required=False,
        max_length=300,
        help_text=_("Only when the line has too little left. The reason stays visible."),
    )


class BackForm(forms.Form):
    """Why an invoice goes back or is dropped."""

    note = forms.CharField(label=_("Why"), max_length=300)


class LedgerForm(forms.Form):
    """The ledger's file, and what its columns are called."""

    LABELS = {
        "day": _("Column of the day"),
        "account": _("Column of the account"),
        "cost_centre": _("Column of the cost centre"),
        "document_number": _("Column of the document number"),
        "text": _("Column of the text"),
        "amount": _("Column of the sum"),
    }

    file = forms.FileField(
        label=_("The ledger's file"),
        help_text=_(
            "CSV with semicolons, as the city's system gives it out. Rows that were read before are left as they are."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        max_length=200,
    )

    def __init__(self, plan, *args, **kwargs):
        super().__init__(*args, **kwargs)
        columns = ledger.columns_of(plan.region)
        for name, label in self.LABELS.items():
            self.fields[name] = forms.CharField(label=label, max_length=60, initial=columns[name])

    @property
    def columns(self):
        """{field: the column's name} as typed."""
        return {name: self.cleaned_data[name] for name in self.LABELS}


class BookingChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, booking):
        return f"{booking.text}, {booking.document_number}: {euros(booking.spent)}"


class RowForm(forms.Form):
    """A ledger row that becomes an actual."""

    def __init__(self, row, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = row.plan.lines.with_sums()
        measures = Measure.objects.filter(focus_area__plan=row.plan).exclude(state=Measure.State.DROPPED)
        own = ledger.lines_for(row).first()
        self.fields = {
            "line": LineChoice(lines, label=_("Budget line"), initial=own and own.pk),
            "measure": forms.ModelChoiceField(
                measures, label=_("Measure"), required=False, empty_label=_("none (such as salaries)")
            ),
            "override_reason": forms.CharField(
                label=_("Why it may go past the line"),
                required=False,
                max_length=300,
                help_text=_("Only when the line has too little left. The reason stays visible."),
            ),
        }


class MatchForm(forms.Form):
    """The bookings that a ledger row answers."""

    def __init__(self, row, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bookings"] = BookingChoice(
            ledger.open_bookings(row.plan).filter(line__in=ledger.lines_for(row)).order_by("pk"),
            label=_("Bookings"),
            widget=forms.CheckboxSelectMultiple,
        )
