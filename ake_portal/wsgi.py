import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver
from django.utils.translation import override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ake_portal.settings")

application = get_wsgi_application()

# Read before gunicorn's workers fork: later, the first reader of each would wait for addresses and templates
for code, _name in settings.LANGUAGES:
    with override(code):
        get_resolver()._populate()
engines["django"].engine.template_loaders[0].load_own()
