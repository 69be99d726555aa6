"""What people fill in about networks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.search import finnish_key
from people import kept
from people.models import Library, User


class AskForm(forms.Form):
    """What somebody who wants to join tells the leader."""

    message = forms.CharField(
        label=_("Message to the leader"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you do, and what you hope for. You may leave it empty."),
    )


class RefuseForm(forms.Form):
    """Why the leader does not let somebody in."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class InviteForm(forms.Form):
    """Whom a leader would like to have."""

    email = forms.EmailField(label=_("E-mail at work"))


class ListFilter(forms.Form):
    """Which networks to show. A wrong value in the address counts as none."""

    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, data):
        super().__init__(data)
        regions = sorted(kept.regions.rows.values(), key=lambda region: finnish_key(region.name))
        self.regions = {region.code: region for region in regions}
        self.fields["region"].choices = [("", _("All regions")), *((one.code, one.name) for one in regions)]
        self.full_clean()

    @property
    def chosen(self):
        """The Region, or None."""
        return self.regions.get(self.cleaned_data.get("region"))


class DirectoryFilter(forms.Form):
    """Which members to show: of one library, or with one interest among those that members show."""

    library = forms.ModelChoiceField(label=_("Library"), queryset=Library.objects.none(), required=False)
    topic = forms.TypedChoiceField(label=_("Topic of interest"), required=False, coerce=int, empty_value=None)

    def __init__(self, data, memberships):
        super().__init__(data)
        people = memberships.values("person")
        of_members = User.objects.filter(pk__in=people).order_by()
        self.fields["library"].queryset = Library.objects.filter(pk__in=of_members.values("library")).by_name()
        self.fields["library"].empty_label = _("All libraries")
        shown = User.topics.through.objects.filter(user__in=people, user__shows_topics=True)
        keys = set(shown.values_list("topic", flat=True))
        topics = sorted(kept.topics.pick(keys), key=lambda topic: finnish_key(topic.name))
        self.fields["topic"].choices = [("", _("All topics")), *((topic.pk, topic.name) for topic in topics)]
        self.full_clean()

    def narrow(self, memberships):
        chosen = self.cleaned_data.get
        if chosen("library"):
            memberships = memberships.filter(person__library=chosen("library"))
        if chosen("topic"):
            shown = User.topics.through.objects.filter(topic=chosen("topic"), user__shows_topics=True)
            memberships = memberships.filter(person__in=shown.values("user"))
        return memberships
