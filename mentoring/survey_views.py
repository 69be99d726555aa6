"""The closing survey's page: the form for who has not answered, then what came out."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from mentoring import survey
from mentoring.actions import Refused
from mentoring.messages import TEXTS
from mentoring.survey_forms import SurveyForm


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def page(request, pk):
    """To members and to those who run the cohort; answering is for members, once."""
    cohort = get_object_or_404(survey.cohorts_for(request.user).select_related("region"), pk=pk)
    may_answer = survey.to_answer(request.user).filter(cohort=cohort).exists()
    form = SurveyForm(request.POST if request.method == "POST" else None) if may_answer else None
    if request.method == "POST":
        if form and form.is_valid():
            try:
                survey.answer(cohort, by=request.user, **form.values)
            except Refused as refused:
                messages.error(request, TEXTS[refused.codes[0]])
            else:
                messages.success(request, _("Thank you for your answer!"))
        if not form or form.is_valid():
            return redirect("mentoring:survey", pk=cohort.pk)
    context = {
        "cohort": cohort,
        "form": form,
        "results": survey.results(cohort),
        "last_day": survey.ends_on(cohort),
        "is_open": cohort.state == cohort.State.CLOSING,
    }
    return render(request, "mentoring/survey.html", context, status=422 if form and form.errors else 200)
