"""Every page of the portal: who opens it, in what state, and how one gets there. A page that is not here needs a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from ake_portal.lib import links, mailbox
from ideas.mails import CHECK_LINK
from networks.news_mails import UNSUBSCRIBE
from peerlearning import links as visit_links
from peerlearning.models.expertise import page_of
from people import mails as people_mails
from people.models import User
from tests.e2e.browse import click
from trainings.gathering_views import check_in_token
from trainings.models import Registration

PASSWORD = "pitkä salasana 9"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Page:
    """`reach(page, world)` gives the path to open or goes there itself; `then(page)` brings the page into its state."""

    name: str
    who: str | None
    about: str
    reach: Callable
    then: Callable | None = None

    def __str__(self):
        return f"{self.name or 'error'} ({self.about or self.who or 'public'})"


def at(name, *parts, query=""):
    """The address of the page `name`; parts are values or functions of the world."""

    def reach(page, world):
        args = [part(world) if callable(part) else part for part in parts]
        return reverse(name, args=args) + query

    return reach


def of(name, which, *parts, query=""):
    """A page of the world's training or plan `which`."""
    return at(name, lambda world: getattr(world, which).pk, *parts, query=query)


def of_booking(name, key):
    return at(name, lambda world: getattr(world.booking, key))


def detail(which):
    return lambda page, world: getattr(world, which).get_absolute_url()


def registration(world, which, who):
    return Registration.objects.get(training=getattr(world, which), person=getattr(world, who))


def by_link(name, which, who):
    def token(world):
        return links.token("trainings.registration", registration(world, which, who), getattr(world, who))

    return at(name, token)


def check_link(which, who="colleague"):
    return at("ideas:check_by_link", lambda w: links.token(CHECK_LINK, getattr(w, which), getattr(w, who)))


def of_news(name, which="news_draft"):
    """A page of the world's news or draft `which`."""
    return at(name, lambda world: getattr(world, which).network_id, lambda world: getattr(world, which).pk)


def unsubscribe_link(who):
    return at("news:unsubscribe", lambda w: links.token(UNSUBSCRIBE, w.news_network, getattr(w, who)))


def choose(value):
    """Press the button of the page's form that has this value, past the browser's own checks."""

    def then(page):
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        click(page.locator(f"main form button[value='{value}']"))

    return then


def send(page):
    """Press the main button of the page's last form, past the browser's own checks."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    click(page.locator("main form .btn-main").last)


def press(action):
    """Send the form whose address ends so, empty as it is; it may lie folded at the foot of the page."""

    def then(page):
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        click(page.locator(f"form[action$='/{action}/'] button"))

    return then


def fill(**values):
    """Fill fields in and send the form."""

    def then(page):
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)
        send(page)

    return then


def fill_first(**values):
    """Fill fields in and press the first of the main buttons: forms that have several."""

    def then(page):
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        click(page.locator("main form .btn-main").first)

    return then


def typed_address(email):
    """Sign-in pages behind the first step."""

    def reach(page, world):
        page.goto(reverse("account_login"))
        fill(email=email)(page)

    return reach


def code_for(page, email):
    """The code in the newest mail to an address, as the demo's inbox has it."""
    for _key, message in mailbox.delivered():
        if email in str(message["To"]):
            words = message.get_body(("plain",)).get_content().split()
            return next(word for word in words if word.isdigit() and len(word) == 6)
    raise AssertionError(f"no mail to {email}")


def signed_in_by_code(path, email):
    """A page as somebody who has just come in by the code."""

    def reach(page, world):
        page.context.clear_cookies()
        typed_address(email)(page, world)
        page.locator("main [name=code]").fill(code_for(page, email))
        click(page.locator("main form .btn-main").first)
        page.wait_for_url(lambda url: "/confirm" not in url)
        return reverse(path)

    return reach


def proven(path):
    """A page that asks for the password again, unless it was given a moment ago."""

    def reach(page, world):
        page.goto(reverse(path))
        if "reauthenticate" in page.url:
            fill(password=PASSWORD)(page)
            page.wait_for_url(f"**{reverse(path)}")

    return reach


def with_app(path):
    """A page of somebody who has an authenticator app and recovery codes."""

    def reach(page, world):
        if not Authenticator.objects.filter(user=world.with_password, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(world.with_password, generate_totp_secret())
            RecoveryCodes.activate(world.with_password)
        return proven(path)(page, world)

    return reach


def with_passkey(path):
    """A page of somebody who has a passkey, registered with a device that the browser plays."""

    def reach(page, world):
        keys = Authenticator.objects.filter(user=world.with_password, type=Authenticator.Type.WEBAUTHN)
        if not keys.exists():
            device = page.context.new_cdp_session(page)
            device.send("WebAuthn.enable")
            device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
            proven("mfa_add_webauthn")(page, world)
            fill(name="Puhelin")(page)
            page.wait_for_url(lambda url: not url.endswith("/add/"))
        parts = [keys.get().pk] if path in ("mfa_edit_webauthn", "mfa_remove_webauthn") else []
        return reverse(path, args=parts)

    return reach


def asked_for_app(page, world):
    """Half signed in: the code from the mail is given, that of the app is asked for."""
    TOTP.activate(world.director, generate_totp_secret())
    signed_in_by_code("home", world.director.email)(page, world)


def asked_for_password_code(page, world):
    page.goto(reverse("account_reset_password"))
    fill(email=world.with_password.email)(page)


def choosing_password(page, world):
    asked_for_password_code(page, world)
    fill(code=code_for(page, world.with_password.email))(page)
    page.wait_for_url("**/complete/")


def letter(name):
    return at(name, lambda world: mailbox.delivered()[0][0])


def written(preview):
    """A message or a cancellation, filled in and previewed."""

    def then(page):
        for field in page.locator("main form").last.locator("textarea, input[type=text]").all():
            field.fill("Kahvila on kiinni. Kaféet är stängt.")
        if preview:
            send(page)

    return then


def bare(template):
    """A page that comes when nothing else works: shown as it would be answered."""

    def reach(page, world):
        page.goto("/robots.txt")
        page.set_content(render_to_string(template))

    return reach


def too_many_tries(page, world):
    for _try in range(31):
        Client().post(reverse("account_login"), {"email": "väärä"})
    page.goto(reverse("account_login"))
    fill(email="aino@askola.example")(page)


def signed_out_meanwhile(page, world):
    page.goto(reverse("trainings:message", args=[world.own.pk]))
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=body_fi]").fill("Ottakaa puhelin mukaan.")
    send(page)


def without_cookies(page, world):
    page.goto(reverse("feedback"))
    page.context.clear_cookies()
    send(page)


STATES = {
    "open": "seats free",
    "hybrid": "two ways to take part",
    "full": "in the queue",
    "sold_out": "full",
    "offered": "a seat is offered",
    "own": "signed up, two sessions",
    "remote": "signed up, with the link",
    "late": "too late to cancel",
    "last_minute": "a free seat at the last moment",
    "cancelled": "cancelled",
    "one_language": "in one language",
    "early": "sign-up not open yet",
    "closed": "sign-up closed",
    "elsewhere": "of another region",
    "over": "over",
    "attended": "attended",
}

