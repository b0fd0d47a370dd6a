"""What every environment shares. Anything that differs lives in dev, test or prod."""

from pathlib import Path

from csp.constants import NONE, SELF

from educonnect import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
PUBLIC_URL = env.text("PUBLIC_URL", f"https://{next(iter(ALLOWED_HOSTS), 'localhost')}")  # printed on papers

MODULES = [
    "core",
    "gateways",
    "schools",
    "accounts",
    "people",
    "classes",
    "grades",
    "attendance",
    "messaging",
    "reports",
    "notifications",
    "portal",
]
INSTALLED_APPS = [
    "pgtrigger",
    "pghistory",
    *[f"apps.{module}" for module in MODULES],
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "channels",
    "django_rq",
    "csp",
    "educonnect.admin.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, for FORM_RENDERER
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.accounts.middleware.SignInMiddleware",
    "apps.accounts.middleware.SchoolMiddleware",
    "apps.accounts.middleware.FirstSignInMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.core.middleware.PrivatePagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "educonnect.urls"
ASGI_APPLICATION = "educonnect.asgi.application"
WSGI_APPLICATION = "educonnect.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.portal.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The application connects as a role that owns nothing; only `migrate` is given the owner's address.
DATABASES = {
    "default": env.database("DATABASE_URL") | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True},
}
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", True)  # false behind a pooler of transactions
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis may stop or freeze: pages and saves go on, within a fraction of a second.
_REDIS_PATIENCE = {"SOCKET_CONNECT_TIMEOUT": 0.2, "SOCKET_TIMEOUT": 0.2}
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env.redis("REDIS_URL", 1),
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, **_REDIS_PATIENCE},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # a parent's own phone stays signed in for months
CHANNEL_PREFIX = f"educonnect{env.integer('REDIS_DB_BASE', 0)}"  # pub/sub ignores database numbers
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "apps.core.channels.PatientRedisLayer",
        "CONFIG": {"address": env.redis("REDIS_URL", 2), "prefix": CHANNEL_PREFIX},
    }
}
RQ_REDIS_URL = env.redis("REDIS_URL", 0)
RQ = {"COMMIT_MODE": "auto"}  # core.jobs.nudge waits for the commit itself, and survives a dead Redis
RQ_QUEUES = {
    name: {
        "URL": RQ_REDIS_URL,
        "DEFAULT_TIMEOUT": 120,
        "SERIALIZER": "rq.serializers.JSONSerializer",
        "REDIS_CLIENT_KWARGS": {"socket_connect_timeout": 0.2},
    }
    for name in ("alerts", "default", "bulk")  # in the order in which a worker serves them
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.PreparedBackend"]
PASSWORD_HASHERS = [
    "apps.accounts.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 6}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/connexion/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/connexion/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False  # they are in lower case: found by index
ACCOUNT_FORMS = {"login": "apps.accounts.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = False  # apps/accounts/limits.py: allauth's refuse everybody once Redis is away

LANGUAGE_CODE = "fr"
TIME_ZONE = "Africa/Abidjan"
USE_TZ = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "apps.core.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "educonnect.staticfiles.ReleasedStaticFiles"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"

# NOTIFY wakes the relay at once; without it (transaction pooling), it polls.
EVENTS_NOTIFY = env.flag("EVENTS_NOTIFY", True)

SMS_GATEWAY = env.text("SMS_GATEWAY", "console")
SMS_HTTP_URL = env.text("SMS_HTTP_URL", "")
SMS_HTTP_TOKEN = env.text("SMS_HTTP_TOKEN", "")
SMS_SENDER = env.text("SMS_SENDER", "EduConnect")
# E-mail is for families who have one: without a server, nothing waits for it.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "EduConnect <ne-pas-repondre@localhost>")

SMS_HOSTS = env.words("SMS_HOSTS", "api.orange.com")  # where a school may have a gateway of its own
SMS_A_DAY_PER_NUMBER = env.integer("SMS_A_DAY_PER_NUMBER", 20)
SMS_A_DAY = env.integer("SMS_A_DAY", 50_000)  # all schools together; each has its own in its alert settings

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "filters": {"one_line": {"()": "apps.core.logs.OneLine"}, "no_code": {"()": "apps.core.logs.NoCode"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django.request": {"filters": ["no_code"]},
        "rq": {"level": "WARNING"},
        "channels_redis.pubsub": {"filters": ["one_line"]},
    },
}
