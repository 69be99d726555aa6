"""Regions, municipalities, libraries as organisations and their branches."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import days
from ake_portal.lib.search import in_finnish_order


class Region(models.Model):
    """The area of one development task and the people at the city that carries it out."""

    class Kind(models.TextChoices):
        AKE = "ake", _("regional development task")
        VAKE = "vake", _("national development task")
        SWEDISH = "swedish", _("Swedish-language development")

    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.AKE)
    name = models.CharField(_("area"), max_length=120, help_text=_("Short, such as Uusimaa."))
    title = models.CharField(
        _("full title"), max_length=200, help_text=_("As it stands in mails and at the foot of pages.")
    )
    city = models.CharField(_("host city"), max_length=80)
    email = models.EmailField(_("e-mail"), help_text=_("Answers to the portal's mails come here."))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    privacy_contact = models.CharField(_("data protection contact"), max_length=200, blank=True)
    coordinators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="coordinates", blank=True, verbose_name=_("coordinators")
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="reads",
        blank=True,
        verbose_name=_("readers"),
        help_text=_("May read plans and reports, such as the state's inspector."),
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["kind", "code"]

    def __str__(self):
        return self.name

    def quiet_periods(self, around, library=None):
        """(first, last) dates near `around` when nobody decides: the region's own, the library's own, else the preset."""
        own = [
            (period.first_day, period.last_day)
            for period in self.quiet.all()
            if period.library_id in (None, library and library.pk)
        ]
        return own or days.quiet_periods(around)


class QuietPeriod(models.Model):
    """Dates when nobody decides, so that the clocks of offers and consents stand still."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="quiet", verbose_name=_("region"))
    library = models.ForeignKey(
        "people.Library",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="quiet",
        verbose_name=_("library"),
        help_text=_("Empty: all libraries of the region."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")),
                name="quiet_period_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self):
        return f"{self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"


class Municipality(models.Model):
    """A municipality of Finland by its official three-digit code."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=80)
    province = models.CharField(_("province"), max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, related_name="municipalities", verbose_name=_("region"))
    library = models.ForeignKey(
        "people.Library",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("library"),
        help_text=_("The library that serves it."),
    )
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["code"]

    def __str__(self):
        return self.name


class LibraryQuerySet(models.QuerySet):
    def by_name(self):
        return self.order_by(in_finnish_order("name", translated=True))

    def working(self):
        """Those that have not been closed."""
        return self.filter(closed_on__isnull=True)

    def coordinated_by(self, user):
        return self if user.is_superuser else self.filter(region__coordinators=user)

    def directed_by(self, user, day=None):
        """Libraries that `user` directs, or stands in for as deputy on `day` (today)."""
        day = day or timezone.localdate()
        return self.filter(
            Q(director=user) | Q(deputies__person=user, deputies__first_day__lte=day, deputies__last_day__gte=day)
        ).distinct()

    def for_email(self, email):
        """The library that an address's domain suggests, or None."""
        return self.working().filter(mail_domains__domain=email.rpartition("@")[2].lower()).first()


class Library(models.Model):
    """A library as organisation, of one municipality or several: quotas, approvals and reach count these."""

    name = models.CharField(_("name"), max_length=160)
    region = models.ForeignKey(Region, models.PROTECT, related_name="libraries", verbose_name=_("region"))
    consortium = models.CharField(_("consortium"), max_length=80, blank=True)
    director = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="directs",
        verbose_name=_("director"),
    )
    superior = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="superior_at",
        verbose_name=_("director's superior"),
        help_text=_("Decides on the director's own trips."),
    )
    staff_count = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    email = models.EmailField(_("shared mailbox"), blank=True)
    closed_on = models.DateField(
        _("closed on"),
        null=True,
        blank=True,
        help_text=_("A library is closed, never deleted: what its people did stays."),
    )

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
        ordering = ["id"]

    def __str__(self):
        return self.name

    def approver_for(self, person, day=None):
        """Who decides for `person` on `day` (a date, today): the director, the dated deputy, for the director the superior or deputy; None is a task for the AKE.

        Never the person itself.
        """
        day = day or timezone.localdate()
        deputies = [
            deputy.person
            for deputy in self.deputies.select_related("person")
            if deputy.first_day <= day <= deputy.last_day and deputy.person_id != person.pk
        ]
        if self.director_id == person.pk:
            if self.superior and self.superior_id != person.pk:
                return self.superior
            return deputies[0] if deputies else None
        return deputies[0] if deputies else self.director


class MailDomain(models.Model):
    """A mail domain that suggests a library to whoever signs in from it."""

    domain = models.CharField(
        _("domain"), max_length=120, unique=True, help_text=_("What follows the @ sign, such as askola.example.")
    )
    library = models.ForeignKey(Library, models.CASCADE, related_name="mail_domains", verbose_name=_("library"))

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ["domain"]

    def __str__(self):
        return self.domain

    def clean(self):
        self.domain = self.domain.strip().lower().removeprefix("@")
        if "." not in self.domain or "@" in self.domain:
            raise ValidationError({"domain": _("Write a domain such as askola.example.")})


class Branch(models.Model):
    """A service point of a library, an item of Kirjastohakemisto: a place that people work at and visit."""

    directory_id = models.PositiveIntegerField(_("number in Kirjastohakemisto"), null=True, blank=True, unique=True)
    library = models.ForeignKey(
        Library, models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("library")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=160)
    street = models.CharField(_("street address"), max_length=160, blank=True)
    zipcode = models.CharField(_("postal code"), max_length=10, blank=True)
    area = models.CharField(_("post office"), max_length=80, blank=True)
    lat = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    lon = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    homepage = models.URLField(_("homepage"), max_length=300, blank=True)
    modified_at = models.DateTimeField(_("changed in Kirjastohakemisto"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["id"]

    def __str__(self):
        return self.name

    @property
    def address(self):
        return ", ".join(part for part in (self.street, f"{self.zipcode} {self.area}".strip()) if part)