NEWS = [
    Page("news:list", "employee", "with drafts", of("news:list", "news_network")),
    Page("news:list", "colleague", "a member", of("news:list", "news_network")),
    Page("news:list", "coordinator", "nothing yet", of("news:list", "quiet_network")),
    Page("news:item", "colleague", "", of_news("news:item", "news")),
    Page("news:item", "colleague", "in the other language", of_news("news:item", "news_in_finnish")),
    Page("news:item", "colleague", "in Swedish alone", of_news("news:item", "news_in_swedish")),
    Page("news:write", "employee", "", of("news:write", "news_network")),
    Page("news:write", "employee", "with errors", of("news:write", "news_network"), choose("preview")),
    Page("news:edit", "employee", "", of_news("news:edit")),
    Page("news:preview", "employee", "", of_news("news:preview")),
    Page("news:preview", "coordinator", "to nobody", of_news("news:preview", "quiet_draft")),
    Page("news:unsubscribe", None, "", unsubscribe_link("colleague")),
    Page("news:unsubscribe", None, "done", unsubscribe_link("host"), send),
    Page("news:unsubscribe", None, "used before", unsubscribe_link("director")),
    Page("news:unsubscribe", None, "no longer a member", unsubscribe_link("coordinator")),
    Page("news:unsubscribe", None, "a broken link", at("news:unsubscribe", "broken")),
]
SHELF = [
    Page("publications:list", None, "", at("publications:list")),
    Page("publications:list", None, "found", at("publications:list", query="?q=tet&language=sv")),
    Page("publications:list", None, "nothing found", at("publications:list", query="?q=zzzz")),
    Page("publications:detail", None, "", detail("publication")),
    Page("publications:detail", None, "a project without a file", detail("project")),
    Page("publications:detail", "coordinator", "not on the shelf", detail("hidden_publication")),
    Page("publications:write", "employee", "", of("publications:write", "news_network")),
    Page("publications:write", "employee", "with errors", of("publications:write", "news_network"), send),
    Page("publications:edit", "employee", "", of("publications:edit", "publication")),
]
GROUPS = [
    Page("mentoring:group", "employee", "convenes it", of("mentoring:group", "group")),
    Page("mentoring:group", "colleague", "a member", of("mentoring:group", "group")),
    Page("mentoring:group", "stranger", "its mentor", of("mentoring:group", "group")),
    Page("mentoring:group", "employee", "begins", of("mentoring:group", "group_begins")),
    Page("mentoring:group", "employee", "closed", of("mentoring:group", "group_closed")),
    Page("mentoring:propose", "employee", "with errors", of("mentoring:group", "group"), press("themes")),
    Page("mentoring:convenor", "employee", "", of("mentoring:convenor", "group")),
    Page("mentoring:convenor", "employee", "closed", of("mentoring:convenor", "group_closed")),
    Page("mentoring:link", "employee", "with errors", of("mentoring:link", "group"), fill(link="väärä")),
    Page("mentoring:plan", "employee", "", of("mentoring:plan", "group_begins")),
    Page("mentoring:plan", "employee", "shown", of("mentoring:plan", "group_begins"), send),
    Page("mentoring:plan", "employee", "with errors", of("mentoring:plan", "group_begins"), fill(times="99")),
    Page("mentoring:plan", "colleague", "does not convene", of("mentoring:plan", "group")),
    Page("mentoring:add", "employee", "with errors", of("mentoring:add", "group"), send),
    Page("mentoring:leave", "employee", "", of("mentoring:leave", "group")),
    Page("mentoring:meeting", "employee", "to come", of("mentoring:meeting", "meeting")),
    Page("mentoring:meeting", "colleague", "to come, a member", of("mentoring:meeting", "meeting")),
    Page("mentoring:meeting", "employee", "cancelled", of("mentoring:meeting", "meeting_cancelled")),
    Page("mentoring:meeting", "stranger", "the mentor", of("mentoring:meeting", "meeting_held")),
    Page("mentoring:meeting", "employee", "held", of("mentoring:meeting", "meeting_held")),
    Page("mentoring:meeting", "employee", "attendance to note", of("mentoring:meeting", "meeting_to_note")),
    Page("mentoring:move", "employee", "with errors", of("mentoring:move", "meeting"), fill(begins="väärä")),
    Page("mentoring:cancel", "employee", "", of("mentoring:cancel", "meeting")),
    Page("mentoring:cancel", "employee", "cancelled already", of("mentoring:cancel", "meeting_cancelled")),
]
IDEAS = [
    Page("ideas:list", None, "", at("ideas:list")),
    Page("ideas:list", None, "found", at("ideas:list", query="?q=ovi&kind=story")),
    Page("ideas:list", None, "nothing found", at("ideas:list", query="?q=zzzz")),
    Page("ideas:detail", None, "", detail("idea")),
    Page("ideas:tip", None, "", at("ideas:tip")),
    Page("ideas:tip", None, "with errors", at("ideas:tip"), send),
    Page("ideas:thanks", None, "", at("ideas:thanks")),
    Page("ideas:check_by_link", None, "", check_link("idea_asked")),
    Page("ideas:check_by_link", None, "a note without words", check_link("idea_asked"), choose("note")),
    Page("ideas:check_by_link", None, "done", check_link("idea_to_answer"), choose("right")),
    Page("ideas:check_by_link", None, "answered before", check_link("idea_checked")),
    Page("ideas:check_by_link", None, "a broken link", at("ideas:check_by_link", "broken")),
    Page("ideas:list", "employee", "", at("ideas:list")),
    Page("ideas:detail", "employee", "a draft", detail("idea_draft")),
    Page("ideas:mine", "employee", "", at("ideas:mine")),
    Page("ideas:mine", "newcomer", "nothing yet", at("ideas:mine")),
    Page("ideas:write", "employee", "a practice", at("ideas:write", "practice")),
    Page("ideas:write", "employee", "a story, with errors", at("ideas:write", "story"), choose("send")),
    Page("ideas:write", "newcomer", "not confirmed", at("ideas:write", "story")),
    Page("ideas:edit", "employee", "with a picture that lacks words", of("ideas:edit", "idea_draft"), choose("send")),
    Page("ideas:edit", "employee", "returned", of("ideas:edit", "idea_returned")),
    Page("ideas:tip", "employee", "", at("ideas:tip")),
    Page("ideas:check", "colleague", "", of("ideas:check", "idea_asked")),
    Page("ideas:queue", "coordinator", "", at("ideas:queue")),
    Page("ideas:queue", "other_coordinator", "nothing waits", at("ideas:queue")),
    Page("ideas:note", "coordinator", "", at("ideas:note")),
    Page("ideas:note", "coordinator", "with errors", at("ideas:note"), send),
    Page("ideas:desk", "coordinator", "a host's note", of("ideas:desk", "idea_checked")),
    Page("ideas:desk", "coordinator", "with errors", of("ideas:desk", "idea_waiting"), choose("publish")),
    Page("ideas:desk", "coordinator", "published", of("ideas:desk", "idea")),
    Page("ideas:desk", "coordinator", "with the host", of("ideas:desk", "idea_asked")),
    Page("ideas:desk", "coordinator", "set aside", of("ideas:desk", "idea_aside")),
    Page("ideas:desk", "coordinator", "a tip", of("ideas:desk", "tip")),
    Page("ideas:detail", "coordinator", "published", detail("idea")),
]

