"""E-mail to a real SMTP peer that accepts, refuses, defers, hangs up, or is not there."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import pytest

from apps.gateways.adapters import mail
from apps.gateways.api import Accepted, Ambiguous, Refused, Unreachable, gateway_of, mail_account


class Post(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP; `server.says` changes its answers, by verb."""

    def handle(self) -> None:
        self.say("220 peer")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            answer = self.server.says.get(verb, "354 go on" if verb == "DATA" else "250 ok")
            if answer == "cut":
                return
            if answer == "drip":
                self.drip()
                return
            self.say(answer)
            if answer.startswith("354"):
                self.read_message()
                if self.server.says.get("END") == "cut":
                    return
                self.say(self.server.says.get("END", "250 taken"))

    def read_message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.messages.append(b"".join(lines).decode())

    def drip(self) -> None:
        """An answer that never ends, a letter at a time."""
        with suppress(OSError):
            while True:
                self.wfile.write(b"2")
                time.sleep(0.02)

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def post(settings) -> Iterator:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.says, server.messages = {}, []
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server
        server.shutdown()


def send(recipient: str = "mere@example.ci"):
    return gateway_of(mail_account("Collège Sainte-Anne")).send(
        uuid4(), recipient, "Aya est absente.\nMerci."
    )


def test_a_message_leaves_in_the_name_of_the_school(post):
    assert send() == Accepted()
    [message] = post.messages
    assert "To: mere@example.ci" in message
    assert "Sainte-Anne" in message
    assert "Aya est absente." in message
    assert "Message-ID: <" in message


@pytest.mark.parametrize("says", [{"RCPT": "550 unknown"}, {"END": "554 no"}])
def test_a_5xx_refuses_it_for_good(post, says):
    post.says = says
    assert isinstance(send(), Refused)


@pytest.mark.parametrize(
    "says",
    [
        {"RCPT": "450 later"},
        {"END": "451 later"},
        {"EHLO": "cut"},
        {"MAIL": "cut"},
        {"MAIL": "451 later", "RCPT": "503 MAIL first"},
        {"MAIL": "550 not this sender", "RCPT": "503 MAIL first"},
        {"DATA": "451 no"},
    ],
)
def test_what_was_not_taken_waits(post, says):
    post.says = says
    with pytest.raises(Unreachable):
        send()


@pytest.mark.parametrize("verb", ["EHLO", "RCPT"])
def test_an_answer_that_drips_is_cut_off(post, verb, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    post.says = {verb: "drip"}
    with pytest.raises(Unreachable):
        send()


def test_an_address_that_the_server_cannot_be_told_is_refused(post):
    assert isinstance(send("mère@example.ci"), Refused)
    assert post.messages == []


def test_a_silence_after_the_text_is_a_doubt(post):
    post.says = {"END": "cut"}
    with pytest.raises(Ambiguous):
        send()


def test_a_server_that_is_not_there_is_unreachable(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(Unreachable):
        send()
