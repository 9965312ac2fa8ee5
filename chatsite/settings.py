"""Every setting, read from the environment. Runs with no environment at all; `docs/configuration.md` is its table."""

import contextlib
import importlib.util
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from chatsite import environment as env
from chatsite.logs import logging_config
from chatsite.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and who -------------------------------------------------------------------------------------------------

CHAT_ENV = env.choice("CHAT_ENV", "development", "development", "test", "staging", "production")
SERVED_IN_EARNEST = CHAT_ENV in ("staging", "production")
DATA_DIR = Path(env.text("CHATSITE_DATA") or BASE_DIR / "var")
SITE_URL = env.url("SITE_URL", "http://127.0.0.1:8080", "http", "https")
SITE_IS_HTTPS = SITE_URL.startswith("https://")
REGISTRATION = env.choice("REGISTRATION", "invite", "open", "invite", "closed")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or kept_secret(DATA_DIR, "secret_key", allowed=CHAT_ENV != "production")
TOKEN_KEY = env.text("TOKEN_KEY") or kept_secret(DATA_DIR, "token_key", allowed=True)
"""Signs access and refresh tokens: apart from SECRET_KEY, so that either can be changed alone."""

if CHAT_ENV == "production":
    if DEBUG:
        raise ImproperlyConfigured("DEBUG is on; production refuses it.")
    if len(SECRET_KEY) < 32 or SECRET_KEY.startswith("django-insecure"):
        raise ImproperlyConfigured(
            "SECRET_KEY is a default or shorter than 32 characters; production needs one of its own."
        )
    if not SITE_IS_HTTPS and not env.flag("ALLOW_HTTP"):
        raise ImproperlyConfigured(
            "SITE_URL begins with http://; production needs https:// (or ALLOW_HTTP=1, if you know why)."
        )

CRASH = env.counted("CHATSITE_CRASH", "before_commit", "after_commit", "after_ack", "mid_fanout")
"""For tests of faults: where the process kills itself, and at the how manyth passing (`chatsite/realtime/crash.py`)."""
if CRASH and CHAT_ENV == "production":
    raise ImproperlyConfigured("CHATSITE_CRASH is set; production refuses it.")

if urlsplit(SITE_URL).path:
    raise ImproperlyConfigured("SITE_URL has a path; Chatsite lives at the root of a host.")
_host = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [
    _host,
    *([] if SERVED_IN_EARNEST else ["127.0.0.1", "localhost", "[::1]", "*"]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ALLOWED_ORIGINS = env.words("ALLOWED_ORIGINS") or [SITE_URL]
"""Origins from which a page with our cookie may open a socket, exactly as a browser sends them."""
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, low=0, high=5)
"""How many proxies of ours stand in front: that many addresses at the end of X-Forwarded-For are believed."""
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- The house -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Its runserver serves sockets in development. Elsewhere it would cost each start a second, for Twisted.
    *(["daphne"] if "runserver" in sys.argv else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "chatsite.tasks",
    "accounts",
    "rooms",
    "messaging",
]

MIDDLEWARE = [
    "chatsite.middleware.RequestId",
    "chatsite.middleware.Farewell",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "chatsite.middleware.NoStore",
    "chatsite.middleware.Probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "chatsite.middleware.FormsWithFiles",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rooms.middleware.SetUpFirst",
    "accounts.middleware.OwnTimeZone",
    "chatsite.middleware.Refusals",
]

SILENCED_SYSTEM_CHECKS = [
    "auth.W004"
]  # usernames are unique whatever their case: a constraint that the check does not read

ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "chatsite.template_folding.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rooms.context_processors.place",
                "messaging.errands.errands",
            ],
        },
    }
]

# --- Database, channel layer, cache --------------------------------------------------------------------------------

