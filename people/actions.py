"""What happens to people: they join, name their workplace, are confirmed, and may be erased."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ake_portal.lib.words import language
from notifications.models import Mail
from people import mails
from people.models import Branch, Library, User
from people.models.users import new_calendar_token


class Refused(Exception):
    """An action that cannot be done; `code` tells why: "directs", "last_coordinator", "superuser"."""

    def __init__(self, code, thing=None):
        super().__init__(code)
        self.code = code
        self.thing = thing


def is_shared_mailbox(email):
    """Whether an address is that of a library or a branch, read by many."""
    return Library.objects.filter(email__iexact=email).exists() or Branch.objects.filter(email__iexact=email).exists()


def may_sign_in_by(email):
    """Whether an address can be a person's account: not one that many read, unless somebody has it as the own one already.

    A small library gives the directory the address of the one who works there.
    """
    return not is_shared_mailbox(email) or User.objects.active().filter(email=email.lower()).exists()


@transaction.atomic
def join(*, email):
    """A new person whose address is proven by a code; language of the page, no password, no name yet."""
    return prove_address(User.objects.create_user(email, language=language()), email=email)


@transaction.atomic
def prove_address(person, *, email):
    """Note that the person reads `email`; an address that staff have replaced since then opens nothing any more."""
    EmailAddress.objects.filter(Q(user=person) ^ Q(email=email)).delete()
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    return person


@transaction.atomic
def save_profile(form):
    """Store a valid form of a person's own data. Another library is unconfirmed, unless the person directs it."""
    person = form.instance
    moved = "library" in form.changed_data and form.cleaned_data["library"] != _library_before(person)
    if moved:
        person.branch = None
        directs = person.library is not None and person.library.director_id == person.pk
        person.library_confirmed_at = timezone.now() if directs else None
        person.library_confirmed_by = person if directs else None
        person.library_claimed_at = timezone.now() if person.library else None
    person.save()
    if "topics" in form.cleaned_data:
        person.topics.set(form.cleaned_data["topics"])
    return person


def _library_before(person):
    return Library.objects.filter(people=person).first()


@transaction.atomic
def confirm_workplace(person, *, by):
    """Say that `person` works at the library named; opens networks, visits and mentoring. Twice does nothing."""
    person = User.objects.select_for_update(of=("self",)).select_related("library__region").get(pk=person.pk)
    if person.library is None or person.is_confirmed:
        return person
    person.library_confirmed_at = timezone.now()
    person.library_confirmed_by = by
    person.save(update_fields=["library_confirmed_at", "library_confirmed_by"])
    mails.workplace_confirmed(person, by=by)
    return person


@transaction.atomic
def deny_workplace(person, *, by):
    """Say that `person` does not work at the library named: the library is taken off and the person told."""
    person = User.objects.select_for_update(of=("self",)).select_related("library__region").get(pk=person.pk)
    if person.library is None or person.is_confirmed:
        return person
    library = person.library
    person.library = person.branch = person.library_claimed_at = None
    person.save(update_fields=["library", "branch", "library_claimed_at"])
    mails.workplace_denied(person, library=library, by=by)
    return person


def renew_calendar_token(person):
    """Give the private calendar feed a new address; the old one stops working."""
    person.calendar_token = new_calendar_token()
    person.save(update_fields=["calendar_token"])


def why_not_erasable(person):
    """(code, what is left without anybody) that keeps a person from erasing their data now, or None."""
    library = person.directs.filter(closed_on__isnull=True).first()
    if library:
        return "directs", library
    for region in person.coordinates.all():
        if not region.coordinators.active().exclude(pk=person.pk).exists():
            return "last_coordinator", region
    if person.is_superuser and not User.objects.active().filter(is_superuser=True).exclude(pk=person.pk).exists():
        return "superuser", None
    return None


@transaction.atomic
def erase(person, *, now=None):
    """Take away everything that tells who the person is; what they did stays for the counts. Raises Refused.

    Registrations to come are cancelled by the caller first (ake_portal.privacy), so that seats go on to others.
    """
    now = now or timezone.now()
    person = User.objects.select_for_update().get(pk=person.pk)
    obstacle = why_not_erasable(person)
    if obstacle:
        raise Refused(*obstacle)
    old_address = person.email
    person.email = f"erased-{person.pk}@erased.invalid"
    for name in ("first_name", "last_name", "title", "phone"):
        setattr(person, name, "")
    for name in ("shows_email", "shows_phone", "shows_title", "shows_topics", "is_superuser", "is_active"):
        setattr(person, name, False)
    person.branch = None
    person.calendar_token = new_calendar_token()
    person.erased_at = now
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.topics.clear()
    person.groups.clear()
    person.user_permissions.clear()
    person.coordinates.clear()
    person.reads.clear()
    person.deputises.all().delete()
    Library.objects.filter(superior=person).update(superior=None)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    end_sessions(person)
    _blank_mails(person, old_address)
    _blank_history(person)
    return person


def _blank_history(person):
    """The admin's history of who changed what keeps neither what the person was called nor where they read mail."""
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=person.pk)
    about.update(object_repr="", changes={}, changes_text="", serialized_data=None)
    LogEntry.objects.filter(actor=person).update(actor_email=person.email)


def _blank_mails(person, old_address):
    theirs = Mail.objects.filter(person=person) | Mail.objects.filter(address=old_address)
    theirs.filter(state__in=[Mail.State.QUEUED, Mail.State.FAILED]).delete()
    theirs.update(address=person.email, subject="", text="", html="", calendars=[], reason="")


def end_sessions(person):
    """Sign the person out everywhere."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
