"""HTTP and WebSocket on one port for daphne."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educonnect.settings.prod")

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 (the apps must be ready first)
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from apps.messaging.consumers import NewsConsumer  # noqa: E402
from apps.portal.consumers import BoardSocket  # noqa: E402

sockets = [path("ws/", NewsConsumer.as_asgi()), path("ws/journee/", BoardSocket.as_asgi())]
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(URLRouter(sockets)),
    }
)