PUBLIC = [
    Page("budgets:plans", None, "", at("budgets:plans")),
    Page("budgets:plan", None, "", detail("plan")),
    Page("budgets:edition", None, "an amendment", of("budgets:edition", "plan", 2)),
    Page("budgets:edition", None, "the first", of("budgets:edition", "plan", 1)),
    Page("home", None, "", at("home")),
    Page("trainings:list", None, "", at("trainings:list")),
    Page("trainings:list", None, "past", at("trainings:list", query="?when=past")),
    Page("trainings:list", None, "found", at("trainings:list", query="?q=kirja&region=porvoo")),
    Page("trainings:list", None, "nothing found", at("trainings:list", query="?q=zzzz")),
    Page("trainings:calendar", None, "", at("trainings:calendar")),
    Page("trainings:calendar", None, "an empty month", at("trainings:calendar", query="?month=2001-01")),
    *(Page("trainings:detail", None, STATES[which], detail(which)) for which in ("open", "sold_out", "over")),
    Page("accessibility", None, "", at("accessibility")),
    Page("privacy", None, "", at("privacy")),
    Page("feedback", None, "", at("feedback")),
    Page("feedback", None, "with errors", at("feedback"), send),
    Page("feedback_sent", None, "", at("feedback_sent")),
    Page("trainings:cancel_by_link", None, "a seat", by_link("trainings:cancel_by_link", "own", "employee")),
    Page(
        "trainings:cancel_by_link",
        None,
        "a place in the queue",
        by_link("trainings:cancel_by_link", "full", "employee"),
    ),
    Page("trainings:cancel_by_link", None, "done", by_link("trainings:cancel_by_link", "own", "colleague"), send),
    Page("trainings:cancel_by_link", None, "too late", by_link("trainings:cancel_by_link", "late", "employee")),
    Page(
        "trainings:cancel_by_link", None, "nothing left", by_link("trainings:cancel_by_link", "cancelled", "employee")
    ),
    Page("trainings:cancel_by_link", None, "a broken link", at("trainings:cancel_by_link", "broken")),
    Page("trainings:offer_by_link", None, "an offer", by_link("trainings:offer_by_link", "offered", "employee")),
    Page("trainings:offer_by_link", None, "a free seat", by_link("trainings:offer_by_link", "last_minute", "employee")),
    Page("trainings:offer_by_link", None, "nothing left", by_link("trainings:offer_by_link", "full", "employee")),
    Page("trainings:offer_by_link", None, "a broken link", at("trainings:offer_by_link", "broken")),
    Page(
        "people:waiting_by_link",
        None,
        "",
        at("people:waiting_by_link", lambda w: links.token(people_mails.WAITING_LINK, w.director, w.director)),
    ),
    Page("people:waiting_by_link", None, "a broken link", at("people:waiting_by_link", "broken")),
    Page("", None, "404", lambda page, world: reverse("home") + "nothing-here/"),
    Page("", None, "400", bare("400.html")),
    Page("", None, "500", bare("500.html")),
    Page("", None, "form without its cookie", without_cookies),
    Page("", "coordinator", "signed out while filling in a form", signed_out_meanwhile),
]

SIGN_IN = [
    Page("account_login", None, "", at("account_login")),
    Page("account_login", None, "with errors", at("account_login"), fill(email="väärä")),
    Page("account_login", None, "after a pause", at("account_login", query="?idle=1")),
    Page("account_confirm_login_code", None, "", typed_address("aino@askola.example")),
    Page("account_confirm_login_code", None, "wrong code", typed_address("kuka@askola.example"), fill(code="000000")),
    Page("account_password_login", None, "", at("account_password_login")),
    Page("account_password_login", None, "with errors", at("account_password_login"), send),
    Page("account_reset_password", None, "", at("account_reset_password")),
    Page("account_confirm_password_reset_code", None, "", asked_for_password_code),
    Page("account_complete_password_reset", None, "", choosing_password),
    Page("account_complete_password_reset", None, "with errors", choosing_password, fill(password1="a", password2="b")),
    Page("account_password_reset_completed", None, "", at("account_password_reset_completed")),
    Page("account_inactive", None, "", at("account_inactive")),
    Page("mfa_authenticate", None, "", asked_for_app),
    Page("people:welcome", "nameless", "", at("people:welcome")),
    Page("people:welcome", "nameless", "with errors", at("people:welcome"), send),
    Page("", None, "429", too_many_tries),
]

SIGNED_IN = [
    Page("home", "employee", "", at("home")),
    Page("mine", "employee", "", at("mine")),
    Page("mine", "newcomer", "nothing yet", at("mine")),
    Page("trainings:list", "employee", "", at("trainings:list")),
    Page("trainings:calendar", "employee", "", at("trainings:calendar")),
    *(Page("trainings:detail", "employee", about, detail(which)) for which, about in STATES.items()),
    Page("trainings:cancel", "employee", "a seat", of("trainings:cancel", "own")),
    Page("trainings:cancel", "employee", "a place in the queue", of("trainings:cancel", "full")),
    Page("trainings:detail", "employee", "just left", of("trainings:cancel", "remote"), send),
    Page("people:profile", "employee", "", at("people:profile")),
    Page("people:profile", "employee", "with errors", at("people:profile"), fill(first_name="")),
    Page("own_data", "employee", "", at("own_data")),
    Page("own_data", "employee", "with errors", at("own_data"), lambda page: click(page.locator("main .bad").last)),
    Page("feedback", "employee", "", at("feedback")),
    Page("account_logout", "employee", "", at("account_logout")),
    Page("home", "director", "", at("home")),
    Page("director", "director", "", at("director")),
    Page(
        "director", "director", "with errors", at("director"), lambda page: click(page.locator("main .btn-quiet").last)
    ),
    Page("people:waiting", "director", "", at("people:waiting")),
    Page("people:waiting", "employee", "nobody waits", at("people:waiting")),
    Page("account_reauthenticate", "with_password", "", at("account_reauthenticate")),
    Page("account_reauthenticate", "with_password", "with errors", at("account_reauthenticate"), send),
    Page("account_change_password", "with_password", "", at("account_change_password")),
    Page("account_change_password", "with_password", "with errors", at("account_change_password"), send),
    Page("mfa_index", "with_password", "none yet", at("mfa_index")),
    Page("mfa_activate_totp", "with_password", "", proven("mfa_activate_totp")),
    Page("mfa_activate_totp", "with_password", "with errors", proven("mfa_activate_totp"), fill(code="000000")),
    Page("mfa_list_webauthn", "with_password", "none yet", proven("mfa_list_webauthn")),
    Page("mfa_add_webauthn", "with_password", "", proven("mfa_add_webauthn")),
    Page("mfa_list_webauthn", "with_password", "one", with_passkey("mfa_list_webauthn")),
    Page("mfa_edit_webauthn", "with_password", "", with_passkey("mfa_edit_webauthn")),
    Page("mfa_remove_webauthn", "with_password", "", with_passkey("mfa_remove_webauthn")),
    Page("mfa_reauthenticate_webauthn", "with_password", "", with_passkey("mfa_reauthenticate_webauthn")),
    Page("mfa_deactivate_totp", "with_password", "", with_app("mfa_deactivate_totp")),
    Page("mfa_index", "with_password", "app, passkey and codes", at("mfa_index")),
    Page("mfa_view_recovery_codes", "with_password", "", with_app("mfa_view_recovery_codes")),
    Page("mfa_generate_recovery_codes", "with_password", "", with_app("mfa_generate_recovery_codes")),
    Page("mfa_reauthenticate", "with_password", "", at("mfa_reauthenticate")),
    Page("account_email", "with_password", "", at("account_email")),
    Page("account_email", "with_password", "with errors", at("account_email"), fill(email="väärä")),
    Page(
        "account_email_verification_sent", "with_password", "", at("account_email"), fill(email="uusi@toinen.example")
    ),
    Page("account_set_password", "employee", "", signed_in_by_code("account_set_password", "aino@askola.example")),
    Page("socialaccount_connections", "employee", "", at("socialaccount_connections")),
    Page("socialaccount_login_cancelled", "employee", "", at("socialaccount_login_cancelled")),
    Page("socialaccount_login_error", "employee", "", at("socialaccount_login_error")),
    Page("", "employee", "403", at("admin:index")),
]

