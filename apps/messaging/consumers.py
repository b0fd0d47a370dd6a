"""The socket of a page that shows a thread: it says that there is news, never what they are."""

import json
import logging
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from redis import RedisError

from apps.core.clock import today
from apps.core.tenancy import in_school

from .permissions import read_ticket
from .selectors import hears_of
from .services import group_of

NOT_YOURS = 4404
TRY_LATER = 1013
logger = logging.getLogger(__name__)


class NewsConsumer(AsyncWebsocketConsumer):
    """Opened with the page's ticket; asked again, at each news, whether it may still hear of the thread."""

    group: str | None = None

    async def __call__(self, scope, receive, send) -> None:
        """Without a true ticket, nothing is asked of Redis; without Redis, no socket: the page polls."""
        query = parse_qs(scope["query_string"].decode("latin1"))
        self.ticket = read_ticket(query.get("jeton", [""])[0])
        if self.ticket is None:
            await send({"type": "websocket.close", "code": NOT_YOURS})
            return
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, OSError) as trouble:
            logger.warning("No socket (%s): the page polls", type(trouble).__name__)
            await send({"type": "websocket.close", "code": TRY_LATER})

    async def connect(self) -> None:
        if not await self._may_hear():
            await self.close(NOT_YOURS)
            return
        school_id, _, thread_id = self.ticket
        self.group = group_of(school_id, thread_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A page has nothing to say here."""

    async def news(self, event: dict) -> None:
        if await self._may_hear():
            await self.send(json.dumps({"thread": event["thread"]}))
        else:
            await self.close(NOT_YOURS)

    @database_sync_to_async
    def _may_hear(self) -> bool:
        school_id, member_id, thread_id = self.ticket
        with in_school(school_id, read_only=True):
            return hears_of(member_id, thread_id, today())
