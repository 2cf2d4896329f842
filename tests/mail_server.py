"""A real SMTP server on the loopback that keeps what it is given, or refuses as a test tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class MailServer:
    """What came in. `refusing` answers recipients, `refusing_data` contents, with an SMTP reply; None takes them."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusing: str | None = None
    refusing_data: str | None = None

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:  # noqa: N802
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusing_data:
            return self.refusing_data
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"


class _AnyPort(Controller):
    """The port is whichever is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serve_mail(*, user: str | None = None, password: str | None = None) -> Iterator[MailServer]:
    """A running server; with `user` it wants to be signed in to."""
    told = MailServer()

    def sign_in(_: SMTP, __: Session, ___: Envelope, ____: str, given: Any) -> AuthResult:
        is_known = (given.login.decode(), given.password.decode()) == (user, password)
        return AuthResult(success=is_known, handled=False)

    signing = {"authenticator": sign_in, "auth_required": True, "auth_require_tls": False} if user else {}
    controller = _AnyPort(told, hostname="127.0.0.1", port=0, **signing)
    controller.start()
    account = f"{user}:{password}@" if user else ""
    told.url = f"smtp://{account}127.0.0.1:{controller.port}"
    try:
        yield told
    finally:
        controller.stop()
