"""What is said when something with a network is refused: why, and what to do."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "state": _("This has changed in the meantime: look at where it stands now."),
    "unconfirmed": _("Your director or the AKE first confirms where you work. They have been asked to."),
    "elsewhere": _("This network is for the libraries of its own regions."),
    "appointed": _("This is a working group: the AKE appoints its members."),
    "nobody": _("Nobody with this address has told where they work. Ask them to sign in to the portal once."),
    "unconfirmed_other": _(
        "Where this person works has not been confirmed yet. The director or the AKE does it with one click."
    ),
    "elsewhere_other": _("This person works in another region. The network is for the libraries of its own regions."),
    "is_member": _("This person belongs to the network already."),
}
