"""What the members say at the end, without a name."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.models.cohorts import Cohort

FEWEST = 5  # answers before anything of them is shown
GRADES = (MinValueValidator(1), MaxValueValidator(5))


class SurveyAnswer(models.Model):
    """One answer to the closing survey. Neither its person nor its moment is kept, and its key says nothing of the order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="answers")
    competence = models.PositiveSmallIntegerField(
        _("My competence has grown."), validators=GRADES, help_text=_("1: not at all, 5: very much")
    )
    wellbeing = models.PositiveSmallIntegerField(_("The group has helped me to feel well at work."), validators=GRADES)
    useful = models.PositiveSmallIntegerField(_("I have used at work what I learned."), validators=GRADES)
    recommends = models.PositiveSmallIntegerField(_("I would recommend group mentoring."), validators=GRADES)
    changed = models.TextField(_("What has changed?"), max_length=2000, blank=True)
    advice = models.TextField(_("What should be done in another way?"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("answer to the survey")
        verbose_name_plural = _("answers to the survey")
        ordering = ["pk"]

    def __str__(self):
        return str(self.pk)
