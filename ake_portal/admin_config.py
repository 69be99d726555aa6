"""Puts the portal's own site in the place of Django's, before any model is loaded."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "ake_portal.admin_site.PortalAdminSite"
