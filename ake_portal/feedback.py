"""Feedback from anybody, by mail to the people who can do something about it."""

from hashlib import sha256

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ake_portal.lib.search import in_finnish_order
from notifications.outbox import compose, post_all
from people.models import Region, User

TOPICS = (
    ("accessibility", _("Accessibility: something cannot be used")),
    ("fault", _("Something does not work")),
    ("training", _("A training or its contents")),
    ("privacy", _("My personal data")),
    ("other", _("Something else")),
)


class FeedbackForm(forms.Form):
    """Needs the reader as `user`: the region and the address to answer to are known of whoever has signed in."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=TOPICS)
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.none(),
        empty_label=_("Choose a region"),
        help_text=_("The regional development task that answers you. For most it is the one of the own library."),
    )
    text = forms.CharField(
        label=_("Your feedback"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("On accessibility: tell which page it is, what you wanted to do and which aids you use."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("If you want an answer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People do not see this field; robots fill in whatever they find
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.order_by(in_finnish_order("name", translated=True))
        if user.is_authenticated:
            self.fields["region"].initial = user.region
            self.fields["email"].initial = user.email

    @property
    def is_from_robot(self):
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))

    @property
    def key(self):
        """The same for the same words on the same day: two clicks are one feedback."""
        said = "\0".join(str(self.cleaned_data[name]) for name in ("topic", "region", "text", "email"))
        return f"feedback:{timezone.localdate()}:{sha256(said.encode()).hexdigest()[:32]}"

    @transaction.atomic
    def send(self, *, user):
        """Put the mail to the region's AKE into the outbox; answers go to the sender when there is an address."""
        region, address = self.cleaned_data["region"], self.cleaned_data["email"]
        receiver = User(email=region.email, first_name=region.title, language="fi")
        with override(receiver.language):
            topic = str(dict(TOPICS)[self.cleaned_data["topic"]])
        mail = compose(
            "feedback",
            to=receiver,
            key=self.key,
            region=region,
            topic=topic,
            feedback=self.cleaned_data["text"],
            address_of_sender=address,
            sender=user if user.is_authenticated else None,
        )
        mail.reply_to = address or region.email
        post_all([mail])
