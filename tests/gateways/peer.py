"""An operator on the loopback: real HTTP, in threads, that speaks two protocols and sins as it is told."""

import base64
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "peer-token"
CLIENT_ID, CLIENT_SECRET, SENDER_NUMBER = "edu-client", "edu-secret", "+2250700000000"
TAKES = (200, 201, 202, "cut", "slow", "drip", 500)


class Peer:
    """What it received, what it took (by reference), and how it answers next.

    `answers` are used up first: a status, or "cut" (closes without a word, the message taken), "cut-before"
    (the same, not taken), "slow" (takes it and says nothing until `released`), "drip" (takes it and answers
    a letter at a time). With `dedupes`, a reference that it has is a 409 and no second message. As Orange
    it gives tokens that `forget_tokens` ends, and refuses everything once `units` is 0.
    """

    def __init__(self) -> None:
        self.received: list[dict] = []
        self.taken: dict[str, dict] = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.answers: list[int | str] = []
        self.body: dict = {}
        self.seconds = 0.0  # that each answer takes
        self.sin: Callable[[], int | str] = lambda: 202  # once `answers` are used up
        self.dedupes = False
        self.answers_questions = True
        self.released = threading.Event()
        self.on_message: Callable[[dict], None] = lambda message: None
        self.lock = threading.Lock()
        self.url = self.address = ""
        self.units = 1000
        self.subscriptions: list[str] = []
        self.given_tokens: list[str] = []
        self.live_tokens: set[str] = set()
        self.token_seconds = 3600

    @property
    def doubled(self) -> list[str]:
        """The references that were taken more than once by a gateway that does not know ours."""
        seen = [message["reference"] for message in self.received if message["taken"]]
        return sorted({reference for reference in seen if seen.count(reference) > 1})

    def forget_tokens(self) -> None:
        """As after an hour."""
        self.live_tokens.clear()

    def take(self, message: dict) -> int | str:
        """Keep it, and say how to answer."""
        self.on_message(message)
        if self.seconds:
            time.sleep(self.seconds)
        with self.lock:
            answer = self.answers.pop(0) if self.answers else self.sin()
            if self.dedupes and message["reference"] in self.taken:
                answer = 409
            took = answer in TAKES
            self.received.append(message | {"taken": took})
            if took:
                self.taken[message["reference"]] = message
        if answer == "slow":
            self.released.wait(10)
        return answer


class Handler(BaseHTTPRequestHandler):
    peer: Peer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        raw = self.rfile.read(length)
        if len(raw) < length:
            return  # the caller died in the middle of a word
        if self.path == "/oauth/v3/token":
            self._give_token(raw)
        elif self.path.startswith("/smsmessaging/"):
            self._orange(json.loads(raw))
        else:
            message = json.loads(raw)
            self.peer.tokens.add(self.headers["Authorization"])
            self._say(self.peer.take(message), {"id": f"op-{message['reference'][:8]}"} | self.peer.body)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/sms/admin/v1/contracts":
            contract = {"country": "CIV", "availableUnits": self.peer.units, "status": "ACTIVE"}
            self._answer(*((200, [contract]) if self._is_let_in() else (401, EXPIRED)))
            return
        reference = parse_qs(address.query)["reference"][0]
        with self.peer.lock:
            self.peer.asked.append(reference)
            known = reference in self.peer.taken
        if not self.peer.answers_questions:
            self._cut()
        else:
            self._answer(200 if known else 404, {"id": f"op-{reference[:8]}"} | self.peer.body)

    # Orange's protocol

    def _give_token(self, raw: bytes) -> None:
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {pair}" or raw != b"grant_type=client_credentials":
            self._answer(401, {"error": "invalid_client"})
            return
        token = f"token-{len(self.peer.given_tokens)}"
        self.peer.given_tokens.append(token)
        self.peer.live_tokens.add(token)
        self._answer(
            200,
            {"token_type": "Bearer", "access_token": token, "expires_in": str(self.peer.token_seconds)},
        )

    def _is_let_in(self) -> bool:
        return self.headers["Authorization"].removeprefix("Bearer ") in self.peer.live_tokens

    def _orange(self, body: dict) -> None:
        sender, what = unquote(self.path).removeprefix("/smsmessaging/v1/outbound/tel:").split("/")
        if not self._is_let_in():
            self._answer(401, EXPIRED)
        elif sender != SENDER_NUMBER:
            self._answer(400, ERROR)
        elif what == "subscriptions":
            self.peer.subscriptions.append(
                body["deliveryReceiptSubscription"]["callbackReference"]["notifyURL"]
            )
            self._answer(201, body)
        elif not self.peer.units:
            self._answer(403, EMPTY)
        else:
            self._orange_message(body["outboundSMSMessageRequest"])

    def _orange_message(self, request: dict) -> None:
        message = {
            "reference": request["clientCorrelator"],
            "to": request["address"].removeprefix("tel:"),
            "from": request.get("senderName", ""),
            "text": request["outboundSMSTextMessage"]["message"],
            "number": f"res-{next(_numbers)}",
        }
        answer = self.peer.take(message)
        url = f"{self.peer.address}{self.path}/{message['number']}"
        if answer == 202:
            self._say(201, {"outboundSMSMessageRequest": request | {"resourceURL": url}})
        else:
            self._say(answer, ERROR)

    # Answers

    def _say(self, answer: int | str, body: dict) -> None:
        if answer == "drip":
            self._drip()
        elif isinstance(answer, int):
            self._answer(answer, body)
        else:
            self._cut()

    def _answer(self, status: int, body: object) -> None:
        raw = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)
        except OSError:
            pass  # the caller gave up

    def _drip(self) -> None:
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + 500 * b"x":
                self.wfile.write(bytes([letter]))
                if self.peer.released.wait(0.05):
                    return
        except OSError:
            pass  # the caller gave up

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Quiet."""


_numbers = itertools.count(1)
EXPIRED = {"code": 42, "message": "Expired credentials", "description": "The requested service needs..."}
EMPTY = {"requestError": {"policyException": {"messageId": "POL0001", "text": "Insufficient balance"}}}
ERROR = {"requestError": {"serviceException": {"messageId": "SVC0004", "text": "No valid addresses"}}}


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
    peer.address = f"http://127.0.0.1:{server.server_port}"
    peer.url = f"{peer.address}/sms"
    try:
        yield peer
    finally:
        peer.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
