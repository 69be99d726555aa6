import pytest

from tests.smtp import MailServer


@pytest.fixture
def mail_server(settings):
    """A real mail server on this machine, used by the portal."""
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server