COMMAND_DEADLINE = env.number("COMMAND_DEADLINE", 1.9, low=0.5, high=60.0)
"""Seconds from a socket command's arrival until it is answered `unavailable`."""
DATABASE_POOL_MAX = env.number("DATABASE_POOL_MAX", 24, low=1, high=50)
DATABASE_POOL_TIMEOUT = env.number("DATABASE_POOL_TIMEOUT", 1.5, low=0.1, high=60.0)
"""Seconds that a thread waits for a connection: less than a command's deadline, or the threads fill up with the answered."""
DATABASE_THREADS = env.number("DATABASE_THREADS", 8, low=1, high=40)
"""Threads of a process that serve socket commands; each may hold one connection of the pool."""
HTTP_THREADS = env.number("HTTP_THREADS", 3, low=1, high=20)
"""Threads of a process that serve pages and the API, but for posting; each may hold one more."""

DATABASE_URL = env.url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'chatsite.sqlite3'}", "sqlite", "postgres", "postgresql")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 1.5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000",
    }
else:
    _database["CONN_MAX_AGE"] = 0
    _options = _database.setdefault("OPTIONS", {})
    if sys.argv[0].endswith("manage.py"):
        _options["application_name"] = "chatsite-manage"
    else:
        # Served requests have a deadline: a statement or a lock that outlasts it must fail, not hold a thread.
        _limit = int(COMMAND_DEADLINE * 900)
        _options["options"] = (
            f"-c statement_timeout={_limit} -c lock_timeout={_limit} -c idle_in_transaction_session_timeout=20000 "
            # `chatsite/cursors.py` prepares what is asked again and again: else it would be planned anew each time. Compiling plans pays for reports alone.
            "-c plan_cache_mode=force_generic_plan -c jit=off"
        )
        _options["pool"] = {"min_size": 1, "max_size": DATABASE_POOL_MAX, "timeout": DATABASE_POOL_TIMEOUT}
        # Else the pool's pauses double while the database is away, and last long after its return.
        _options["pool"]["reconnect_timeout"] = 1.0

REDIS_URL = env.url("REDIS_URL", "", "redis", "rediss", "unix")
REDIS_PREFIX = env.text("REDIS_PREFIX", "chatsite")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "chatsite.realtime.layer.DoorbellLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 0.25}],
                "prefix": REDIS_PREFIX,
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "chatsite.cache.SoftRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": REDIS_PREFIX,
            "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Who is signed in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SESSION_STORE = env.choice("SESSION_STORE", "db", "db", "redis")
if SESSION_STORE == "redis" and not REDIS_URL:
    raise ImproperlyConfigured("SESSION_STORE is redis, but REDIS_URL is not set.")
SESSION_ENGINE = "accounts.stores.redis" if SESSION_STORE == "redis" else "accounts.stores.db"
SESSION_IDLE = timedelta(days=env.number("SESSION_IDLE_DAYS", 14.0, low=0.01, high=365.0))
SESSION_LIFE = timedelta(days=env.number("SESSION_LIFE_DAYS", 30.0, low=0.01, high=365.0))
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())
ACCESS_TOKEN_LIFE = timedelta(seconds=env.number("ACCESS_TOKEN_SECONDS", 300, low=10, high=3600))
REFRESH_TOKEN_LIFE = timedelta(days=env.number("REFRESH_TOKEN_DAYS", 14.0, low=0.01, high=90.0))
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if SITE_IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SITE_IS_HTTPS else "csrftoken"
LANGUAGE_COOKIE_NAME = "language"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "chatsite.errors.csrf_failure"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if CHAT_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SIGN_IN_FAILURES = env.number("SIGN_IN_FAILURES", 10, low=1, high=1000)
"""Failed tries that one account may have in 15 minutes, over every door and process."""
SIGN_IN_FAILURES_PER_ADDRESS = env.number("SIGN_IN_FAILURES_PER_ADDRESS", 100, low=1, high=100_000)
"""Failed tries that one address may make in an hour."""

# --- Limits --------------------------------------------------------------------------------------------------------

