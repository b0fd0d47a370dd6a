"""Fast and strict: cheap hashing, plain static files, and no silent template mistakes."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only")

from .base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SMS_HOSTS = [*SMS_HOSTS, "127.0.0.1"]
