"""Mails about a library's expertise: to whoever is named, and once a year to those who keep it true."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from notifications.outbox import post
from peerlearning.models.expertise import page_of


def desk_of(library, language):
    """The address where the library's expertise is written."""
    with override(language):
        return settings.SITE_URL + reverse("libraries:desk", args=[library.pk])


def named_editor(editor):
    """To a colleague who may now write what the library is good at."""
    person, library = editor.person, editor.library
    post(
        "peerlearning/named_editor",
        to=person,
        key=f"peerlearning/named_editor:{editor.pk}",
        region=library.region,
        library=library,
        by=editor.named_by,
        page_url=desk_of(library, person.language),
    )


def named_to_be_asked(expertise, *, by):
    """To the colleague whom readers of the public page are told to ask."""
    person = expertise.contact
    with override(person.language):
        address = settings.SITE_URL + page_of(expertise.library)
    post(
        "peerlearning/named_to_be_asked",
        to=person,
        key=f"peerlearning/named_to_be_asked:{expertise.pk}:{expertise.updated_at:%Y%m%d%H%M%S%f}",
        region=expertise.library.region,
        expertise=expertise,
        by=by,
        page_url=address,
    )


def still_true(library, person, *, rows, key):
    """Once a year: does what the library shows still hold? `rows` are its expertise."""
    post(
        "peerlearning/still_true",
        to=person,
        key=key,
        region=library.region,
        library=library,
        rows=rows,
        page_url=desk_of(library, person.language),
    )