MAX_BODY_CHARS = env.number("MAX_BODY_CHARS", 10_000, low=100, high=100_000)
MAX_FRAME_BYTES = 65_536
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
"""A body beyond it waits on the disk, not in memory, for its end."""
MAX_REQUEST_BYTES = 8 * 1024 * 1024
"""What a request's body may have, pictures included: beyond it is refused while it comes."""
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_BYTES", 100 * 1024 * 1024, low=1024, high=5 * 1024**3)
"""What a file may have."""
UPLOAD_PATHS = r"/api/v1/uploads/$|/rooms/\d+/messages/$"
"""Where a body may have so much, and what stands around the files in it; from whom is asked before it comes (`chatsite/handler.py`)."""
UPLOAD_FORM_BYTES = 256 * 1024
UPLOAD_QUOTA_BYTES = env.number("UPLOAD_QUOTA_BYTES", 10 * 1024**3, low=1024, high=1024**5)
"""What the files of one person may have together."""
UPLOAD_RESERVE_BYTES = env.number("UPLOAD_RESERVE_BYTES", 200 * 1024 * 1024, low=0, high=1024**4)
"""What large uploads leave free on the disk of the data folder."""
SENDS_PER_SECOND = env.number("SENDS_PER_SECOND", 10.0, low=0.1, high=100_000.0)
SENDS_BURST = env.number("SENDS_BURST", 20, low=1, high=1_000_000)
COMMANDS_PER_SECOND = env.number("COMMANDS_PER_SECOND", 20.0, low=0.1, high=100_000.0)
COMMANDS_BURST = env.number("COMMANDS_BURST", 60, low=1, high=1_000_000)
READS_PER_SECOND = env.number("READS_PER_SECOND", 5.0, low=0.1, high=100_000.0)
READS_BURST = env.number("READS_BURST", 20, low=1, high=1_000_000)
SOCKETS_PER_PERSON = env.number("SOCKETS_PER_PERSON", 10, low=1, high=10_000)
HEARTBEAT_SECONDS = 30
SOCKET_TIMEOUT = env.number("SOCKET_TIMEOUT", 70.0, low=1.0, high=600.0)
SLOW_READER_SECONDS = env.number("SLOW_READER_SECONDS", 20.0, low=0.5, high=600.0)
"""How long a socket that is behind has to read what waits for it."""
REQUEST_SECONDS = env.number("REQUEST_SECONDS", 10.0, low=0.5, high=600.0)
"""How long the head of a request may take to come; its body has a second more for each 1,000 bytes."""
TCP_USER_TIMEOUT = env.number("TCP_USER_TIMEOUT", 30.0, low=0.5, high=600.0)
"""Seconds in which a peer acknowledges or takes nothing of what is sent to it, after which it counts as gone."""
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 2.0, low=0.1, high=60.0)
DRAIN_WAIT = env.number("DRAIN_WAIT", 5.0 if SERVED_IN_EARNEST else 0.0, low=0.0, high=120.0)
"""Seconds between SIGTERM and the drain: load balancers take their time to see that /ready says no."""
DRAIN_SECONDS = env.number(
    "DRAIN_SECONDS", 30.0 if SERVED_IN_EARNEST else 5.0 if CHAT_ENV == "test" else 1.0, low=0.0, high=120.0
)
"""Over how many seconds the sockets are told to go when the process is asked to stop."""

# --- Background work -----------------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "chatsite.tasks.backend.TableBackend"}}
TASK_RUNNER = env.choice("TASK_RUNNER", "process", "process", "worker")
"""Who runs tasks: each serving process besides, or `manage run_tasks` alone."""
TASK_THREADS = env.number("TASK_THREADS", 2, low=1, high=16)
"""Tasks that one process runs at a time."""
TASK_LEASE_SECONDS = env.number("TASK_LEASE_SECONDS", 60.0, low=1.0, high=3600.0)
"""How long a task counts as under way when nothing is heard of its process."""