KITS = [
    Page("kits:list", None, "", at("kits:list")),
    Page("kits:list", None, "nothing found", at("kits:list", query="?kind=other")),
    Page("kits:kit", None, "", detail("kit")),
    Page("kits:kit", None, "another month", lambda page, w: w.kit.get_absolute_url() + "?month=2026-12"),
    Page("kits:kit", "employee", "to be booked", lambda page, w: w.kit.get_absolute_url() + "?month=2026-11"),
    Page("kits:book", "employee", "with errors", detail("kit"), press("book")),
    Page("kits:kit", "newcomer", "not confirmed", detail("kit")),
    Page("kits:loans", "employee", "", at("kits:loans")),
    Page("kits:loans", "newcomer", "not confirmed", at("kits:loans")),
    Page("kits:loans", "stranger", "none", at("kits:loans")),
    Page("kits:receive", "colleague", "from another library", of("kits:receive", "loan_next")),
    Page("kits:receive", "employee", "noted already", of("kits:receive", "loan_out")),
    Page("kits:list", "coordinator", "", at("kits:list")),
    Page("kits:kit", "coordinator", "put aside", detail("kit_aside")),
    Page("kits:desk", "coordinator", "", of("kits:desk", "kit")),
    Page("kits:desk", "coordinator", "nothing", of("kits:desk", "kit_aside")),
    Page("kits:take_back", "coordinator", "", of("kits:take_back", "loan_out")),
    Page(
        "kits:take_back",
        "coordinator",
        "with errors",
        of("kits:take_back", "loan_out"),
        lambda page: fill(**{page.locator("main .number").first.get_attribute("name"): "99"})(page),
    ),
    Page("kits:move", "coordinator", "booked", of("kits:move", "loan_next")),
    Page("kits:move", "coordinator", "with errors", of("kits:move", "loan_next"), fill_first(last_day="2020-01-01")),
    Page("kits:move", "coordinator", "on loan", of("kits:move", "loan_out")),
    Page("kits:call_off", "coordinator", "with errors", of("kits:move", "loan_next"), press("call-off")),
]

CLAIMS = [
    Page("peerlearning:claims", "employee", "the own", at("peerlearning:claims")),
    Page("peerlearning:claims", "colleague", "none", at("peerlearning:claims")),
    Page("peerlearning:claims", "coordinator", "", at("peerlearning:claims")),
    Page("peerlearning:claims", "approver", "", at("peerlearning:claims")),
    Page("peerlearning:write_claim", "employee", "", of("peerlearning:write_claim", "claim_draft")),
    Page("peerlearning:write_claim", "employee", "returned", of("peerlearning:write_claim", "claim_returned")),
    Page(
        "peerlearning:write_claim",
        "employee",
        "lacking",
        of("peerlearning:write_claim", "claim_draft", query="?lacks=1"),
    ),
    Page(
        "peerlearning:write_claim",
        "employee",
        "with errors",
        of("peerlearning:write_claim", "claim_draft"),
        fill_first(**{"leg0-day": "", "claim-purpose": "FI21 1234 5600 0007 85"}),
    ),
    *(
        Page("peerlearning:claim", "employee", which, of("peerlearning:claim", which))
        for which in ("claim_draft", "claim_sent", "claim_returned", "claim_paid", "claim_waived")
    ),
    Page("peerlearning:claim", "coordinator", "to be checked", of("peerlearning:claim", "claim_sent")),
    Page("peerlearning:claim", "approver", "to be approved", of("peerlearning:claim", "claim_checked")),
    Page(
        *("peerlearning:send_back_claim", "coordinator", "with errors"),
        of("peerlearning:claim", "claim_sent"),
        press("send-back"),
    ),
    Page("peerlearning:bought", "coordinator", "", of("peerlearning:bought", "visit_to_buy_for")),
    Page("peerlearning:bought", "coordinator", "with errors", of("peerlearning:bought", "visit_to_buy_for"), send),
]

MONEY = [
    Page("budgets:plan", "coordinator", "a draft", detail("plan_draft")),
    Page("budgets:publish", "coordinator", "the first edition", of("budgets:publish", "plan_draft")),
    Page("budgets:publish", "coordinator", "unchanged", of("budgets:publish", "plan")),
    Page(
        "budgets:publish", "coordinator", "an amendment without its reason", of("budgets:publish", "plan_amended"), send
    ),
    Page("budgets:freeze", "coordinator", "still open", of("budgets:freeze", "plan")),
    Page("budgets:freeze", "coordinator", "ready", of("budgets:freeze", "plan_done")),
    Page("budgets:copy", "coordinator", "", of("budgets:copy", "plan")),
    Page("budgets:copy", "coordinator", "a year that is taken", of("budgets:copy", "plan"), fill(year="2026")),
    Page("budgets:money", "coordinator", "", of("budgets:money", "plan")),
    Page("budgets:money", "coordinator", "not granted, not in balance", of("budgets:money", "plan_draft")),
    Page("budgets:line", "coordinator", "", of("budgets:line", "plan", lambda world: world.booking.line_id)),
    Page("budgets:book_cost", "coordinator", "", of("budgets:book_cost", "plan")),
    Page("budgets:book_cost", "coordinator", "with errors", of("budgets:book_cost", "plan"), send),
    Page("budgets:transfer", "coordinator", "with errors", of("budgets:transfer", "plan"), send),
    Page("budgets:expense", "coordinator", "", of_booking("budgets:expense", "expense_id")),
    Page("budgets:reverse", "coordinator", "", of_booking("budgets:reverse", "pk")),
    Page("budgets:invoices", "coordinator", "", of("budgets:invoices", "plan")),
    Page("budgets:invoices", "coordinator", "none", of("budgets:invoices", "plan_done")),
    Page("budgets:waiting", "coordinator", "", at("budgets:waiting")),
    Page("budgets:waiting", "approver", "", at("budgets:waiting")),
    *(
        Page("budgets:invoice", "coordinator", which, of("budgets:invoice", which))
        for which in ("to_check", "checked", "returned", "in_books", "dropped")
    ),
    Page("budgets:invoice", "approver", "to be approved", of("budgets:invoice", "checked")),
    Page("budgets:send_back", "approver", "with errors", of("budgets:invoice", "checked"), press("send-back")),
    Page("budgets:drop", "coordinator", "with errors", of("budgets:invoice", "to_check"), press("drop")),
    Page("budgets:correct", "coordinator", "sent back", of("budgets:correct", "returned")),
    Page("budgets:correct", "coordinator", "with errors", of("budgets:correct", "to_check"), fill(amount="")),
    Page("budgets:ledger", "coordinator", "", of("budgets:ledger", "plan")),
    Page("budgets:ledger", "coordinator", "with errors", of("budgets:ledger", "plan"), send),
    Page("budgets:ledger", "coordinator", "nothing read yet", of("budgets:ledger", "plan_amended")),
    Page("budgets:ledger_row", "coordinator", "", of("budgets:ledger_row", "row")),
    Page("trainings:costs", "coordinator", "", of("trainings:costs", "own")),
    Page("trainings:costs", "coordinator", "none", of("trainings:costs", "empty")),
    Page("trainings:book_cost", "coordinator", "", of("trainings:book_cost", "own")),
    Page("trainings:book_cost", "coordinator", "with errors", of("trainings:book_cost", "own"), send),
]

