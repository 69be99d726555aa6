"""What a kilometre is paid, year by year, and how a region pays for travel."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.money import cents


class NoRate(Exception):
    """Nobody has entered the kilometre rate of `year`; it is never guessed."""

    def __init__(self, year):
        super().__init__(year)
        self.year = year


def per_km(verbose_name, **options):
    return models.DecimalField(
        verbose_name, max_digits=5, decimal_places=3, validators=[MinValueValidator(Decimal(0))], **options
    )


class KmRate(models.Model):
    """What is paid for a kilometre by one's own car in a year, as the Tax Administration decides."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2015), MaxValueValidator(2099)]
    )
    own_car = per_km(_("own car, € a kilometre"))
    passenger = per_km(_("for each passenger, € a kilometre"))
    step_km = models.PositiveIntegerField(
        _("lower rate after, km a year"), null=True, blank=True, help_text=_("Empty when there is one rate only.")
    )
    own_car_after_step = per_km(_("own car after that, € a kilometre"), null=True, blank=True)
    source = models.CharField(
        _("decision"), max_length=200, help_text=_("Whose decision of what day, so that it can be looked up.")
    )

    class Meta:
        verbose_name = _("kilometre rate")
        verbose_name_plural = _("kilometre rates")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(own_car__gt=0, passenger__gte=0), name="a_kilometre_is_worth_something"),
            models.CheckConstraint(
                condition=Q(step_km__isnull=True, own_car_after_step__isnull=True)
                | Q(step_km__isnull=False, own_car_after_step__isnull=False),
                name="a_step_has_a_rate",
                violation_error_message=_("Give both the kilometres and the rate after them, or neither."),
            ),
        ]

    def __str__(self):
        return str(self.year)

    @classmethod
    def on(cls, day):
        """The rate of the day of travel. Raises NoRate."""
        return cls.of_year(day.year)

    @classmethod
    def of_year(cls, year):
        """The rate of the year, as the Tax Administration's decision of that year says. Raises NoRate."""
        rate = cls.objects.filter(year=year).first()
        if rate is None:
            raise NoRate(year)
        return rate

    def cost(self, km, passengers=0, driven=0):
        """Euros for `km` with so many passengers; `driven` kilometres of the same year were paid before."""
        km, driven = Decimal(km), Decimal(driven)
        low = Decimal(0)
        if self.step_km is not None:
            low = min(km, max(Decimal(0), driven + km - self.step_km))
        own = (km - low) * self.own_car + low * (self.own_car_after_step or 0)
        return cents(own + km * passengers * self.passenger)


class Payer(models.TextChoices):
    """Who pays the traveller."""

    EMPLOYER = "employer", _("the employer, which bills the AKE")
    CITY = "city", _("the AKE's city")


class TravelRules(models.Model):
    """How a region's AKE pays for visits."""

    DAYS_BEFORE_BOOKS = 14

    region = models.OneToOneField(
        "people.Region", models.PROTECT, related_name="travel_rules", verbose_name=_("region")
    )
    payer = models.CharField(_("who pays the traveller"), max_length=10, choices=Payer, default=Payer.EMPLOYER)
    billing = models.TextField(
        _("how the employer bills the AKE"),
        blank=True,
        help_text=_("E-invoice address, reference, whose attention. Travellers and directors read this."),
    )
    payroll = models.TextField(
        _("how payroll gets what it needs"),
        blank=True,
        help_text=_(
            "When the city pays: how the traveller gives identity code and account to payroll. The portal keeps neither."
        ),
    )
    days_before_books = models.PositiveSmallIntegerField(
        _("last day for claims, days before the books close"),
        default=DAYS_BEFORE_BOOKS,
        validators=[MaxValueValidator(60)],
    )

    class Meta:
        verbose_name = pgettext_lazy("of a region", "travel rules")
        verbose_name_plural = pgettext_lazy("of regions", "travel rules")
        ordering = ["region"]

    def __str__(self):
        return str(self.region)

    @classmethod
    def of(cls, region):
        """The region's rules, or the usual ones when it has not said."""
        return cls.objects.filter(region=region).first() or cls(region=region)