# --- Sign-up, mail -------------------------------------------------------------------------------------------------

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = env.choice("EMAIL_VERIFICATION", "none", "none", "optional", "mandatory")
ACCOUNT_RATE_LIMITS = False
"""allauth's own count in the cache and fail without it; `accounts.tries` counts instead, in the database."""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "change_password": "accounts.entrance.ChangePasswordForm",
    "reset_password": "accounts.entrance.ResetPasswordForm",
}
MFA_FORMS = {
    "authenticate": "accounts.entrance.AuthenticateForm",
    "reauthenticate": "accounts.entrance.ReauthenticateForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
MFA_TOTP_TOLERANCE = 0
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600

MAIL_URL = env.url("MAIL_URL", "", "smtp", "smtps")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", f"Chatsite <chatsite@{_host or 'localhost'}>")
if MAIL_URL:
    _mail = urlsplit(MAIL_URL)
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": _mail.hostname,
                "port": _mail.port or (465 if _mail.scheme == "smtps" else 587),
                "username": _mail.username or "",
                "password": _mail.password or "",
                "use_ssl": _mail.scheme == "smtps",
                "use_tls": _mail.scheme == "smtp" and env.flag("MAIL_STARTTLS", True),
                "timeout": 10,
            },
        }
    }
else:
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}

# --- API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "chatsite.api.BrowsableAPIRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["chatsite.api.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "chatsite.api.JSONUnlessAsked",
    "DEFAULT_THROTTLE_CLASSES": ["chatsite.api.PersonsBuckets"],
    "EXCEPTION_HANDLER": "chatsite.errors.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chatsite",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["chatsite.schema.document_refusals"],
}
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": TOKEN_KEY,
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFE,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFE,
    "ISSUER": "chatsite",
    "AUDIENCE": "chatsite",
    "LEEWAY": 10,
    "UPDATE_LAST_LOGIN": False,
}

# --- Browsers ------------------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, SITE_URL.replace("http", "ws", 1)],
    "worker-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SITE_IS_HTTPS:
    SECURE_SSL_REDIRECT = env.flag("REDIRECT_TO_HTTPS", SERVED_IN_EARNEST)
    SECURE_REDIRECT_EXEMPT = [r"^ping$", r"^health$", r"^ready$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

STATIC_URL = "static/"
STATIC_IS_BUILT_IN = bool(env.text("CHATSITE_STATIC"))
STATIC_ROOT = Path(env.text("CHATSITE_STATIC") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
"""Where bodies wait for their end: on the disk on which they are to stay, since the system's own folder may be memory."""
with contextlib.suppress(OSError):  # `bin/run` says in a sentence that the folder cannot be written
    FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
S3_BUCKET = env.text("S3_BUCKET")
ATTACHMENTS = {"BACKEND": "messaging.files.disk.Disk"}
if S3_BUCKET:
    if importlib.util.find_spec("storages") is None or importlib.util.find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "S3_BUCKET is set, but the packages for it are not installed: .venv/bin/python -m pip install -r requirements-s3.txt"
        )
    ATTACHMENTS = {
        "BACKEND": "messaging.files.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.url("S3_ENDPOINT", "", "http", "https") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "addressing_style": env.choice("S3_ADDRESSING", "auto", "auto", "path", "virtual"),
            "default_acl": None,
            "file_overwrite": True,  # names are random: nothing is asked before each upload
        },
    }
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": ATTACHMENTS,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if CHAT_ENV == "test"
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

# --- Languages and times -------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.choice("LANGUAGE", "en", "en", "zh-hans") if env.text("LANGUAGE") in ("en", "zh-hans") else "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("DEFAULT_TIME_ZONE", "UTC")
USE_TZ = True

# --- Operations ----------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = logging_config(LOG_LEVEL, env.levels("LOG_LEVELS"), readable=env.flag("LOG_READABLE"))
METRICS_TOKEN = env.text("METRICS_TOKEN")
