"""Networks of colleagues, who leads them, and who belongs to them."""

from django.conf import settings
from django.db import models
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ake_portal.lib.search import in_finnish_order
from ake_portal.lib.uploads import unguessable
from networks import workflow
from people.models import Library, User


class NetworkQuerySet(models.QuerySet):
    def active(self):
        """Those that still meet."""
        return self.filter(closed_on=None)

    def by_name(self):
        return self.order_by(in_finnish_order("name", translated=True), "pk")

    def of_region(self, region):
        """Networks of a region, alone or together with others."""
        return self.filter(Q(region=region) | Q(pk__in=self._together(region)))

    @staticmethod
    def _together(region):
        return Network.co_regions.through.objects.filter(region=region).values("network")

    def run_by(self, user):
        """Networks that `user` leads, or whose region's AKE `user` works for."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        regions = [region.pk for region in user.coordinated_regions]
        together = Network.co_regions.through.objects.filter(region__in=regions).values("network")
        led = Leader.objects.filter(person=user).values("network")
        return self.filter(Q(region__in=regions) | Q(pk__in=together) | Q(pk__in=led))

    def of(self, user):
        """Networks that `user` belongs to."""
        member = Membership.objects.members().filter(person=user.pk or 0)
        return self.filter(pk__in=member.values("network"))

    def inside(self, user):
        """Networks whose members' part `user` may read: the own ones and those that `user` runs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(pk__in=Network.objects.of(user).values("pk")) | Q(pk__in=Network.objects.run_by(user).values("pk"))
        )

    def with_own(self, user):
        """Loads the membership of `user` along, whatever its state: `own`, which is not there when there is none."""
        own = FilteredRelation("memberships", condition=Q(memberships__person=user.pk or 0))
        return self.annotate(own=own).select_related("own")

    def with_size(self):
        """Annotates how many belong to it: `size`."""
        return self.annotate(size=_number_of(Membership.State.MEMBER))

    def with_asking(self):
        """Annotates how many ask to join: `asking`."""
        return self.annotate(asking=_number_of(Membership.State.APPLIED))


def _number_of(state):
    rows = Membership.objects.filter(network=OuterRef("pk"), state=state, person__erased_at=None).order_by()
    return Coalesce(Subquery(rows.values("network").values(n=Count("pk"))), 0)


class Network(models.Model):
    """Colleagues with the same work: in one region, or in several together."""

    class Joining(models.TextChoices):
        ASK = "ask", _("by asking: a leader accepts or refuses")
        OPEN = "open", _("at once: open to all of its regions' libraries")
        APPOINTED = "appointed", _("a working group: the AKE appoints its members")

    TRANSLATIONS_NEEDED = ("name", "purpose")  # the longer text may wait

    region = models.ForeignKey(
        "people.Region", models.PROTECT, related_name="networks", verbose_name=pgettext_lazy("a network", "run by")
    )
    co_regions = models.ManyToManyField(
        "people.Region", blank=True, related_name="networks_together", verbose_name=_("together with")
    )
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(
        _("what for"), max_length=400, blank=True, help_text=_("One or two sentences: who meets, and for what.")
    )
    description = models.TextField(_("description"), blank=True)
    joining = models.CharField(_("how one joins"), max_length=10, choices=Joining, default=Joining.ASK)
    topics = models.ManyToManyField("people.Topic", blank=True, related_name="networks", verbose_name=_("topics"))
    teams_link = models.URLField(_("link to Teams"), max_length=500, blank=True, help_text=_("Shown to members only."))
    closed_on = models.DateField(
        pgettext_lazy("a network", "ended on"),
        null=True,
        blank=True,
        help_text=_("A network ends, it is never deleted."),
    )

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("networks:network", args=[self.pk, slugify(self.name) or "network"])

    @cached_property
    def regions(self):
        """The region that runs it, and those together with it."""
        return [self.region, *self.co_regions.all()]

    def is_run_by(self, user, leaders):
        """Whether `user` is among the `leaders`, or works for one of its regions: what run_by asks, of what is loaded."""
        return any(leader.person_id == user.pk for leader in leaders) or any(
            user.runs(region) for region in self.regions
        )

    def libraries_without_a_member(self):
        """Working libraries of its regions from which nobody belongs to it."""
        people = Membership.objects.members().filter(network=self).values("person")
        reached = User.objects.filter(pk__in=people).order_by().values("library")
        regions = [region.pk for region in self.regions]
        return Library.objects.working().filter(region__in=regions).exclude(pk__in=reached).by_name()

    def takes(self, person):
        """Whether it is for the libraries of `person`'s region; a national task's network is for all."""
        if self.region.kind != self.region.Kind.AKE:
            return person.library_id is not None
        return person.region is not None and any(region.pk == person.library.region_id for region in self.regions)


