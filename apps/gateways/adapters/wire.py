"""One HTTP exchange with a gateway, that never lasts longer than it may, whatever the other side does."""

import io
import json
import socket
import ssl
import time
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .base import Unreachable

SECONDS = 20.0  # for all the exchanges about one message
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 8.0
LONGEST_ANSWER = 65_536  # bytes


class Deadline:
    """The instant after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds

    def left(self, at_most: float) -> float:
        """Seconds; raises TimeoutError when there are none."""
        left = min(at_most, self.ends_at - time.monotonic())
        if left <= 0:
            raise TimeoutError
        return left


def exchange(
    method: str,
    url: str,
    *,
    deadline: Deadline,
    lost: type[Exception],
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> tuple[int, Any]:
    """Status and JSON (None when it is none). Until we are connected nothing left: Unreachable.

    Whatever fails afterwards raises `lost`. A redirection is not followed.
    """
    address = urlsplit(url)
    try:
        connection = _connection(address, deadline.left(CONNECT_SECONDS))
        connection.connect()
    except OSError as trouble:
        raise Unreachable(type(trouble).__name__) from trouble
    wire = connection.sock
    try:
        connection.sock = Hurried(wire, Deadline(deadline.left(ANSWER_SECONDS)))
        connection.request(method, _target(address), body, dict(headers))
        response = connection.getresponse()
        return response.status, read_json(response.read(LONGEST_ANSWER))
    except (OSError, HTTPException) as trouble:
        raise lost(type(trouble).__name__) from trouble
    finally:
        wire.close()


def _connection(address: SplitResult, seconds: float) -> HTTPConnection:
    if address.scheme == "https":
        return HTTPSConnection(address.hostname, address.port, timeout=seconds, context=_trust())
    return HTTPConnection(address.hostname, address.port, timeout=seconds)


@cache
def _trust() -> ssl.SSLContext:
    """Read from the system once: it takes longer than a message."""
    return ssl.create_default_context()


def _target(address: SplitResult) -> str:
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def read_json(raw: bytes) -> Any:
    """None of what is none, or too deep."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


class Hurried:
    """A socket that looks at the clock before each word: an answer that drips is cut off too."""

    def __init__(self, wire: socket.socket, deadline: Deadline) -> None:
        self.wire, self.deadline = wire, deadline

    def sendall(self, data: bytes) -> None:
        self.wire.settimeout(self.deadline.left(ANSWER_SECONDS))
        self.wire.sendall(data)

    def recv_into(self, buffer: memoryview) -> int:
        self.wire.settimeout(self.deadline.left(ANSWER_SECONDS))
        return self.wire.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client reads an answer from."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """http.client is done with it before its answer is read; `exchange` closes."""


class _Reader(io.RawIOBase):
    def __init__(self, hurried: Hurried) -> None:
        self.hurried = hurried

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        return self.hurried.recv_into(buffer)
