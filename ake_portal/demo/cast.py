"""Whom a visitor of the demo may be."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from people.models import User


@dataclass(frozen=True)
class Member:
    """One of the cast: `key` names the person in the demo's data and in addresses."""

    key: str
    first_name: str
    last_name: str
    email: str
    language: str
    title: str
    role: object
    can_try: object

    @property
    def name(self):
        return f"{self.first_name} {self.last_name}"


CAST = (
    Member(
        "aino",
        "Aino",
        "Hyllymäki",
        "aino.hyllymaki@askola.example",
        "fi",
        "kirjastovirkailija",
        _("Employee in Askola, reads Finnish"),
        _("Find a training and sign up, answer the seat that has come free, put your events into your own calendar."),
    ),
    Member(
        "linnea",
        "Linnea",
        "Sundgrund",
        "linnea.sundgrund@loviisa.example",
        "sv",
        "bibliotekarie",
        _("Employee in Loviisa, reads Swedish"),
        _("The same in Swedish, mails and calendar included; see your place in a queue."),
    ),
    Member(
        "director",
        "Kerttu",
        "Koivuranta",
        "kerttu.koivuranta@askola.example",
        "fi",
        "kirjastonjohtaja",
        _("Director of the library in Askola"),
        _("Confirm a new employee, sign up yourself, see what your people are offered."),
    ),
    Member(
        "porvoo",
        "Petra",
        "Lumikko",
        "petra.lumikko@porvoo.example",
        "fi",
        "informaatikko",
        _("AKE coordinator in Porvoo"),
        _("Publish a draft, look at participants, mark attendance, write to participants, cancel a training."),
    ),
    Member(
        "rovaniemi",
        "Sade",
        "Tunturipuro",
        "sade.tunturipuro@rovaniemi.example",
        "fi",
        "informaatikko",
        _("AKE coordinator in Rovaniemi"),
        _(
            "The same in Lapland: the library days in Tornio with 65 people, the staff meetings. Other regions' drafts stay hidden."
        ),
    ),
    Member(
        "superuser",
        "Yrjö",
        "Ylläpuro",
        "yrjo.yllapuro@ake.example",
        "fi",
        "pääkäyttäjä",
        _("Superuser"),
        _("Appoint coordinators, see every region and every mail that has left."),
    ),
)
BY_KEY = {member.key: member for member in CAST}


def person_of(key):
    """The User who plays `key`. Raises KeyError, User.DoesNotExist."""
    return User.objects.select_related("library__region").get(email=BY_KEY[key].email)
