"""The demo's first page, where one picks whom to be, and the inbox of all the mails that the portal has sent."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr, parsedate_to_datetime

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from icalendar import Calendar

from ake_portal.demo.cast import BY_KEY, CAST, person_of
from ake_portal.lib import days, mailbox
from ake_portal.reminders import RULES
from notifications import delivery
from notifications import reminders as runner
from people.models import User

NO_MAIL = _("There is no such mail.")


class AsOf(forms.Form):
    """The day whose reminders are run."""

    day = forms.DateField(
        label=_("As if today were"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@dataclass(frozen=True)
class CalendarEvent:
    """What one calendar part of a mail does."""

    method: str
    sequence: int
    summary: str
    place: str
    starts_at: datetime
    ends_at: datetime

    @property
    def is_cancelled(self):
        return self.method == "CANCEL"


@dataclass(frozen=True)
class Letter:
    """One mail of the inbox, taken apart for reading."""

    key: str
    message: object

    @property
    def subject(self):
        return str(self.message["Subject"] or "")

    @property
    def receiver(self):
        return parseaddr(str(self.message["To"]))[1]

    @property
    def sender(self):
        return str(self.message["From"] or "")

    @property
    def reply_to(self):
        return str(self.message["Reply-To"] or "")

    @property
    def language(self):
        return str(self.message["Content-Language"] or "fi")

    @property
    def sent_at(self):
        moment = parsedate_to_datetime(str(self.message["Date"]))
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)  # "-0000" is UTC without a place

    @property
    def text(self):
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self):
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @property
    def events(self):
        """What its calendar parts say: method, sequence, summary, times and place of each event."""
        found = []
        for part in self.message.walk():
            if part.get_content_type() != "text/calendar":
                continue
            calendar = Calendar.from_ical(part.get_content())
            for event in calendar.walk("VEVENT"):
                found.append(
                    CalendarEvent(
                        method=str(calendar.get("method")),
                        sequence=int(event.get("sequence", 0)),
                        summary=str(event.get("summary", "")),
                        place=str(event.get("location", "")),
                        starts_at=event.decoded("dtstart"),
                        ends_at=event.decoded("dtend"),
                    )
                )
        return found


def _letter(key):
    try:
        return Letter(key, mailbox.read(key))
    except (KeyError, FileNotFoundError) as error:
        raise Http404(str(NO_MAIL)) from error


@login_not_required
def cast(request):
    """Whom do you want to be?"""
    return render(request, "demo/cast.html", {"cast": CAST})


@login_not_required
@require_POST
def enter(request, key):
    """Become one of the cast, in that person's language."""
    if key not in BY_KEY:
        raise Http404
    try:
        person = person_of(key)
    except User.DoesNotExist as error:
        raise Http404 from error
    login(request, person, backend="people.backends.PeopleBackend")
    with override(person.language):
        return redirect(reverse("home"))


def _inbox(request, form, status=200):
    letters = [Letter(key, message) for key, message in mailbox.delivered(300)]
    letters.sort(key=lambda letter: letter.sent_at, reverse=True)
    receivers = {letter.receiver for letter in letters}
    of_cast = [(member.email, member.name) for member in CAST if member.email in receivers]
    others = sorted(receivers - {address for address, _name in of_cast})
    chosen = request.GET.get("to", "")
    context = {
        "letters": [letter for letter in letters if chosen in ("", letter.receiver)][:60],
        "of_cast": of_cast,
        "others": others,
        "chosen": chosen,
        "form": form,
    }
    return render(request, "demo/inbox.html", context, status=status)


@login_not_required
def inbox(request):
    """The mails that the portal has sent, the newest first; `?to=` narrows to one receiver."""
    return _inbox(request, AsOf(initial={"day": timezone.localdate() + timedelta(days=1)}))


@login_not_required
@require_POST
def remind(request):
    """Send the reminders that would be due on the chosen day at noon."""
    form = AsOf(request.POST)
    if not form.is_valid():
        return _inbox(request, form, status=422)
    noon: datetime = days.at(form.cleaned_data["day"], time(12))
    count = runner.run(RULES, now=noon)
    delivery.deliver_waiting()
    messages.success(
        request,
        ngettext("%(count)d reminder was sent.", "%(count)d reminders were sent.", count) % {"count": count}
        if count
        else _("No reminder was due that day, or all have been sent already."),
    )
    return redirect("demo:inbox")


@login_not_required
@csp_update({"frame-src": [SELF]})
def mail(request, key):
    """One mail: its text, its calendar events and how it looks."""
    return render(request, "demo/mail.html", {"letter": _letter(key)})


@login_not_required
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
    }
)
def mail_html(request, key):
    """The HTML of a mail as it came, for the frame on its page: without scripts, its links open in the whole window."""
    html = _letter(key).html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html)
