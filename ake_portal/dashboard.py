"""What the admin pages show around the models: the menu, the label of a demo, and a first page of what waits."""

from django.conf import settings
from django.db.models import Q
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.admin import lacking
from ake_portal.lib.counts import count_all
from budgets.models import Invoice, Plan
from ideas.models import Idea
from notifications.models import Mail
from peerlearning.models import Claim, Consent, Wish
from people.models import Library, User
from trainings.models import Training

MENU = (
    (
        _("Trainings"),
        (
            (_("Trainings"), "school", "trainings_training_changelist"),
            (_("Themes"), "sell", "people_theme_changelist"),
            (_("Topics"), "category", "people_topic_changelist"),
        ),
    ),
    (
        _("Networks"),
        (
            (_("Networks"), "hub", "networks_network_changelist"),
            (_("Members"), "group", "networks_membership_changelist"),
            (_("News"), "campaign", "networks_news_changelist"),
            (_("Publications"), "menu_book", "networks_publication_changelist"),
            (_("Kits"), "inventory_2", "networks_kit_changelist"),
            (_("Loans"), "swap_horiz", "networks_loan_changelist"),
        ),
    ),
    (
        _("Peer learning"),
        (
            (_("Visits"), "directions_walk", "peerlearning_visit_changelist"),
            (_("Libraries' expertise"), "school", "peerlearning_expertise_changelist"),
            (_("Travel claims"), "receipt_long", "peerlearning_claim_changelist"),
            (_("Wishes for a host"), "travel_explore", "peerlearning_wish_changelist"),
            (_("Kilometre rates"), "directions_car", "peerlearning_kmrate_changelist"),
            (_("Travel rules"), "rule", "peerlearning_travelrules_changelist"),
        ),
    ),
    (
        _("Mentoring"),
        ((_("Seasons of group mentoring"), "diversity_3", "mentoring_cohort_changelist"),),
    ),
    (
        _("Plan and money"),
        (
            (_("Plans"), "flag", "budgets_plan_changelist"),
            (_("Measures"), "task_alt", "budgets_measure_changelist"),
            (_("Who approves invoices"), "approval", "budgets_bookkeeping_changelist"),
        ),
    ),
    (
        _("Idea bank"),
        ((_("Ideas"), "lightbulb", "ideas_idea_changelist"),),
    ),
    (
        _("People and libraries"),
        (
            (_("People"), "group", "people_user_changelist"),
            (_("Deputies"), "event_available", "people_deputy_changelist"),
            (_("Libraries"), "local_library", "people_library_changelist"),
            (_("Branches"), "location_on", "people_branch_changelist"),
            (_("Municipalities"), "map", "people_municipality_changelist"),
            (_("Regions"), "public", "people_region_changelist"),
        ),
    ),
    (
        _("Mails"),
        (
            (_("Mails"), "mail", "notifications_mail_changelist"),
            (_("Reminders coming"), "schedule_send", "reminders_coming"),
        ),
    ),
)
# What Django and allauth call these is not what one says here; our catalogs go before theirs
OUR_WORDS = (
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("Add another %(verbose_name)s"),
    _("Save and continue editing"),
    _("View on site"),
    _("superuser status"),
    _("Delete selected %(verbose_name_plural)s"),
    _("No, take me back"),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following objects and their "
        "related items will be deleted:"
    ),
)
SUPERUSERS_MENU = ((_("Care"), ((_("Who changed what"), "history", "auditlog_logentry_changelist"),)),)


def _link(name, **query):
    try:
        return reverse(f"admin:{name}", query=query or None)
    except NoReverseMatch:
        return ""


def navigation(request):
    """The menu in the words of the work, not of the models."""
    start = {"title": _("What waits"), "icon": "home", "link": reverse("admin:index")}
    back = {"title": _("Back to the portal"), "icon": "arrow_back", "link": reverse("home"), "active": False}
    groups = [{"items": [start, back]}]
    for title, items in MENU + (SUPERUSERS_MENU if request.user.is_superuser else ()):
        links = [{"title": text, "icon": icon, "link": _link(name)} for text, icon, name in items]
        groups.append({"title": title, "separator": True, "items": [item for item in links if item["link"]]})
    _light(groups, request.path)
    return [group for group in groups if group["items"]]


