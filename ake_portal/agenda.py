"""What waits for a person and what comes, joined from all apps, for the home page and the own page."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ake_portal.lib import words
from ake_portal.lib.counts import count_all
from ideas import agenda as ideas
from ideas.models import Idea
from mentoring import agenda as mentoring
from networks import agenda as networks
from notifications.models import Mail
from peerlearning import agenda as peerlearning
from peerlearning.models import Claim, Expertise, Wish
from people import agenda as people
from people.models import User
from trainings import agenda as trainings
from trainings.models import Training

DECISIONS = 4  # that the home page names


@dataclass(frozen=True)
class Task:
    """Something that waits for the person: a link in words, and when or why in small print below it."""

    text: str
    url: str
    detail: str = ""
    lang: str = ""


def waiting_for(user, found=None, coming=None):
    """Tasks of `user`, the one with a deadline first: seats kept, the own profile, people to confirm, staff's work.

    `found` is what `counts` gives, `coming` are the registrations of trainings.coming, where they are known already.
    """
    found = counts(user) if found is None else found
    return [
        *_seats_kept(trainings.waiting_for(user) if coming is None else trainings.offers_among(coming)),
        *(Task(**item) for item in mentoring.waiting_for(found)),
        *_decisions(user),
        *_own_details(user),
        *(_task(item) for item in people.waiting_for(user, found["to_confirm"])),
        *(_task(item) for item in networks.waiting_for(user)),
        *(_task(item) for item in ideas.waiting_for(user)),
        *_work(found),
    ]


def _task(item):
    return Task(item["text"], item["url"], item.get("detail", ""))


def _seats_kept(offered):
    for registration in offered:
        training = registration.training
        yield Task(
            _("A seat has come free: %(title)s") % {"title": training.title},
            training.get_absolute_url(),
            _("Kept for you until %(until)s") % {"until": words.moment(registration.offer_until)},
        )


def _decisions(user):
    """Visits that wait for the reader's yes or no: the first few by name, then how many more."""
    waiting = list(peerlearning.waiting_for(user)[: DECISIONS + 1])
    for consent in waiting[:DECISIONS]:
        visit = consent.visit
        text = {
            "host": _("Does the day suit? %(subject)s"),
            "director": _("Approve a trip: %(subject)s"),
            "ake": _("Money for a trip: %(subject)s"),
        }[consent.kind] % {"subject": visit.subject}
        yield Task(
            text,
            reverse("peerlearning:decide", args=[consent.pk]),
            f"{visit.traveller}, {visit.library}, {words.moment(visit.leaves_at)}",
        )
    if len(waiting) > DECISIONS:
        yield Task(_("More decisions on visits"), reverse("peerlearning:visits"))


def _own_details(user):
    if not user.library and not user.is_staff:
        yield Task(
            _("Tell where you work"),
            reverse("people:profile"),
            _("Then you can sign up for the trainings of your own region, too."),
        )


def counts(user):
    """How much of what waits for the reader, and what they have in mentoring, all in one query."""
    lists = {
        "to_confirm": people.to_confirm(user),
        "to_claim": peerlearning.to_claim(user),
        "to_approve": Claim.objects.approvable_by(user),
        "hosts": Wish.objects.waiting_for_writer(user),
    }
    if user.is_coordinator:
        lists |= {
            "ideas": Idea.objects.waiting_for_ake(user),
            "untranslated": Expertise.objects.run_by(user).untranslated(),
            "drafts": Training.objects.owned_by(user).filter(state=Training.State.DRAFT),
            "failed": Mail.objects.visible_to(user).filter(state=Mail.State.FAILED),
            "to_check": Claim.objects.run_by(user).filter(state=Claim.State.SENT),
            "wishes": Wish.objects.waiting_for_ake(user),
        }
    return count_all(user, mentoring.facts(user), **lists)


def _work(counts):
    """Wishes to answer, claims to write, check and approve; for those who run a region also drafts to publish and mails that have not arrived."""
    claims = reverse("peerlearning:claims")
    wishes = reverse("peerlearning:wishes")
    texts = (
        (
            "hosts",
            lambda n: ngettext(
                "Hosts are proposed for your wish", "Hosts are proposed for %(count)d of your wishes", n
            ),
            wishes,
            _("Choose where you go, or say why none suits."),
        ),
        (
            "wishes",
            lambda n: ngettext("%(count)d wish for a host", "%(count)d wishes for a host", n),
            reverse("peerlearning:wishes", query={"state": Wish.State.OPEN}),
            _("Somebody knows what to learn, not where: propose a host."),
        ),
        (
            "to_claim",
            lambda n: ngettext("%(count)d travel claim to write", "%(count)d travel claims to write", n),
            reverse("peerlearning:visits"),
            _("The visit's page has the claim; the last day is two months after the trip."),
        ),
        (
            "to_check",
            lambda n: ngettext("%(count)d travel claim to check", "%(count)d travel claims to check", n),
            claims,
            "",
        ),
        (
            "to_approve",
            lambda n: ngettext("%(count)d travel claim to approve", "%(count)d travel claims to approve", n),
            claims,
            "",
        ),
        (
            "ideas",
            lambda n: ngettext("%(count)d text for the idea bank", "%(count)d texts for the idea bank", n),
            reverse("ideas:queue"),
            _("To be edited and published, or returned to the author."),
        ),
        (
            "untranslated",
            lambda n: ngettext(
                "%(count)d piece of a library's expertise lacks a title in the other language",
                "%(count)d pieces of libraries' expertise lack a title in the other language",
                n,
            ),
            _admin_list("peerlearning_expertise", lacks="any"),
            _("The libraries wait for it: everybody sees the text when both titles are there."),
        ),
        (
            "drafts",
            lambda n: ngettext("%(count)d draft of a training", "%(count)d drafts of trainings", n),
            _admin_list("trainings_training", state__exact=Training.State.DRAFT),
            _("Only the staff see them until they are published."),
        ),
        (
            "failed",
            lambda n: ngettext("%(count)d mail did not arrive", "%(count)d mails did not arrive", n),
            _admin_list("notifications_mail", state__exact=Mail.State.FAILED),
            _("See why, and send again."),
        ),
    )
    for name, text, url, detail in texts:
        if number := counts.get(name):
            yield Task(text(number) % {"count": number}, url, detail)


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
