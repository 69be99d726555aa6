"""All settings, read from the environment (names in .env.example) and safe by default.

Without SECRET_KEY and ALLOWED_HOSTS the portal starts only as a demo: SQLite, mails kept in
files, Celery in process, reachable from this machine alone. With them it is production.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
import sentry_sdk
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ake_portal.lib import sealed
from ake_portal.lib.logs import discreet_event

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", str(BASE_DIR / ".env")))

# What am I: a demo on somebody's own machine, or the real thing
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
PRODUCTION = bool(SECRET_KEY or ALLOWED_HOSTS)
DEMO = env.bool("DEMO", default=not PRODUCTION)
DEBUG = env.bool("DEBUG", default=False)

if PRODUCTION:
    if not (SECRET_KEY and ALLOWED_HOSTS):
        raise ImproperlyConfigured("Production needs both SECRET_KEY and ALLOWED_HOSTS.")
    if DEMO or DEBUG:
        raise ImproperlyConfigured(
            "DEMO and DEBUG cannot be on with production settings: anybody could sign in as anybody."
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS names the portal's own addresses; * would believe any.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured("SECRET_KEY is too short to be secret: use at least 50 random characters.")
else:
    if not DEMO:
        raise ImproperlyConfigured("Set SECRET_KEY and ALLOWED_HOSTS to run the portal, or leave DEMO on to try it.")
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    key_file = VAR_DIR / "demo_secret_key"
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_text(get_random_secret_key())
    SECRET_KEY = key_file.read_text()

# The keys of the mentoring groups' notes, the newest first
try:
    NOTES_KEYS = sealed.split_keys(env.str("NOTES_KEYS", ""))
except sealed.BadKeys as error:
    raise ImproperlyConfigured(f"NOTES_KEYS: {error}") from None

# The address in mails, calendar files and feeds
SITE_URL = (
    env.str("SITE_URL", "")
    or (f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION else f"http://127.0.0.1:{env.str('PORT', '8000')}")
).rstrip("/")

INSTALLED_APPS = [
    "ake_portal",
    "trainings",
    "budgets",
    "networks",
    "peerlearning",
    "mentoring",
    "ideas",
    "people",
    "notifications",
    "modeltranslation",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "ake_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "auditlog",
    "csp",
    "django_htmx",
    "bootstrap",
]

MIDDLEWARE = [
    "ake_portal.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ake_portal.middleware.RequestLogMiddleware",
    "ake_portal.middleware.PrivatePagesMiddleware",
    "ake_portal.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "people.middleware.PersonMiddleware",
    "people.middleware.SignInMiddleware",
    "people.middleware.SharedComputerMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ake_portal.middleware.ActorMiddleware",
]

ROOT_URLCONF = "ake_portal.urls"
WSGI_APPLICATION = "ake_portal.wsgi.application"
FORM_RENDERER = "ake_portal.lib.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "ake_portal.lib.templates.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "ake_portal.templatetags.portal"],
        },
    }
]

# Database: SQLite with immediate transactions when embedded, PostgreSQL for real
if PRODUCTION and "DATABASE_URL" not in env:
    raise ImproperlyConfigured(
        "Production needs DATABASE_URL, for example postgres://portal:password@127.0.0.1/portal."
    )
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "ake_portal.lib.sqlite"
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # each parallel test process has its own
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# With Redis down people still sign in and sign up: nothing a page needs lives there
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
SESSION_ENGINE = "ake_portal.lib.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SHARED_COMPUTER_IDLE = timedelta(minutes=15)

# Languages: Finnish and Swedish are equal; msgids are English
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_packages"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("fi", "sv")}
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
FORMAT_MODULE_PATH = ["ake_portal.formats"]

# Static files: hashed and compressed in production, straight from the source in the demo
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "static_root")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))

# People and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "people.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# Mail can be slow: a code holds for a quarter of an hour, and may be asked for anew
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = (
    15 * 60
)
ACCOUNT_LOGIN_TIMEOUT = 20 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Three tries for a code and ten codes an hour for an address: guessing one takes years
ACCOUNT_RATE_LIMITS = {"request_login_code": "60/h/ip,3/m/key,10/h/key", "reset_password": "20/h/ip,5/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
ACCOUNT_FORMS = {
    "login": "people.forms.PasswordForm",
    "request_login_code": "people.forms.SignInForm",
    "confirm_login_code": "people.forms.CodeForm",
    "confirm_email_verification_code": "people.forms.NewAddressCodeForm",
    "confirm_password_reset_code": "people.forms.ResetCodeForm",
    "add_email": "people.forms.NewAddressForm",
    "change_password": "people.forms.ChangePasswordForm",
    "set_password": "people.forms.SetPasswordForm",
    "reset_password": "people.forms.ResetPasswordForm",
    "reset_password_from_key": "people.forms.NewPasswordForm",
    "reauthenticate": "people.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "people.forms.SecondFactorForm",
    "reauthenticate": "people.forms.SecondFactorAgainForm",
    "activate_totp": "people.forms.ActivateAppForm",
    "add_webauthn": "people.forms.AddPasskeyForm",
    "edit_webauthn": "people.forms.RenamePasskeyForm",
}
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "AKE"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
SECOND_FACTOR_REQUIRED = PRODUCTION  # of those who use the admin pages
# An address that the identity provider vouches for signs in its owner; any other must first be proven by a code
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {}
if env.str("OIDC_CLIENT_ID", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "work",
                "name": env.str("OIDC_NAME", "Microsoft"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env.str("OIDC_SERVER_URL")},
            }
        ],
    }

# Mail: from the outbox by Celery; into files when this is a demo
DEFAULT_FROM_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL", "")
    or f"AKE <portaali@{urlsplit(SITE_URL).hostname if PRODUCTION else 'ake.example'}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX_DIR = VAR_DIR / "mails"
if "EMAIL_URL" in env:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 20
elif PRODUCTION:
    raise ImproperlyConfigured("Production needs EMAIL_URL, for example smtp+tls://user:password@mail.example:587.")
else:
    EMAIL_BACKEND = "ake_portal.lib.mailbox.EmailBackend"
# A worker that is silent for longer than the lease is taken for dead; a server that refused a session has its pause
# Kinds of mail that one may give up, and who knows whether the reader of a mail that waits still wants it
MAIL_WANTED = {"networks/news": "networks.news_mails.is_wanted"}
# Who knows what mails have put into the calendar of a network's member, to take it out when the membership ends
MEMBERS_CALENDAR = "trainings.gathering_mails.to_take_out"
MAIL_LEASE = timedelta(seconds=env.int("MAIL_LEASE_SECONDS", 300))
MAIL_PAUSE = timedelta(seconds=env.int("MAIL_PAUSE_SECONDS", 30))

# Celery: Redis carries wake-up calls only; without it the next sweep delivers
EMBEDDED = "REDIS_URL" not in env
if EMBEDDED and PRODUCTION:
    raise ImproperlyConfigured("Production needs REDIS_URL, for example redis://127.0.0.1:6379/0.")
CELERY_BROKER_URL = env.str("REDIS_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = EMBEDDED
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long Redis is away, the worker goes on when it is back
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "visibility_timeout": 600}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", "ake_portal")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "notifications.tasks.sweep", "schedule": env.int("SWEEP_SECONDS", 30)},
    "reminders": {
        "task": "ake_portal.tasks.send_reminders",
        "schedule": timedelta(seconds=env.int("REMINDERS_SECONDS", 600)),
    },
    "seat offers": {"task": "ake_portal.tasks.expire_seat_offers", "schedule": timedelta(minutes=5)},
    "visits": {"task": "ake_portal.tasks.move_visits", "schedule": timedelta(minutes=15)},
    "mentoring": {"task": "ake_portal.tasks.move_mentoring", "schedule": timedelta(minutes=15)},
    "loans": {"task": "ake_portal.tasks.move_loans", "schedule": timedelta(minutes=15)},
    "digests": {"task": "ake_portal.tasks.send_digests", "schedule": timedelta(hours=1)},
    "retention": {"task": "ake_portal.tasks.keep_retention", "schedule": crontab(hour=3, minute=20)},
}
# While no worker runs, calls do not pile up: the next round does the same work
for _entry in CELERY_BEAT_SCHEDULE.values():
    _entry["options"] = {"expires": 600}

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    # INSECURE_HTTP is for the test that runs the real commands on one machine without a TLS proxy
    https = not env.bool("INSECURE_HTTP", default=False)
    if not https and not {*ALLOWED_HOSTS} <= {"127.0.0.1", "localhost", "[::1]"}:
        raise ImproperlyConfigured("INSECURE_HTTP is for this machine alone: leave it off, or name no other host.")
    if https and not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must begin with https://: links in mails carry people's rights.")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = https
    SECURE_SSL_REDIRECT = https
    SECURE_HSTS_SECONDS = 31536000 if https else 0
    SECURE_HSTS_INCLUDE_SUBDOMAINS = https
    SECURE_HSTS_PRELOAD = https
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "ake_portal.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *env.list("CSP_FORM_ACTION", default=[])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# Unfold needs inline styles and Alpine's expressions; nothing wider, and only under /admin/
ADMIN_CONTENT_SECURITY_POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Errors reach the operator: Sentry where there is one, else mail
ADMINS = [("operator", address) for address in env.list("OPERATOR_EMAILS", default=[])]
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=discreet_event,
        traces_sample_rate=0.0,
    )
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "ake_portal.lib.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "operator": {"class": "ake_portal.lib.logs.OperatorMail", "formatter": "plain"},
    },
    "root": {
        "handlers": ["console", "operator"] if PRODUCTION else ["console"],
        "level": env.str("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING"),
    },
    "loggers": {
        # Django's own handlers go: its mails to the operator hold what people typed
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # pages that are not there stand in the request log
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # A stranger knocking with a wrong host name is no alarm
        "django.security.DisallowedHost": {"handlers": ["console"], "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

UNFOLD = {
    "SITE_TITLE": _("AKE portal"),
    "SITE_HEADER": _("AKE portal"),
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "local_library",
    "SITE_URL": reverse_lazy("home"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "ake_portal.dashboard.favicon"}],
    "STYLES": ["ake_portal.dashboard.style"],
    "SCRIPTS": ["ake_portal.dashboard.script"],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_LANGUAGES": True,
    "ENVIRONMENT": "ake_portal.dashboard.environment",
    "DASHBOARD_CALLBACK": "ake_portal.dashboard.first_page",
    "SIDEBAR": {"show_search": False, "navigation": "ake_portal.dashboard.navigation"},
    "ACCOUNT": {"navigation": "ake_portal.dashboard.account_links"},
    "COLORS": {
        # The blue of the trainings' spine, light to dark
        "primary": {
            "50": "#eff7fd",
            "100": "#dcedf9",
            "200": "#b9dcf3",
            "300": "#7cc1ee",
            "400": "#5aa9dc",
            "500": "#2f88c0",
            "600": "#0b5a8a",
            "700": "#094d77",
            "800": "#083f61",
            "900": "#06304a",
            "950": "#041f31",
        },
    },
}
