"""Every knob once: Django's settings and our own.

From the environment that publisher/env.py reads.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from publisher import env
from publisher.embedded import folders
from publisher.embedded.places import Places
from publisher.errors import Refused

ROOT = Path(__file__).resolve().parent.parent
PUBLISHER_HOME = env.path("PUBLISHER_HOME", "var")
PLACES = Places(PUBLISHER_HOME)

# ---- PostgreSQL and Redis: somebody else's where a URL is set, otherwise our own on this machine.
DATABASE_URL = env.url("DATABASE_URL", schemes=("postgres", "postgresql"))
REDIS_URL = env.url("REDIS_URL", PLACES.redis_url, schemes=("redis", "rediss", "sentinel", "unix"))
EMBEDDED_POSTGRES = not DATABASE_URL
EMBEDDED_REDIS = PLACES.redis_url == REDIS_URL


def _database() -> dict[str, object]:
    given = dict(conninfo_to_dict(DATABASE_URL or PLACES.database_url))
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    known = {key: str(given.pop(name, None) or "") for key, name in names.items()}
    # Data lies on solid state or in memory, where a page out of turn costs hardly more than one in
    # turn; PostgreSQL's default of 4 is that of a spinning disk, and has it search whole tables.
    session = "-c statement_timeout=300s -c random_page_cost=1.1 -c jit=off"
    options = {"connect_timeout": 5, "options": session, **given}
    # A connection is kept for the life of its thread and checked before its first use in a request
    # or task.
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **known,
    }


def _secret_key() -> str:
    if key := env.text("PUBLISHER_SECRET_KEY"):
        return key
    if DATABASE_URL:
        raise Refused(
            "PUBLISHER_SECRET_KEY is not set, and with a DATABASE_URL it must be: every host signs"
            " and decrypts with the same one; set it to 50 random characters."
        )
    try:
        if not PLACES.secret_key.exists():
            folders.make_home(PUBLISHER_HOME)
            _make_secret_key(PLACES.secret_key)
        return PLACES.secret_key.read_text().strip()
    except OSError as error:
        raise Refused(
            f"{PLACES.secret_key} cannot be kept: {error.strerror}; make room, or set"
            " PUBLISHER_HOME to a directory of your own."
        ) from error


def _make_secret_key(path: Path) -> None:
    # Written whole before it gets its name: of two processes one wins, and nobody reads half a key.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(0o600)
    try:
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


DATABASES = {"default": _database()}
SECRET_KEY = _secret_key()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# ---- Where we are: the only source of absolute links, so that no Host header can put its own into
# a mail. What `publisher up` was started with holds in every other terminal too: an edition is
# rendered by the command that schedules it.
def _served_at() -> str:
    kept = ""
    with suppress(OSError):
        kept = PLACES.base_url.read_text().strip()
    return kept or "http://127.0.0.1:8000"


PUBLISHER_BASE_URL = env.url("PUBLISHER_BASE_URL", _served_at(), schemes=("http", "https"))
PUBLISHER_NAME = env.text("PUBLISHER_NAME", "Publisher")
_HOST = urlsplit(PUBLISHER_BASE_URL).hostname or "localhost"
ALLOWED_HOSTS = sorted(
    {_HOST, *env.text("PUBLISHER_EXTRA_HOSTS", "127.0.0.1 localhost [::1]").split()}
)
TIME_ZONE = env.zone("PUBLISHER_TIME_ZONE")
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = False

# ---- The world outside.
PUBLISHER_SANDBOX_SMTP_PORT = env.count("PUBLISHER_SANDBOX_SMTP_PORT", 2525)
PUBLISHER_SANDBOX_WEB_PORT = env.count("PUBLISHER_SANDBOX_WEB_PORT", 8025)
PUBLISHER_SMTP_URL = env.url("PUBLISHER_SMTP_URL", schemes=("smtp", "smtps", "smtp+starttls"))
# What each provider is given beside what `delivery.throttles.limits` knows of it.
PUBLISHER_DOMAIN_LIMITS = env.limits("PUBLISHER_DOMAIN_LIMITS")
PUBLISHER_X_API_URL = env.url("PUBLISHER_X_API_URL", "https://api.x.com", schemes=("http", "https"))
PUBLISHER_X_UPLOAD_URL = env.url(
    "PUBLISHER_X_UPLOAD_URL", PUBLISHER_X_API_URL, schemes=("http", "https")
)
# Where a person lets our app post; X has it elsewhere than its API, and nobody else does.
# The newsroom's app at X, by which the desk connects accounts; unset: keys are typed.
PUBLISHER_X_CLIENT_ID = env.text("PUBLISHER_X_CLIENT_ID")
PUBLISHER_X_CLIENT_SECRET = env.text("PUBLISHER_X_CLIENT_SECRET")
PUBLISHER_X_AUTHORIZE_URL = env.url(
    "PUBLISHER_X_AUTHORIZE_URL",
    "https://x.com/i/oauth2/authorize"
    if PUBLISHER_X_API_URL == "https://api.x.com"
    else f"{PUBLISHER_X_API_URL}/i/oauth2/authorize",
    schemes=("http", "https"),
)
# Inside the house: servers of networks may be there though they are not on the public internet.
PUBLISHER_OWN_ADDRESSES = env.ranges("PUBLISHER_OWN_ADDRESSES")
# What networks charge for a post, for one with a link in it and for reading a post's figures; all
# others are free. X's are those of 2026: https://docs.x.com/x-api/getting-started/pricing
PUBLISHER_POST_PRICES = env.prices("PUBLISHER_POST_PRICES", "x=0.015 x+link=0.20 x+read=0.005")
# Unset: the servers that this host asks for everything else.
PUBLISHER_DNS_SERVER = env.server("PUBLISHER_DNS_SERVER", port=53)
# Where mail leaves from, as the world sees it; unset: as far as it can be told.
PUBLISHER_SENDING_ADDRESSES = env.addresses("PUBLISHER_SENDING_ADDRESSES")

# ---- The dispatcher: how often it looks, how much it hands out, and how long a claim holds.
DISPATCH_EVERY_SECONDS = env.seconds("PUBLISHER_DISPATCH_EVERY_SECONDS", 0.5)
BATCH_RECIPIENTS = env.count("PUBLISHER_BATCH_RECIPIENTS", 1000)

# ---- Time: after which a deferred mail has bounced, and stale news waits for an editor.
# RFC 5321 section 4.5.4.1 speaks of four to five days; news is dead in two.
GIVE_UP_AFTER = env.hours("PUBLISHER_GIVE_UP_AFTER_HOURS", 48)
ASK_WHEN_LATE = env.hours("PUBLISHER_ASK_WHEN_LATE_HOURS", 6)

# ---- What comes back: where we listen for it (unset: nowhere), and how many soft bounces within
# how many days suppress an address.
PUBLISHER_BOUNCES_LISTEN = env.url("PUBLISHER_BOUNCES_LISTEN", schemes=("lmtp", "smtp"))
SOFT_BOUNCES = env.count("PUBLISHER_SOFT_BOUNCES", 5)
SOFT_BOUNCE_DAYS = env.count("PUBLISHER_SOFT_BOUNCE_DAYS", 30)

# ---- Django's own.
AUTH_USER_MODEL = "staff.Member"
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/desk/login/"
ROOT_URLCONF = "publisher.urls"
WSGI_APPLICATION = "publisher.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "publisher.articles",
    "publisher.audience",
    "publisher.delivery",
    "publisher.newsletters",
    "publisher.social",
    "publisher.staff",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "publisher.web.headers.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "environment": "publisher.web.pages.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "publisher" / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = PUBLISHER_HOME / "media"
MEDIA_URL = "/media/"

_HTTPS = PUBLISHER_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
CSRF_TRUSTED_ORIGINS = [PUBLISHER_BASE_URL] if _HTTPS else []
CSRF_FAILURE_VIEW = "publisher.web.errors.forged"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"class": "publisher.logs.Line", "format": "%(levelname).1s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # The others name addresses, of the web and of people.
    "loggers": {"httpx": {"level": "WARNING"}, "mail.log": {"level": "WARNING"}},
}