def picture_path(leader, name):
    """Where a leader's picture lies below MEDIA_ROOT."""
    return unguessable("leaders", name.rpartition(".")[2])


class Leader(models.Model):
    """Somebody who leads a network; stands on its public page with picture, title and contact."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="leaders", verbose_name=_("network"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leads", verbose_name=_("person"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    picture = models.FileField(_("picture"), upload_to=picture_path, max_length=80, blank=True)

    class Meta:
        verbose_name = _("network leader")
        verbose_name_plural = _("network leaders")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["network", "person"], name="one_leads_a_network_once")]

    def __str__(self):
        return str(self.person)

    @property
    def picture_url(self):
        return reverse("networks:picture", args=[self.picture.name.rpartition("/")[2]]) if self.picture else ""


class MembershipQuerySet(models.QuerySet):
    def members(self):
        """Those who belong to their network now."""
        return self.filter(state=Membership.State.MEMBER, person__is_active=True, person__erased_at=None)

    def waiting(self):
        """Those who have asked to join."""
        return self.filter(state=Membership.State.APPLIED)

    def by_name(self):
        return self.order_by(in_finnish_order("person__last_name"), in_finnish_order("person__first_name"), "pk")

    def reading_news(self):
        return self.members().filter(gets_news=True)


class Membership(models.Model):
    """A person and a network: asked, invited, belonging, or gone. The library is the person's own of the day."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("a membership", "has asked")
        INVITED = "invited", pgettext_lazy("a membership", "invited")
        MEMBER = "member", pgettext_lazy("a membership", "member")
        REFUSED = "refused", pgettext_lazy("a membership", "refused")
        LEFT = "left", pgettext_lazy("a membership", "left")

    class Teams(models.TextChoices):
        OUT = "out", _("not in Teams")
        TO_ADD = "to_add", _("to be added to Teams")
        IN = "in", _("in Teams")
        TO_REMOVE = "to_remove", _("to be removed from Teams")

    network = models.ForeignKey(Network, models.CASCADE, related_name="memberships", verbose_name=_("network"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=8, choices=State)
    message = models.CharField(_("message"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    earlier = models.PositiveSmallIntegerField(
        default=0,
        editable=False,
        help_text="How often the person had belonged to it before: SEQUENCE of its calendar events grows with each",
    )
    gets_news = models.BooleanField(_("gets the network's news by mail"), default=True)
    teams = models.CharField("Teams", max_length=10, choices=Teams, default=Teams.OUT)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["network", "person"], name="one_membership_a_person"),
            models.CheckConstraint(
                condition=~Q(state="member") | Q(joined_on__isnull=False), name="a_member_has_joined_on_a_day"
            ),
        ]

    def __str__(self):
        return f"{self.person}, {self.network}"

    def may(self, move):
        """Whether the membership stands where `move` of the workflow begins."""
        return workflow.MEMBERSHIP[move].is_open_to(self)

    @property
    def is_member(self):
        return self.state == self.State.MEMBER