STAFF = [
    Page("home", "coordinator", "", at("home")),
    Page("trainings:detail", "coordinator", "a draft", detail("draft")),
    Page("trainings:participants", "coordinator", "signed up", of("trainings:participants", "own")),
    Page("trainings:participants", "coordinator", "an offer and a queue", of("trainings:participants", "offered")),
    Page("trainings:participants", "coordinator", "searched", of("trainings:participants", "own", query="?q=zzzz")),
    Page("trainings:participants", "coordinator", "nobody", of("trainings:participants", "empty")),
    Page("trainings:participants", "coordinator", "attendance noted", of("trainings:participants", "attended")),
    Page("trainings:print_participants", "coordinator", "", of("trainings:print_participants", "own")),
    Page("trainings:add_participant", "coordinator", "", of("trainings:add_participant", "own")),
    Page(
        "trainings:add_participant", "coordinator", "found", of("trainings:add_participant", "full", query="?q=kerttu")
    ),
    Page(
        "trainings:add_participant",
        "coordinator",
        "nobody found",
        of("trainings:add_participant", "own", query="?q=zzzz"),
    ),
    Page(
        "trainings:add_participant", "coordinator", "new", of("trainings:add_participant", "own", query="?new=1"), send
    ),
    Page(
        "trainings:remove_participant",
        "coordinator",
        "",
        at("trainings:remove_participant", lambda w: w.own.pk, lambda w: registration(w, "own", "employee").pk),
    ),
    Page(
        "trainings:give_seat",
        "coordinator",
        "",
        at("trainings:give_seat", lambda w: w.full.pk, lambda w: registration(w, "full", "employee").pk),
    ),
    Page("trainings:session_attendance", "coordinator", "noted", of("trainings:attendance", "attended")),
    Page("trainings:session_attendance", "coordinator", "too early", of("trainings:attendance", "own")),
    Page("trainings:message", "coordinator", "", of("trainings:message", "own")),
    Page("trainings:message", "coordinator", "with errors", of("trainings:message", "own"), send),
    Page("trainings:message", "coordinator", "previewed", of("trainings:message", "own"), written(preview=True)),
    Page("trainings:publish", "coordinator", "", of("trainings:publish", "draft")),
    Page("trainings:unpublish", "coordinator", "", of("trainings:unpublish", "empty")),
    Page("trainings:cancel_training", "coordinator", "", of("trainings:cancel_training", "own")),
    Page("trainings:cancel_training", "coordinator", "with errors", of("trainings:cancel_training", "own"), send),
    Page(
        "trainings:cancel_training",
        "coordinator",
        "previewed",
        of("trainings:cancel_training", "own"),
        written(preview=True),
    ),
    Page("trainings:copy", "coordinator", "", of("trainings:copy", "own")),
]

SERIES = {
    "title_fi": "Kirjakahvit",
    "title_sv": "Bokkaffe",
    "day": "2026-12-08",
    "begins": "9",
    "ends": "9.45",
    "link": "https://meet.example/kahvit",
}


def check_in(which):
    return at("trainings:check_in", lambda world: check_in_token(getattr(world, which)))


GATHERINGS = [
    Page("trainings:detail", None, "a drop-in", detail("gathering")),
    Page("trainings:detail", "employee", "a drop-in with its link", detail("gathering")),
    Page("trainings:detail", "employee", "with materials", detail("gathering_today")),
    Page("trainings:network_gatherings", None, "", of("trainings:network_gatherings", "gathering_network")),
    Page("trainings:network_gatherings", "employee", "", of("trainings:network_gatherings", "gathering_network")),
    Page(
        "trainings:network_gatherings",
        None,
        "held",
        of("trainings:network_gatherings", "gathering_network", query="?when=past"),
    ),
    Page(
        "networks:network",
        "employee",
        "with gatherings",
        lambda page, world: world.gathering_network.get_absolute_url(),
    ),
    Page("trainings:check_in", None, "", check_in("gathering_today")),
    Page("trainings:check_in", None, "with errors", check_in("gathering_today"), send),
    Page("trainings:check_in", None, "done", check_in("gathering_today"), fill(name="Veli Vieras")),
    Page("trainings:check_in", None, "too early", check_in("gathering")),
    Page("trainings:check_in", None, "cancelled", check_in("gathering_cancelled")),
    Page("trainings:check_in", "employee", "", check_in("gathering_today")),
    Page("trainings:series", "coordinator", "", of("trainings:series", "gathering_network")),
    Page("trainings:series", "coordinator", "with errors", of("trainings:series", "gathering_network"), send),
    Page("trainings:series", "coordinator", "its days", of("trainings:series", "gathering_network"), fill(**SERIES)),
    Page("trainings:gathering", "coordinator", "", of("trainings:gathering", "gathering")),
    Page("trainings:gathering", "coordinator", "today", of("trainings:gathering", "gathering_today")),
    Page("trainings:move_gathering", "coordinator", "", of("trainings:move_gathering", "gathering")),
    Page("trainings:move_gathering", "coordinator", "its days", of("trainings:move_gathering", "gathering"), send),
    Page(
        "trainings:move_gathering",
        "coordinator",
        "with errors",
        of("trainings:move_gathering", "gathering"),
        fill(begins="10", ends="9"),
    ),
    Page("trainings:call_off_gathering", "coordinator", "", of("trainings:call_off_gathering", "gathering")),
    Page(
        "trainings:call_off_gathering",
        "coordinator",
        "with errors",
        of("trainings:call_off_gathering", "gathering"),
        send,
    ),
    Page("trainings:present", "coordinator", "", of("trainings:present", "gathering_today")),
    Page("trainings:present", "coordinator", "too early", of("trainings:present", "gathering")),
    Page(
        "trainings:present",
        "coordinator",
        "with errors",
        of("trainings:present", "gathering_today"),
        fill(**{"guests-0-number": "3"}),
    ),
    Page("trainings:materials", "coordinator", "", of("trainings:materials", "gathering_today")),
    Page("trainings:materials", "coordinator", "with errors", of("trainings:materials", "gathering_later"), send),
]

VISIT_STATES = {
    "visit_approved": "approved",
    "visit_done": "made",
    "visit_declined": "declined",
    "visit_group": "a group's",
}


def asked(which, kind, who=None):
    """The link in a mail about a consent of the world's visit `which`."""

    def token(world):
        consent = getattr(world, which).consents.filter(kind=kind).latest("pk")
        return visit_links.token(consent, getattr(world, who) if who else consent.person or User())

    return at("peerlearning:decide_by_link", token)


def consent_of(which, kind):
    return at("peerlearning:decide", lambda world: getattr(world, which).consents.filter(kind=kind).latest("pk").pk)


def answer(value, **values):
    """Press one of the buttons of a decision."""

    def then(page):
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        for name, text in values.items():
            page.locator(f"main [name={name}]").fill(text)
        click(page.locator(f"main button[name=answer][value={value}]"))

    return then


def emptied(name):
    """Send the form with a field emptied."""
    return fill(**{name: ""})