def _light(groups, path):
    """Mark the entry that leads nearest to the page at `path`: one address may begin like another's."""
    items = [item for group in groups for item in group["items"] if "active" not in item]
    nearest = max((item["link"] for item in items if path.startswith(item["link"])), key=len, default="")
    for item in items:
        item["active"] = item["link"] == nearest


def account_links(request):
    """The reader's own pages of the portal, under the name in the menu's foot."""
    return [{"title": _("Own data"), "link": reverse("people:profile")}]


def favicon(request):
    return static("portal/favicon.svg")


def style(request):
    return static("portal/admin.css")


def script(request):
    return static("portal/admin.js")


def environment(request):
    """A label that tells the demo from the real thing."""
    return [_("Demo"), "warning"] if settings.DEMO else None


def first_page(request, context):
    """What waits for a coordinator, and the trainings that come next."""
    user = request.user
    lists = _waiting_lists(user)
    counts = count_all(user, **{f"list{n}": rows for n, (_text, rows, _url) in enumerate(lists)})
    coming = Training.objects.run_by(user).filter(~Q(state=Training.State.CANCELLED)).coming().with_seats()
    context["waits"] = [
        {"text": text, "count": counts[f"list{n}"], "link": link}
        for n, (text, _rows, link) in enumerate(lists)
        if counts[f"list{n}"]
    ]
    context["coming"] = [
        {"training": training, "seats": [_seats(training, mode) for mode in training.modes]}
        for training in coming.select_related("region")[:8]
    ]
    return context


def _waiting_lists(user):
    """What may wait for AKE staff: [(in words, its rows, where they are seen to)]."""
    drafts = Training.objects.owned_by(user).filter(state=Training.State.DRAFT)
    invoices = Invoice.objects.kept_by(user)
    published = Plan.objects.kept_by(user).filter(state=Plan.State.PUBLISHED)
    trainings = "trainings_training_changelist"
    return [
        (
            _("People whose workplace nobody has confirmed"),
            User.objects.confirmable_by(user),
            _link("people_user_changelist", workplace="unconfirmed"),
        ),
        *(
            (text, drafts.filter(lacking(Training, code)), _link(trainings, lacks=code))
            for text, code in ((_("Drafts that lack Swedish"), "sv"), (_("Drafts that lack Finnish"), "fi"))
        ),
        (
            _("Visits that wait for a decision"),
            Consent.objects.decidable_by(user),
            reverse("peerlearning:visits"),
        ),
        (
            _("Wishes for which no host has been proposed"),
            Wish.objects.waiting_for_ake(user),
            reverse("peerlearning:wishes", query={"state": Wish.State.OPEN}),
        ),
        (_("Texts for the idea bank"), Idea.objects.waiting_for_ake(user), reverse("ideas:queue")),
        (
            _("Travel claims to check"),
            Claim.objects.run_by(user).filter(state=Claim.State.SENT),
            reverse("peerlearning:claims"),
        ),
        (
            _("Invoices to check or put right"),
            invoices.filter(state__in=[Invoice.State.TO_CHECK, Invoice.State.RETURNED]),
            reverse("budgets:waiting"),
        ),
        (
            _("Invoices to be approved"),
            invoices.filter(state=Invoice.State.CHECKED),
            reverse("budgets:waiting"),
        ),
        (
            _("Plans to freeze: the books are closed"),
            published.filter(books_close_on__lt=timezone.localdate()),
            _link("budgets_plan_changelist", state__exact=Plan.State.PUBLISHED),
        ),
        (
            _("Mails that could not be delivered"),
            Mail.objects.visible_to(user).filter(state=Mail.State.FAILED),
            _link("notifications_mail_changelist", state__exact=Mail.State.FAILED),
        ),
        (
            _("Libraries without a director"),
            Library.objects.coordinated_by(user).working().filter(director=None),
            _link("people_library_changelist", director__isempty=1),
        ),
    ]


def _seats(training, mode):
    """How many take part in a mode, of how many."""
    taken, capacity = training.taken(mode), training.capacity(mode)
    return f"{mode.label} {taken}" if capacity is None else f"{mode.label} {taken} / {capacity}"
