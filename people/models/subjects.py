"""What people learn about: one table of topics and one of themes for the whole portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ake_portal.lib.search import in_finnish_order


class ByName(models.QuerySet):
    def by_name(self):
        """In the order of the Finnish alphabet, by the name of the reader's language."""
        return self.order_by(in_finnish_order("name", translated=True))


class Topic(models.Model):
    """What somebody works with: interests, audiences, expertise and mentoring."""

    class Group(models.TextChoices):
        CHILDREN = "children", _("Children and young people")
        ADULTS = "adults", _("Adults")
        SENIORS = "seniors", _("Seniors")
        SERVICES = "services", _("Services and premises")
        SKILLS = "skills", _("Skills of the staff")

    name = models.CharField(_("name"), max_length=120)
    group = models.CharField(_("group"), max_length=20, choices=Group)

    objects = ByName.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["group", "id"]

    def __str__(self):
        return self.name


class Theme(models.Model):
    """A theme of the annual plans and of the trainings that carry them out."""

    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ByName.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["id"]

    def __str__(self):
        return self.name
