"""One machine, plain HTTP: the demo and a developer's own portal."""

from .base import *

ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]
DEBUG = env.flag("DEBUG", False)