VISITS = [
    Page("peerlearning:visits", "employee", "", at("peerlearning:visits")),
    Page("peerlearning:visits", "director", "something to decide", at("peerlearning:visits")),
    Page("peerlearning:visits", "coordinator", "", at("peerlearning:visits")),
    Page("peerlearning:visits", "newcomer", "none yet", at("peerlearning:visits")),
    Page("peerlearning:begin", "employee", "", at("peerlearning:begin")),
    Page(
        "peerlearning:begin",
        "employee",
        "one more place",
        at("peerlearning:begin"),
        lambda page: click(page.locator("main button[name=more]")),
    ),
    Page(
        "peerlearning:begin",
        "employee",
        "with errors",
        at("peerlearning:begin"),
        fill(**{"stop0-contact_email": "x@y.fi"}),
    ),
    Page("peerlearning:whom", "coordinator", "", at("peerlearning:whom")),
    Page("peerlearning:whom", "coordinator", "with errors", at("peerlearning:whom"), send),
    Page("peerlearning:where", "employee", "", of("peerlearning:where", "visit_draft")),
    Page("peerlearning:when", "employee", "", of("peerlearning:when", "visit_draft")),
    Page(
        "peerlearning:when", "employee", "with errors", of("peerlearning:when", "visit_draft"), emptied("leave_clock")
    ),
    Page("peerlearning:travel", "employee", "", of("peerlearning:travel", "visit_draft")),
    Page(
        "peerlearning:travel", "employee", "with errors", of("peerlearning:travel", "visit_draft"), fill(ticket="abc")
    ),
    Page("peerlearning:review", "employee", "", of("peerlearning:review", "visit_draft")),
    Page("peerlearning:review", "employee", "incomplete", of("peerlearning:review", "visit_bare")),
    Page("peerlearning:visit", "employee", "being decided", detail("visit_sent")),
    *(Page("peerlearning:visit", "employee", about, detail(which)) for which, about in VISIT_STATES.items()),
    Page("peerlearning:visit", "coordinator", "with its bookings", detail("visit_approved")),
    Page("peerlearning:change", "employee", "", of("peerlearning:change", "visit_approved")),
    Page(
        "peerlearning:change", "employee", "previewed", of("peerlearning:change", "visit_approved"), fill(ticket="400")
    ),
    Page("peerlearning:cancel", "employee", "", of("peerlearning:cancel", "visit_sent")),
    Page("peerlearning:cancel", "coordinator", "with errors", of("peerlearning:cancel", "visit_sent"), send),
    Page("peerlearning:decide", "director", "", consent_of("visit_sent", "director")),
    Page("peerlearning:decide", "director", "with errors", consent_of("visit_sent", "director"), answer("yes")),
    Page("peerlearning:decide", "coordinator", "", consent_of("visit_sent", "ake")),
    Page("peerlearning:decide", "director", "decided", consent_of("visit_approved", "director")),
    Page("peerlearning:decide_by_link", None, "a director's", asked("visit_sent", "director")),
    Page("peerlearning:decide_by_link", None, "a host's", asked("visit_sent", "host")),
    Page("peerlearning:decide_by_link", None, "without its reason", asked("visit_sent", "host"), answer("no")),
    Page("peerlearning:decide_by_link", None, "a shared mailbox's", asked("visit_group", "host")),
    Page("peerlearning:decide_by_link", None, "used", asked("visit_approved", "director")),
    Page("peerlearning:decide_by_link", None, "somebody else's", asked("visit_sent", "director", "colleague")),
    Page("peerlearning:decide_by_link", None, "a broken link", at("peerlearning:decide_by_link", "broken")),
]


def invited(page):
    """Invite somebody whom nobody knows."""
    page.locator("main [name=email]").fill("x@y.fi")
    click(page.locator("main form[action$='/invite/'] button"))


NETWORKS = [
    Page("networks:list", None, "", at("networks:list")),
    Page("networks:list", "employee", "with the own ones", at("networks:list")),
    Page("networks:network", None, "", detail("network")),
    Page("networks:network", "employee", "as a member", detail("network")),
    Page("networks:network", "colleague", "asked", detail("network")),
    Page("networks:network", "coordinator", "as its leader", detail("network")),
    Page("networks:join", "director", "", of("networks:join", "network")),
    Page("networks:members", "employee", "", of("networks:members", "network")),
    Page("networks:members", "coordinator", "as its leader", of("networks:members", "network")),
    Page("networks:desk", "coordinator", "", of("networks:desk", "network")),
    Page("networks:invite", "coordinator", "with errors", of("networks:desk", "network"), invited),
]

LIBRARIES = [
    Page("libraries:list", None, "", at("libraries:list")),
    Page("libraries:list", "employee", "with distances", at("libraries:list")),
    Page("libraries:list", None, "nothing found", at("libraries:list", query="?q=zzz&km=60")),
    Page("libraries:library", None, "", lambda page, world: page_of(world.expertise.library)),
    Page("libraries:library", "employee", "with whom to ask", lambda page, world: page_of(world.expertise.library)),
    Page("libraries:library", "host", "as its director", lambda page, world: page_of(world.expertise.library)),
    Page("libraries:desk", "host", "", at("libraries:desk", lambda world: world.expertise.library_id)),
    Page("libraries:desk", "director", "nothing yet", at("libraries:desk", lambda world: world.employee.library_id)),
    Page("libraries:add", "host", "", at("libraries:add", lambda world: world.expertise.library_id)),
    Page("libraries:add", "host", "with errors", at("libraries:add", lambda world: world.expertise.library_id), send),
    Page("libraries:edit", "host", "", of("libraries:edit", "expertise")),
]

VISITS += [
    Page("peerlearning:wishes", "employee", "the own", at("peerlearning:wishes")),
    Page("peerlearning:wishes", "coordinator", "the region's", at("peerlearning:wishes")),
    Page("peerlearning:wishes", "newcomer", "none yet", at("peerlearning:wishes")),
    Page("peerlearning:new_wish", "employee", "", at("peerlearning:new_wish")),
    Page("peerlearning:new_wish", "newcomer", "not confirmed", at("peerlearning:new_wish")),
    Page("peerlearning:write_wish", "employee", "", of("peerlearning:write_wish", "wish_draft")),
    Page(
        *("peerlearning:write_wish", "employee", "with errors"),
        of("peerlearning:write_wish", "wish_draft"),
        fill_first(subject="", earliest="2026-11-30", latest="2026-11-20"),
    ),
    *(
        Page("peerlearning:wish", "employee", which, of("peerlearning:wish", which))
        for which in ("wish_draft", "wish_open", "wish_proposed", "wish_closed", "wish_taken")
    ),
    Page("peerlearning:wish", "coordinator", "to be answered", of("peerlearning:wish", "wish_open")),
    Page("peerlearning:wish", "coordinator", "hosts proposed", of("peerlearning:wish", "wish_proposed")),
    Page(
        *("peerlearning:turn_down_hosts", "employee", "with errors"),
        of("peerlearning:wish", "wish_proposed"),
        press("turn-down"),
    ),
    Page("peerlearning:propose_hosts", "coordinator", "", of("peerlearning:propose_hosts", "wish_open")),
    Page(
        *("peerlearning:propose_hosts", "coordinator", "one more"),
        of("peerlearning:propose_hosts", "wish_open"),
        lambda page: click(page.locator("main button[name=more]")),
    ),
    Page(
        *("peerlearning:propose_hosts", "coordinator", "with errors"),
        of("peerlearning:propose_hosts", "wish_open"),
        send,
    ),
    Page("peerlearning:note_wish", "coordinator", "", at("peerlearning:note_wish")),
    Page("peerlearning:note_wish", "coordinator", "with errors", at("peerlearning:note_wish"), send),
    Page("peerlearning:take_back_host", "coordinator", "", of("peerlearning:take_back_host", "proposal")),
    Page("peerlearning:withdraw_wish", "employee", "", of("peerlearning:withdraw_wish", "wish_open")),
    Page("peerlearning:close_wish", "coordinator", "with errors", of("peerlearning:close_wish", "wish_open"), send),
]


