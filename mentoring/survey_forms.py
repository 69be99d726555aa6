"""The closing survey as members fill it in."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mentoring import survey
from mentoring.models import SurveyAnswer

ENDS = {1: _("not at all"), 5: _("very much")}


def _grade(grade):
    return f"{grade} ({ENDS[grade]})" if grade in ENDS else str(grade)


class SurveyForm(forms.ModelForm):
    """Four grades from 1 to 5, two texts that may be left out."""

    class Meta:
        model = SurveyAnswer
        fields = [*survey.GRADES, *survey.TEXTS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in survey.GRADES:
            self.fields[name] = forms.TypedChoiceField(
                label=SurveyAnswer._meta.get_field(name).verbose_name,
                choices=[(grade, lazy(_grade, str)(grade)) for grade in range(1, 6)],
                coerce=int,
                widget=forms.RadioSelect,
            )
        for name in survey.TEXTS:
            self.fields[name].widget.attrs["rows"] = 4
        self.fields["changed"].help_text = gettext("At your work, in you, at your library. Name nobody.")

    @property
    def values(self):
        """What survey.answer() keeps."""
        return {name: self.cleaned_data[name] for name in self.fields}
