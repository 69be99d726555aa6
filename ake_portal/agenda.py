"""What waits for a person and what comes, joined from all apps, for the home page and the own page."""

from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ake_portal.lib import words
from ideas import agenda as ideas
from ideas.models import Idea
from notifications.models import Mail
from people import agenda as people
from people.models import User
from trainings import agenda as trainings
from trainings.models import Training


@dataclass(frozen=True)
class Task:
    """Something that waits for the person: a link in words, and when or why in small print below it."""

    text: str
    url: str
    detail: str = ""
    lang: str = ""


def waiting_for(user):
    """Tasks of `user`, the one with a deadline first: seats kept, the own profile, people to confirm, staff's work."""
    return [
        *_seats_kept(user),
        *_own_details(user),
        *(_task(item) for item in people.waiting_for(user)),
        *(_task(item) for item in ideas.waiting_for(user)),
        *_staff_work(user),
    ]


def _task(item):
    return Task(item["text"], item["url"])


def _seats_kept(user):
    for registration in trainings.waiting_for(user):
        training = registration.training
        yield Task(
            _("A seat has come free: %(title)s") % {"title": training.title},
            training.get_absolute_url(),
            _("Kept for you until %(until)s") % {"until": words.moment(registration.offer_until)},
        )


def _own_details(user):
    if not user.library and not user.is_staff:
        yield Task(
            _("Tell where you work"),
            reverse("people:profile"),
            _("Then you can sign up for the trainings of your own region, too."),
        )


def _staff_work(user):
    """Ideas to edit, drafts to publish and mails that have not arrived, for those who run a region."""
    if not user.is_coordinator:
        return
    waiting, drafts, failed = counts(
        Idea.objects.waiting_for_ake(user),
        Training.objects.owned_by(user).filter(state=Training.State.DRAFT),
        Mail.objects.visible_to(user).filter(state=Mail.State.FAILED),
    )
    if waiting:
        yield Task(
            ngettext("%(count)d text for the idea bank", "%(count)d texts for the idea bank", waiting)
            % {"count": waiting},
            reverse("ideas:queue"),
            _("To be edited and published, or returned to the author."),
        )
    if drafts:
        yield Task(
            ngettext("%(count)d draft of a training", "%(count)d drafts of trainings", drafts) % {"count": drafts},
            _admin_list("trainings_training", state__exact=Training.State.DRAFT),
            _("Only the staff see them until they are published."),
        )
    if failed:
        yield Task(
            ngettext("%(count)d mail did not arrive", "%(count)d mails did not arrive", failed) % {"count": failed},
            _admin_list("notifications_mail", state__exact=Mail.State.FAILED),
            _("See why, and send again."),
        )


def counts(*querysets):
    """How many rows each of the querysets has, in one query."""

    def number_of(rows):
        counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk", distinct=True))
        return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)

    # On the row of anybody: the numbers do not depend on it
    numbers = {f"n{number}": number_of(rows) for number, rows in enumerate(querysets)}
    return User.objects.order_by("pk").annotate(**numbers).values_list(*numbers)[:1].get()


def _admin_list(model, **query):
    try:
        return reverse(f"admin:{model}_changelist", query=query)
    except NoReverseMatch:
        return reverse("admin:index")


def suggested_to(user):
    """Coming trainings that `user` may attend and that touch the person's topics, the next first; for a visitor all."""
    coming = Training.objects.filter(state=Training.State.PUBLISHED).coming()
    if not user.is_authenticated:
        return coming
    coming = coming.exclude(
        pk__in=user.registrations.live().values("training")  # what is mine stands above already
    )
    if user.is_coordinator:
        return coming if user.is_superuser else coming.filter(pk__in=Training.objects.run_by(user).values("pk"))
    own_region = Q()
    if user.library:
        invited = Training.co_organisers.through.objects.filter(training=OuterRef("pk"), region=user.library.region_id)
        own_region = Q(region=user.library.region_id) | Exists(invited)
    audience = Training.audience.through.objects.filter(training=OuterRef("pk"))
    interests = User.topics.through.objects.filter(user=user)
    mine = Exists(audience.filter(topic__in=interests.values("topic")))
    return coming.filter(Q(open_to_all=True) | own_region, ~Exists(audience) | mine | ~Exists(interests))
