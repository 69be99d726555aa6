"""Checks of a real installation's settings, beside Django's own."""

from django.conf import settings
from django.core.checks import Warning


def errors_reach_somebody(app_configs, **kwargs):
    """An error that nobody hears of stays."""
    if settings.ADMINS or settings.SENTRY_DSN:
        return []
    return [
        Warning(
            "Errors reach nobody.",
            hint="Set OPERATOR_EMAILS (addresses with commas between) or SENTRY_DSN.",
            id="ake_portal.W001",
        )
    ]
