from django.apps import AppConfig
from django.core.checks import Tags, register

from ake_portal.checks import errors_reach_somebody


class PortalConfig(AppConfig):
    name = "ake_portal"

    def ready(self):
        register(errors_reach_somebody, Tags.security, deploy=True)
