"""Writing a mail: rendered in the reader's language and stored with the change that causes it."""

import logging
import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template import Context, engines
from django.utils import timezone
from django.utils.translation import override

from ake_portal.lib.prepared import PreparedInsert
from notifications.breaker import Breaker
from notifications.models import Mail
from notifications.tasks import deliver

log = logging.getLogger(__name__)
HOST = urlsplit(settings.SITE_URL).hostname


def render(template, language, **context):
    """(subject, text, html) of mail/<template> in `language`, for sending and for previews."""
    context = {"site_url": settings.SITE_URL, "language": language, **context}
    templates = engines["django"].engine
    with override(language):
        subject = templates.get_template(f"mail/{template}.subject.txt").render(Context(context, autoescape=False))
        text = templates.get_template(f"mail/{template}.txt").render(Context(context, autoescape=False))
        subject = " ".join(subject.split())
        html = templates.get_template(f"mail/{template}.html").render(Context({"subject": subject, **context}))
    return subject[:255], re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n", html


def compose(
    template,
    *,
    to,
    key,
    region=None,
    urgency=Mail.Urgency.NORMAL,
    secret=False,
    calendars=(),
    address="",
    unsubscribe_url="",
    list_name="",
    **context,
):
    """An unsaved Mail of mail/<template> to the user `to`, in that person's language; answers go to `region`'s AKE.

    What people may give up has an `unsubscribe_url`, in the foot and for their mail programs, and a `list_name` of its own.
    """
    region = region or to.region
    context |= {"person": to, "region": region, "unsubscribe_url": unsubscribe_url}
    subject, text, html = render(template, to.language, **context)
    with override(to.language):
        sender_name = str(region.title) if region else ""
    return Mail(
        key=key,
        template=template,
        person=to if to.pk else None,
        region=region,
        address=address or to.email,
        language=to.language,
        sender_name=sender_name,
        reply_to=region.email if region else "",
        list_id=_list_id(region, list_name) if region else "",
        unsubscribe_url=unsubscribe_url,
        subject=subject,
        text=text,
        html=html,
        calendars=[list(pair) for pair in calendars],
        is_secret=secret,
        urgency=urgency,
        message_id=f"<{uuid.uuid4()}@{HOST}>",
        send_after=timezone.now(),
    )


def _list_id(region, name):
    """What readers' own filters know the region's mails by, or those of its list `name`."""
    if name:
        return f"AKE {region.code} {name} <{name}.{region.code}.{HOST}>"
    return f"AKE {region.code} <{region.code}.{HOST}>"


def post(template, *, to, key, **options):
    """Store the mail mail/<template> to the user `to` under the unique `key`, and have the worker woken when this is committed.

    A second mail with the same key is ignored: that is what makes reminders and retries safe. People who were erased
    or may not sign in get none. `options` are those of `compose`; all others are the template's context.
    """
    if to.erased_at or not to.is_active:
        return
    post_all([compose(template, to=to, key=key, **options)])


STORE = PreparedInsert(Mail, ignore_conflicts=True)


def post_all(mails):
    """Store many composed mails in one statement; those whose key is there already are ignored."""
    if mails:
        if len(mails) == 1:
            STORE(mails[0])
        else:
            Mail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=500)
        in_haste = any(mail.urgency == Mail.Urgency.CODE for mail in mails)
        transaction.on_commit(wake if in_haste else wake_soon, robust=True)


# A hung broker keeps a person waiting for half a second, once in half a minute and process
BROKER_SECONDS = 0.5
no_broker = Breaker(30)
# Calling the worker costs more than storing a mail: one call a second and process, a little later, serves all of that second
GATHER_SECONDS = 1
CALL_SECONDS = 1.5
called = Breaker(GATHER_SECONDS)


def wake():
    """Call the worker, as well as it can be done: without a broker the next sweep delivers."""
    _call()


def wake_soon():
    """Have the worker called within a second or two, together with whatever else is stored by then."""
    if not called.is_open and _call(countdown=CALL_SECONDS):
        called.trip()


def _call(**options):
    """Whether there is a call on its way that what is stored from now on can count on."""
    if no_broker.is_open:
        return False
    try:
        if deliver.app.conf.task_always_eager:
            deliver.delay()
            return False
        with impatient_broker() as broker:
            deliver.apply_async(connection=broker, retry=False, **options)
    except Exception as error:  # whatever the broker's client raises
        no_broker.trip()
        log.warning("No broker, mails wait for the next sweep: %s", type(error).__name__)
        return False
    return True


def impatient_broker():
    """A connection to the broker that gives up soon."""
    options = {
        **deliver.app.conf.broker_transport_options,
        "socket_connect_timeout": BROKER_SECONDS,
        "socket_timeout": BROKER_SECONDS,
        "max_retries": 0,
    }
    return deliver.app.connection_for_write(
        settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=BROKER_SECONDS
    )
