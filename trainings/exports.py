"""The participants of a training as a file for a spreadsheet."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ake_portal.lib import exports, words

FORMATS = ("xlsx", "csv")


def participants(training, registrations, extension):
    """A download of all registrations in one of FORMATS, headed in the reader's language."""
    sessions = list(training.sessions.all())
    headers = [
        _("Last name"),
        _("First name"),
        _("E-mail"),
        _("Phone"),
        pgettext("a person", "Title"),
        _("Library"),
        _("Municipality"),
        _("Takes part"),
        _("State"),
        _("Signed up"),
        _("Added by"),
        *(words.period(session.starts_at, session.ends_at) for session in sessions),
    ]
    rows = [_row(registration, sessions) for registration in registrations]
    whose = _("participants")
    name = f"{training.title[:60]} {whose}"  # a file's name is cut at the end
    if extension == "xlsx":
        return exports.download(exports.xlsx(_("Participants"), headers, rows), exports.XLSX, name, "xlsx")
    return exports.download(exports.csv_text(headers, rows), "text/csv; charset=utf-8", name, "csv")


def _row(registration, sessions):
    person = registration.person
    was_there = {mark.session_id: mark.was_there for mark in registration.attended_sessions}
    marks = {True: pgettext("was there", "yes"), False: pgettext("was there", "no"), None: ""}
    return [
        person.last_name,
        person.first_name,
        person.email,
        person.phone,
        person.title,
        registration.library.name if registration.library else "",
        registration.municipality.name if registration.municipality else "",
        registration.get_mode_display(),
        registration.get_state_display(),
        registration.created_at,
        registration.added_by.get_full_name() if registration.added_by else "",
        *(marks[was_there.get(session.pk)] for session in sessions),
    ]
