"""What is said when something with an idea is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "state": _("Somebody has taken this further in the meantime: look at where it stands now."),
    "tip": _("A tip is for the AKE alone. Turn it into a good practice first."),
    "no_tip": _("This is no tip."),
    "no_host": _("Only a story of a visit is checked by its host. Choose the host library."),
    "no_one_to_ask": _("The host library has neither a contact nor a director in the portal. The AKE goes on without."),
    "no_author": _("There is no author to send this back to."),
    "no_note": _("Say what you would like to have changed."),
    "no_title": _("Give it a title."),
    "no_text": _("Write something first."),
    "not_described": _("Describe each picture for those who do not see it."),
    "title_fi": _("The title in Finnish is missing."),
    "title_sv": _("The title in Swedish is missing."),
    "summary_fi": _("The summary in Finnish is missing."),
    "summary_sv": _("The summary in Swedish is missing."),
    "alt_fi": _("A picture is not described in Finnish."),
    "alt_sv": _("A picture is not described in Swedish."),
}

FILES = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than 10 MB."),
    "unknown": _("Only JPEG and PNG pictures are taken."),
    "broken": _("The picture is damaged. Save it anew and try again."),
    "too_many_pixels": _("The picture is too large. Send a smaller one."),
}
for _code in ("active", "locked"):  # said of PDFs only
    FILES[_code] = FILES["unknown"]
