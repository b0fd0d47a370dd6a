"""E-mail by SMTP, for the families who have one."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from uuid import UUID

from django.conf import settings

from .base import Accepted, Account, Ambiguous, Doubt, Refused, Unreachable, clean
from .wire import ANSWER_SECONDS, CONNECT_SECONDS, SECONDS, Deadline, Hurried

_FOR_GOOD = 500  # and above: the server will never take it
SUBJECT = "Message de l’établissement"


class MailGateway:
    """One message, one connection. A silence after the text leaves a doubt that nothing lifts."""

    doubt = Doubt.WAITS

    def __init__(self, account: Account) -> None:
        self.account = account

    def send(self, reference: UUID, recipient: str, text: str) -> Accepted | Refused:
        message = self._message(reference, recipient, text)
        with self._connected() as server:
            refusal = self._address(server, recipient)
            return refusal or self._hand_over(server, message)

    def _address(self, server: smtplib.SMTP, recipient: str) -> Refused | None:
        """From us: whatever the server has against that says nothing of the message. Then to whom."""
        try:
            code, reply = server.mail(settings.DEFAULT_FROM_EMAIL)
            if code >= 400:
                raise Unreachable(f"SMTP {code}")
            code, reply = server.rcpt(recipient)
        except UnicodeError:
            return Refused("not an ASCII address")
        except (OSError, smtplib.SMTPException) as trouble:
            raise Unreachable(type(trouble).__name__) from trouble
        return _read(code, reply)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> Accepted | Refused:
        try:
            code, reply = server.data(message.as_bytes())
        except smtplib.SMTPDataError as refusal:
            raise Unreachable(f"SMTP {refusal.smtp_code}") from refusal
        except (OSError, smtplib.SMTPException) as trouble:
            raise Ambiguous(type(trouble).__name__) from trouble
        return _read(code, reply) or Accepted()

    def ask(self, reference: UUID) -> None:
        raise Unreachable("a mail server answers no question about a message")

    def balance(self) -> None:
        return None

    def subscribe(self, address: str) -> None:
        """It has no receipts."""

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Raises Unreachable until the server listens to us."""
        server = _HurriedSMTP(Deadline(SECONDS))
        try:
            server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            server.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except (OSError, smtplib.SMTPException) as trouble:
            server.close()
            raise Unreachable(type(trouble).__name__) from trouble
        try:
            yield server
        finally:
            server.close()

    def _message(self, reference: UUID, recipient: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = settings.DEFAULT_FROM_EMAIL, recipient
        message["Subject"] = self.account.sender or SUBJECT
        message["Message-ID"] = f"<{reference}@educonnect>"
        message["Date"] = formatdate()
        message.set_content(text)
        return message


class _HurriedSMTP(smtplib.SMTP):
    """One that looks at the clock before each word, as `exchange` does: an answer that drips is cut off."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(timeout=CONNECT_SECONDS)
        self.deadline = deadline

    def send(self, s: str | bytes) -> None:
        if self.sock:
            self.sock.settimeout(self.deadline.left(ANSWER_SECONDS))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock and self.file is None:
            self.file = Hurried(self.sock, self.deadline).makefile("rb")
        return super().getreply()


def _read(code: int, reply: bytes) -> Refused | None:
    """None of what the server takes. Raises Unreachable of what it does not take now."""
    if code >= _FOR_GOOD:
        return Refused(f"SMTP {code} {clean(reply.decode('utf-8', 'replace'))}"[:100])
    if code >= 400:
        raise Unreachable(f"SMTP {code}")
    return None


def mail_is_on() -> bool:
    """Whether there is a server to send by (EMAIL_HOST)."""
    return bool(settings.EMAIL_HOST)


def mail_account(school: str) -> Account:
    """The platform's, in the name of that school."""
    return Account("mail", sender=school[:78])
