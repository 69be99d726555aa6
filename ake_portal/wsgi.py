import os
from operator import attrgetter

from django.conf import settings
from django.contrib.auth import get_backends
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver
from django.urls.resolvers import get_ns_resolver
from django.utils.translation import override

from ake_portal.celery import app
from ake_portal.lib.prepared import compile_all

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ake_portal.settings")

application = get_wsgi_application()


def read_ahead():
    """What the first page, sign-up and mail of each worker would wait for. Asks neither the database nor the broker."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            addresses = get_resolver()
            addresses._populate()
            for prefix, inner in addresses.namespace_dict.values():
                get_ns_resolver(prefix, inner, tuple(inner.pattern.converters.items()))._populate()
    engines["django"].engine.template_loaders[0].load_own()
    get_backends()
    compile_all()
    attrgetter("tasks", "backend", "amqp.send_task_message")(app)
    app.connection_for_write(settings.CELERY_BROKER_URL).create_transport()


read_ahead()  # before gunicorn's workers fork