def opened(page):
    """Everything that lies folded on the page is open."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


DESK = [
    Page("mentoring:desk", "coordinator", "a draft that lacks things", of("mentoring:desk", "desk_draft")),
    Page("mentoring:desk", "coordinator", "nobody has applied", of("mentoring:desk", "desk_empty")),
    Page("mentoring:desk", "coordinator", "groups being formed", of("mentoring:desk", "desk_forming"), opened),
    Page("mentoring:desk", "coordinator", "under way", of("mentoring:desk", "desk_running")),
    Page("mentoring:desk", "coordinator", "nothing found", of("mentoring:desk", "desk_running", query="?q=zzz")),
    Page("mentoring:desk", "coordinator", "closing", of("mentoring:desk", "desk_closing")),
    Page("mentoring:forming", "coordinator", "rules broken", of("mentoring:forming", "desk_forming"), opened),
    Page("mentoring:forming", "coordinator", "under way", of("mentoring:forming", "desk_running"), opened),
    Page("mentoring:forming", "coordinator", "over", of("mentoring:forming", "desk_closing")),
    Page(
        *("mentoring:change_group", "coordinator", "with errors"),
        of("mentoring:forming", "desk_running"),
        lambda page: (opened(page), page.locator("main [name=teams_link]").fill("x y"), press("change")(page)),
    ),
    *(
        Page("mentoring:desk_move", "coordinator", move, of("mentoring:desk_move", which, move))
        for which, move in (
            ("desk_draft", "publish"),
            ("desk_empty", "form"),
            ("desk_forming", "reopen"),
            ("desk_forming", "announce"),
            ("desk_running", "survey"),
            ("desk_closing", "close"),
            ("desk_running", "cancel"),
        )
    ),
    Page(
        *("mentoring:desk_move", "coordinator", "with errors"),
        of("mentoring:desk_move", "desk_running", "cancel"),
        send,
    ),
    Page("mentoring:costs", "coordinator", "", of("mentoring:costs", "desk_running")),
    Page("mentoring:costs", "coordinator", "no plan", of("mentoring:costs", "desk_empty")),
    Page("mentoring:book_cost", "coordinator", "", of("mentoring:book_cost", "desk_running")),
    Page("mentoring:book_cost", "coordinator", "with errors", of("mentoring:book_cost", "desk_running"), send),
]


def overtaken(page):
    """Send a note that somebody has saved since it was read."""
    page.evaluate("document.querySelector('[name=revision]').value = 0")
    fill(text="Linnean teksti:\n\nmitä kukin kokeili.")(page)


NOTES = [
    *(
        Page("mentoring:note", "employee", which, of("mentoring:note", which))
        for which in ("note", "note_missing", "note_lost", "note_closed", "note_never")
    ),
    Page("mentoring:note", "employee", "being written", of("mentoring:note", "note", query="?write")),
    Page("mentoring:note", "employee", "overtaken", of("mentoring:note", "note", query="?write"), overtaken),
    Page("mentoring:summary", "employee", "", of("mentoring:summary", "notes_group")),
    Page("mentoring:summary", "employee", "with errors", of("mentoring:summary", "notes_group"), send),
    Page("mentoring:survey", "employee", "", of("mentoring:survey", "survey_open")),
    Page("mentoring:survey", "employee", "with errors", of("mentoring:survey", "survey_open"), send),
    Page("mentoring:survey", "coordinator", "still open", of("mentoring:survey", "survey_open")),
    Page("mentoring:survey", "employee", "results", of("mentoring:survey", "survey_over")),
    Page("mentoring:survey", "coordinator", "too few", of("mentoring:survey", "survey_too_few")),
]


def without_words(page):
    """Send the application without anything in it."""
    page.locator("main [name=brings]").fill("")
    send(page)


MENTORING = [
    Page("mentoring:list", None, "", at("mentoring:list")),
    Page("mentoring:list", "coordinator", "with a draft", at("mentoring:list")),
    Page("mentoring:cohort", None, "", detail("cohort")),
    Page("mentoring:cohort", "employee", "to apply", detail("cohort")),
    Page("mentoring:cohort", "colleague", "applied", detail("cohort")),
    Page("mentoring:cohort", "employee", "with a place", detail("cohort_running")),
    Page("mentoring:cohort", "coordinator", "a draft", detail("cohort_draft")),
    Page("mentoring:apply", "employee", "", of("mentoring:apply", "cohort")),
    Page("mentoring:apply", "employee", "with errors", of("mentoring:apply", "cohort"), without_words),
    Page("mentoring:apply", "colleague", "to change", of("mentoring:apply", "cohort")),
    Page("mentoring:apply", "employee", "after the deadline", of("mentoring:apply", "cohort_late")),
    Page("mentoring:apply", "newcomer", "not confirmed", of("mentoring:apply", "cohort")),
    Page("mentoring:withdraw", "colleague", "", of("mentoring:withdraw", "cohort")),
    Page("mentoring:place", "employee", "", of("mentoring:place", "place")),
    Page("mentoring:place", "employee", "too late", of("mentoring:place", "place_expired")),
    Page("mentoring:place", "employee", "declined", of("mentoring:place", "place_declined")),
]

DEMO = [
    Page("demo:cast", None, "", at("demo:cast")),
    Page("demo:inbox", None, "", at("demo:inbox")),
    Page("demo:remind", None, "with errors", at("demo:inbox"), fill(day="")),
    Page("demo:mail", None, "", letter("demo:mail")),
    Page("demo:mail_html", None, "", letter("demo:mail_html")),
]


# Pages of the admin that the portal shapes, with the world's thing whose form is opened
ADMIN = [
    ("admin:index", None),
    ("admin:trainings_training_changelist", None),
    ("admin:trainings_training_add", None),
    ("admin:trainings_training_change", "own"),
    ("admin:budgets_plan_changelist", None),
    ("admin:budgets_plan_add", None),
    ("admin:budgets_plan_change", "plan"),
    ("admin:budgets_measure_changelist", None),
    ("admin:budgets_measure_add", None),
    ("admin:budgets_measure_change", "measure"),
    ("admin:budgets_bookkeeping_changelist", None),
    ("admin:budgets_bookkeeping_add", None),
    ("admin:budgets_bookkeeping_change", "bookkeeping"),
    ("admin:peerlearning_visit_changelist", None),
    ("admin:peerlearning_visit_change", "visit_sent"),
    ("admin:networks_network_changelist", None),
    ("admin:networks_network_add", None),
    ("admin:networks_network_change", "network"),
    ("admin:networks_membership_changelist", None),
    ("admin:networks_membership_change", "membership"),
    ("admin:peerlearning_expertise_changelist", None),
    ("admin:peerlearning_expertise_add", None),
    ("admin:peerlearning_expertise_change", "expertise"),
    ("admin:peerlearning_claim_changelist", None),
    ("admin:peerlearning_claim_change", "claim_checked"),
    ("admin:peerlearning_wish_changelist", None),
    ("admin:peerlearning_wish_change", "wish_proposed"),
    ("admin:peerlearning_kmrate_changelist", None),
    ("admin:peerlearning_kmrate_add", None),
    ("admin:peerlearning_kmrate_change", "km_rate"),
    ("admin:peerlearning_travelrules_changelist", None),
    ("admin:peerlearning_travelrules_add", None),
    ("admin:peerlearning_travelrules_change", "travel_rules"),
    ("admin:networks_news_changelist", None),
    ("admin:networks_news_change", "news"),
    ("admin:networks_publication_changelist", None),
    ("admin:networks_publication_add", None),
    ("admin:networks_publication_change", "publication"),
    ("admin:ideas_idea_changelist", None),
    ("admin:ideas_idea_change", "idea_checked"),
    ("admin:networks_kit_changelist", None),
    ("admin:networks_kit_add", None),
    ("admin:networks_kit_change", "kit"),
    ("admin:networks_loan_changelist", None),
    ("admin:networks_loan_change", "loan_out"),
    ("admin:mentoring_cohort_changelist", None),
    ("admin:mentoring_cohort_add", None),
    ("admin:mentoring_cohort_change", "cohort"),
    ("admin:people_user_changelist", None),
    ("admin:people_user_add", None),
    ("admin:people_user_change", "employee"),
    ("admin:people_user_import_people", None),
    ("admin:notifications_mail_changelist", None),
    ("admin:notifications_mail_change", "mail"),
    ("admin:reminders_coming", None),
]
# The lists and forms that are built the same way, as the superuser has them
ADMIN_ALIKE = [
    *(
        ("admin:people_" + model + what, key)
        for model, key in (
            ("region", "region"),
            ("municipality", "municipality"),
            ("library", "library"),
            ("branch", "branch"),
            ("topic", "topic"),
            ("theme", "theme"),
            ("deputy", "deputy"),
        )
        for what, key in (("_changelist", None), ("_add", None), ("_change", key))
    ),
    ("admin:auditlog_logentry_changelist", None),
    ("admin:auditlog_logentry_change", "change"),
]
# What axe finds there, where Unfold's templates leave it: the accessibility statement names it with its criterion
KNOWN_IN_ADMIN = {
    "admin:people_region_change": ["list"],
    "admin:people_user_change": ["list"],
    "admin:budgets_bookkeeping_change": ["list"],
}
CRITERION = {"list": "1.3.1"}
# Django's and Unfold's own, in the same frame as the lists and forms that are visited
NOT_VISITED_IN_ADMIN = {
    "_history": "Unfold's table of changes",
    "_delete": "Unfold's question before deleting",
    "_import_template": "no page: a file",
    "visit_add": "refused: visits are written on the portal",
    "wish_add": "refused: wishes are written on the portal",
    "claim_add": "refused: claims are written on the portal",
    "logentry_add": "refused: nobody writes into the log",
    "membership_add": "refused: one joins on the portal's pages",
    "mail_add": "refused: mails are written by the portal",
    ":login": "sends on to the one sign-in page",
    ":logout": "sends on",
    ":password_change": "sends on",
    ":password_change_done": "sends on",
    ":autocomplete": "no page: data",
    ":jsi18n": "no page: a script",
    ":search": "no page: a part of one, and switched off",
    ":view_on_site": "sends on",
    ":app_list": "Unfold's list of an app's models, to which nothing leads",
    ":": "sends on",
    "_preview": "sends on",
    "_to_publish": "sends on",
    "_to_desk": "sends on",
    "ideas_idea_add": "refused: ideas are written on the portal's pages",
    "networks_news_add": "refused: news are written on the network's pages",
    "loan_add": "refused: loans are booked on the portal's pages",
    "_to_money": "sends on",
    "_to_cost": "sends on",
    "_to_freeze": "sends on",
    "_to_participants": "sends on",
    "_to_message": "sends on",
    "_to_copy": "sends on",
    "_to_unpublish": "sends on",
    "_to_cancel_training": "sends on",
}

NOT_VISITED = {
    "kits:close_unfetched": "acts and sends on",
    "mentoring:applications_file": "no page: a table",
    "mentoring:propose_groups": "acts and sends on",
    "mentoring:move_person": "acts and sends on",
    "mentoring:add_group": "acts and sends on, or shows the groups with what is wrong",
    "mentoring:remove_group": "acts and sends on",
    "front_door": "only sends on",
    "robots": "no page: text for robots",
    "favicon": "only sends on",
    "calendar_feed": "no page: a calendar file",
    "networks:answer": "acts and sends on",
    "networks:news": "acts and sends on",
    "networks:teams": "acts and sends on",
    "networks:decide": "acts and sends on",
    "networks:picture": "no page: a picture",
    "libraries:holds": "acts and sends on",
    "libraries:name_editor": "acts and sends on, or shows the desk with what is wrong",
    "libraries:remove_editor": "acts and sends on",
    "libraries:remove": "acts and sends on",
    "libraries:not_me": "acts and sends on",
    "peerlearning:claims_csv": "no page: a table",
    "peerlearning:claim_pdf": "no page: a PDF",
    "peerlearning:claim_zip": "no page: an archive",
    "peerlearning:claim_receipt": "no page: a file",
    "peerlearning:begin_claim": "acts and sends on",
    "peerlearning:waive_claim": "acts and sends on",
    "peerlearning:check_claim": "acts and sends on, or shows the claim's page with what is wrong",
    "peerlearning:approve_claim": "acts and sends on, or shows the claim's page with what is wrong",
    "peerlearning:pay_claim": "acts and sends on",
    "peerlearning:close_visit": "acts and sends on",
    "budgets:money_file": "no page: a workbook or a PDF",
    "budgets:receipt": "no page: a file",
    "news:send": "acts and sends on",
    "news:delete": "acts and sends on",
    "publications:file": "no page: a file",
    "publications:cover": "no page: a picture",
    "ideas:picture": "no page: a picture",
    "kits:picture": "no page: a picture",
    "kits:cancel": "acts and sends on",
    "mentoring:theme": "acts and sends on",
    "mentoring:agree": "acts and sends on",
    "mentoring:attendance": "acts and sends on",
    "kits:complete": "acts and sends on",
    "ideas:move": "acts and sends on",
    "budgets:check": "acts and sends on",
    "budgets:approve": "acts and sends on, or shows the invoice's page with what is wrong",
    "budgets:book_row": "acts and sends on",
    "end_deputy": "acts and sends on",
    "peerlearning:story": "acts and sends on",
    "peerlearning:thank": "acts and sends on",
    "peerlearning:take_along": "acts and sends on",
    "peerlearning:leave_behind": "acts and sends on",
    "peerlearning:again": "acts and sends on",
    "peerlearning:travel_order": "no page: a PDF",
    "peerlearning:take_hosts": "acts and sends on, or shows the wish's page with what is wrong",
    "trainings:network_feed": "no page: a calendar file",
    "trainings:material": "no page: a file",
    "trainings:remove_material": "acts and sends on",
    "trainings:feed": "no page: a calendar file",
    "trainings:event": "no page: a calendar file",
    "trainings:sign_up": "acts and sends on",
    "trainings:offer": "acts and sends on",
    "trainings:free_seat": "acts and sends on",
    "trainings:attendance": "sends on to the session",
    "trainings:export_participants": "no page: a file",
    "export_own_data": "no page: a file",
    "people:renew_calendar": "acts and sends on",
    "account_request_login_code": "sends on to the one sign-in page",
    "account_signup": "sends on to the one sign-in page",
    "mfa_download_recovery_codes": "no page: a file",
    "openid_connect_login": "sends on to the employer's sign-in",
    "openid_connect_callback": "sends on",
    "socialaccount_signup": "only in the middle of a sign-in by an employer's service",
    "admin_sign_in": "sends on to the one sign-in page",
    "demo:enter": "acts and sends on",
}

# The lists of pages above that axe looks at, by name
PARTS = (
    *("PUBLIC", "SIGN_IN", "SIGNED_IN", "STAFF", "GATHERINGS", "MONEY"),
    *("VISITS", "LIBRARIES", "CLAIMS"),
    *("NETWORKS", "NEWS", "SHELF", "KITS"),
    *("MENTORING", "GROUPS", "DESK", "NOTES"),
    *("IDEAS", "DEMO"),
)
