"""People: whoever is mailed or decides is a User; what they may do follows from relations, not from flags."""

import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import in_finnish_order
from people.models.places import Library, Region


def new_calendar_token():
    return secrets.token_urlsafe(24)


class UserQuerySet(models.QuerySet):
    def by_name(self):
        return self.order_by(in_finnish_order("last_name"), in_finnish_order("first_name"), "pk")

    def active(self):
        return self.filter(is_active=True, erased_at__isnull=True)

    def coordinated_by(self, user):
        """People of the regions that `user` coordinates."""
        return self if user.is_superuser else self.filter(library__region__coordinators=user)

    def of_no_region(self):
        """People without a library and without an office: whichever AKE meets them may help them to their place."""
        return self.filter(
            library=None,
            is_superuser=False,
            coordinates=None,
            reads=None,
            directs=None,
            superior_at=None,
            deputises=None,
        )

    def unconfirmed(self):
        """Those whose word alone says where they work."""
        return self.active().filter(library__isnull=False, library_confirmed_at__isnull=True)

    def confirmable_by(self, user):
        """Unconfirmed people for whom `user` may say that they work at their library."""
        if user.is_superuser:
            return self.unconfirmed()
        today = timezone.localdate()
        return (
            self.unconfirmed()
            .filter(
                Q(library__director=user)
                | Q(library__region__coordinators=user)
                | Q(
                    library__deputies__person=user,
                    library__deputies__first_day__lte=today,
                    library__deputies__last_day__gte=today,
                )
            )
            .exclude(pk=user.pk)
            .distinct()
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())

    def create_user(self, email, password=None, **fields):
        """A person who signs in by `email`; without a password by a code in the mail."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Directory fields are shown to colleagues only when the person has said so."""

    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("There is already a person with this e-mail address.")}
    )
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language of mails"), max_length=2, choices=settings.LANGUAGES, default="fi")
    library = models.ForeignKey(
        "people.Library", models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("library")
    )
    branch = models.ForeignKey(
        "people.Branch", models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("branch")
    )
    library_confirmed_at = models.DateTimeField(_("workplace confirmed"), null=True, blank=True)
    library_confirmed_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    library_claimed_at = models.DateTimeField(
        _("workplace named"), null=True, blank=True, editable=False, help_text=_("When the person said so.")
    )
    topics = models.ManyToManyField(
        "people.Topic", blank=True, related_name="people", verbose_name=_("topics of interest")
    )
    shows_email = models.BooleanField(_("show my e-mail to colleagues"), default=False)
    shows_phone = models.BooleanField(_("show my phone number to colleagues"), default=False)
    shows_title = models.BooleanField(_("show my title to colleagues"), default=False)
    shows_topics = models.BooleanField(_("show my topics of interest to colleagues"), default=False)
    calendar_token = models.CharField(max_length=64, default=new_calendar_token, unique=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="addresses_are_kept_in_lower_case"),
            models.CheckConstraint(
                condition=Q(library_confirmed_at__isnull=True) | Q(library__isnull=False),
                name="only_a_named_workplace_is_confirmed",
            ),
        ]
        indexes = [models.Index(F("last_name"), F("first_name"), name="people_by_name")]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self):
        return self.first_name or self.email

    def clean(self):
        self.email = self.email.strip().lower()

    @property
    def region(self):
        """The region of the person's library, or None."""
        return self.library.region if self.library else None

    @property
    def is_confirmed(self):
        """Whether a director or coordinator has said that the person works at the library: opens networks, visits and mentoring."""
        return self.library_confirmed_at is not None

    @cached_property
    def coordinated_regions(self):
        """The regions this person runs as AKE staff; a superuser runs all."""
        return list(Region.objects.all() if self.is_superuser else self.coordinates.all())

    @cached_property
    def is_coordinator(self):
        return bool(self.coordinated_regions)

    @cached_property
    def is_director(self):
        """Whether this person directs a working library, or stands in for a director today."""
        return Library.objects.working().directed_by(self).exists()

    def runs(self, region):
        """Whether this person works for `region`'s AKE."""
        return region is not None and any(own.pk == region.pk for own in self.coordinated_regions)

    @property
    def is_staff(self):
        """Whether the admin pages are open: to superusers and coordinators."""
        return self.is_active and (self.is_superuser or self.is_coordinator)

    def has_module_perms(self, app_label):
        return self.is_staff


class Deputy(models.Model):
    """Who stands in for a library's director between two days, both included."""

    library = models.ForeignKey("people.Library", models.CASCADE, related_name="deputies", verbose_name=_("library"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deputises", verbose_name=_("deputy")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="deputy_ends_after_beginning",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self):
        return f"{self.person} {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"
