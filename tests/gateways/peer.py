"""An SMS gateway on the loopback: real HTTP, in a thread, that behaves as it is told."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "peer-token"


class Peer:
    """What it received, what it took (by reference), and how it answers next.

    `answers` are used up first: a status, or "cut" (closes without a word, the message taken), "cut-before"
    (the same, not taken), "slow" (takes it and says nothing until `released`).
    """

    def __init__(self) -> None:
        self.received: list[dict] = []
        self.taken: dict[str, dict] = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.answers: list[int | str] = []
        self.body: dict = {}
        self.released = threading.Event()
        self.on_message: Callable[[dict], None] = lambda message: None
        self.lock = threading.Lock()
        self.url = ""

    @property
    def doubled(self) -> list[str]:
        """The references that were taken more than once by a gateway that does not know ours."""
        seen = [message["reference"] for message in self.received if message["taken"]]
        return sorted({reference for reference in seen if seen.count(reference) > 1})


class Handler(BaseHTTPRequestHandler):
    peer: Peer

    def do_POST(self) -> None:
        peer, length = self.peer, int(self.headers["Content-Length"])
        raw = self.rfile.read(length)
        if len(raw) < length:
            return  # the caller died in the middle of a word
        message = json.loads(raw)
        peer.on_message(message)
        with peer.lock:
            answer = peer.answers.pop(0) if peer.answers else 202
            took = answer in (200, 201, 202, "cut", "slow", 500)
            peer.tokens.add(self.headers["Authorization"])
            peer.received.append(message | {"taken": took})
            if took:
                peer.taken[message["reference"]] = message
        if answer == "slow":
            peer.released.wait(10)
        if isinstance(answer, int):
            self._answer(answer, {"id": f"op-{message['reference'][:8]}"} | peer.body)
        else:
            self._cut()

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        with self.peer.lock:
            self.peer.asked.append(reference)
            known = reference in self.peer.taken
        self._answer(200 if known else 404, {"id": f"op-{reference[:8]}"} | self.peer.body)

    def _answer(self, status: int, body: dict) -> None:
        raw = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)
        except OSError:
            pass  # the caller gave up

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def running_peer() -> Iterator[Peer]:
    """A gateway for the length of the block."""
    peer = Peer()
    handler = type("PeerHandler", (Handler,), {"peer": peer})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}/sms"
    try:
        yield peer
    finally:
        peer.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
