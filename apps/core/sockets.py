"""Sockets that say that there is news, never what they are: whoever hears asks for the page's part again."""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.core import signing
from redis import RedisError

from .tenancy import in_school

NOT_YOURS = 4404
TRY_LATER = 1013
TIME_TO_CONNECT = 60  # seconds
Ticket = list[int]  # the school, the member, then what the page is about
logger = logging.getLogger(__name__)


def sign_ticket(ticket: Ticket, *, salt: str) -> str:
    """What a page gives its socket: who may hear of what, for 60 seconds."""
    return signing.dumps(ticket, salt=salt)


def read_ticket(text: str, *, salt: str, length: int) -> Ticket | None:
    """The same; None when it is forged, spoilt or too old."""
    try:
        ticket = signing.loads(text, salt=salt, max_age=TIME_TO_CONNECT)
    except signing.BadSignature:
        return None
    return ticket if len(ticket) == length else None


def tell(group: str, **news: Any) -> None:
    """Say to the sockets of a group that there is news; lossy by design. To be called after the commit."""
    get_channel_layer().tell(group, {"type": "news", **news})


class NewsSocket(ABC, AsyncWebsocketConsumer):
    """Opened with the page's ticket; asked again, at each news, whether it may still hear of it.

    Where news come in hundreds and say nothing, `calm` is how many seconds go between two: one speaks for
    those of meanwhile.
    """

    salt: str
    ticket_length: int
    calm = 0.0
    group: str | None = None
    told_at = float("-inf")
    later: asyncio.Task | None = None

    @abstractmethod
    def group_of(self, ticket: Ticket) -> str:
        """Where its news are told."""

    @abstractmethod
    def may_hear(self, ticket: Ticket) -> bool:
        """Asked in the scope of the ticket's school."""

    async def __call__(self, scope, receive, send) -> None:
        """Without a true ticket, nothing is asked of Redis; without Redis, no socket: the page polls."""
        query = parse_qs(scope["query_string"].decode("latin1"))
        text = query.get("jeton", [""])[0]
        self.ticket = read_ticket(text, salt=self.salt, length=self.ticket_length)
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
        self.group = self.group_of(self.ticket)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.later:
            self.later.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A page has nothing to say here."""

    async def news(self, event: dict) -> None:
        if self.later:
            return
        wait = self.told_at + self.calm - asyncio.get_running_loop().time()
        if wait > 0:
            self.later = asyncio.create_task(self._tell_later(event, wait))
        else:
            await self._tell(event)

    async def _tell_later(self, event: dict, wait: float) -> None:
        await asyncio.sleep(wait)
        self.later = None
        await self._tell(event)

    async def _tell(self, event: dict) -> None:
        self.told_at = asyncio.get_running_loop().time()
        if await self._may_hear():
            await self.send(json.dumps({name: said for name, said in event.items() if name != "type"}))
        else:
            await self.close(NOT_YOURS)

    @database_sync_to_async
    def _may_hear(self) -> bool:
        with in_school(self.ticket[0], read_only=True):
            return self.may_hear(self.ticket)
