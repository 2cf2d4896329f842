"""Port: outgoing mail. `SmtpMail` hands letters to a mail server; without one the port is None and nothing is sent.

A letter that the server took is not yet read by anybody: what comes back later as a delivery status notification is
read by `bounces.py`. Neither addresses nor contents are logged or put into errors.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address. `message_id` is without brackets and the same at every attempt to send it."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str | None = None
    sender_name: str | None = None
    reply_to: str | None = None
    enclosures: Sequence[Enclosure] = field(default=())


class MailFailed(Exception):
    """A letter was not taken. `is_final` when trying again cannot help; `code` is stable and says nothing personal."""

    def __init__(self, code: str, *, is_final: bool) -> None:
        super().__init__(code)
        self.code, self.is_final = code, is_final


class Mail(Protocol):
    """Sends letters."""

    def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter over; returns when it was taken, else raises MailFailed."""


class SmtpMail:
    """Letters over SMTP; one connection each, TLS wherever the server offers it."""

    def __init__(self, url: str, sender: str, *, timeout_seconds: float = 20.0) -> None:
        """`url` is `smtp://user:password@host:587` (TLS when offered; `?tls=required`, `?tls=none`) or `smtps://…`.

        `sender` is the address letters come from and are returned to. ValueError when either cannot be used.
        """
        given = urlsplit(url)
        if given.scheme not in _PORTS or not given.hostname:
            raise ValueError("the address of the mail server begins with smtp:// or smtps:// and names a host")
        tls = parse_qs(given.query).get("tls", ["offered"])[0]
        if tls not in ("offered", "required", "none"):
            raise ValueError("tls of the mail server is offered, required or none")
        self._sender = Address(addr_spec=sender)
        self._host, self._port = given.hostname, given.port or _PORTS[given.scheme]
        self._user = unquote(given.username) if given.username else None
        self._password = unquote(given.password) if given.password else None
        self._is_tls = given.scheme == "smtps"
        self._start_tls = None if self._is_tls or tls == "offered" else tls == "required"
        self._timeout = timeout_seconds

    def send(self, letter: Letter, now: datetime) -> None:
        """See `Mail`. A server's 5xx is final, anything else is worth another attempt."""
        message = write_message(letter, self._sender, now)
        try:
            asyncio.run(self._hand_over(message, letter.to))
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise MailFailed("RECIPIENT_REFUSED", is_final=all(code >= 500 for code in codes)) from None
        except aiosmtplib.SMTPAuthenticationError:
            raise MailFailed("SIGN_IN_REFUSED", is_final=False) from None
        except aiosmtplib.SMTPResponseException as error:
            raise MailFailed("MESSAGE_REFUSED", is_final=error.code >= 500) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise MailFailed("SERVER_AWAY", is_final=False) from None

    async def _hand_over(self, message: EmailMessage, to: str) -> None:
        await aiosmtplib.send(
            message, sender=self._sender.addr_spec, recipients=[to], hostname=self._host, port=self._port,
            username=self._user, password=self._password, use_tls=self._is_tls,
            start_tls=None if self._is_tls else self._start_tls, timeout=self._timeout,
        )  # fmt: skip


def write_message(letter: Letter, sender: Address, now: datetime) -> EmailMessage:
    """The letter in MIME (RFC 5322, RFC 2046): text, its HTML if any, its enclosures."""
    message = EmailMessage()
    named = Address(_one_line(letter.sender_name), addr_spec=sender.addr_spec) if letter.sender_name else sender
    message["From"] = named
    message["To"] = Address(addr_spec=letter.to)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    for enclosure in letter.enclosures:
        kind, _, subtype = enclosure.media_type.partition("/")
        message.add_attachment(enclosure.content, maintype=kind, subtype=subtype, filename=_one_line(enclosure.name))
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
