"""Django's settings, made from ours (`reportedly.cli.config`). Loaded through DJANGO_SETTINGS_MODULE."""

from __future__ import annotations

from pathlib import Path

from reportedly.cli import config

REPORTEDLY = config.load()
REPORTEDLY.data.mkdir(parents=True, exist_ok=True)

SECRET_KEY = config.secret_key(REPORTEDLY.secret_key_file)
DEBUG = False
ALLOWED_HOSTS = list(REPORTEDLY.allowed_hosts)
ROOT_URLCONF = "reportedly.web.urls"
WSGI_APPLICATION = "reportedly.cli.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.staticfiles", "reportedly.wire", "reportedly.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "reportedly.web.middleware.security_headers",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [Path(__file__).parent.parent / "web" / "templates"],
        "OPTIONS": {"environment": "reportedly.web.jinja.environment", "autoescape": True},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": REPORTEDLY.store,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # One writer at a time, taken at the start of a transaction, so that nobody fails half-way for the lock.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000; PRAGMA journal_size_limit=67108864;"
            ),
        },
    }
}
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGGING_CONFIG = None  # the commands say what they have to say on stderr themselves
