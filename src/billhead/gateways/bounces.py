"""What comes back: delivery status notifications (RFC 3464) in multipart/report messages (RFC 6522)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

MAX_NOTICE_BYTES = 1024 * 1024
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")


@dataclass(frozen=True, slots=True)
class DeliveryNotice:
    """What a mail server says became of one letter. `status` is an enhanced status code such as 5.1.1 (RFC 3463)."""

    message_id: str
    status: str
    is_final: bool
    """Whether the letter will not arrive: the action is `failed`. A delay is not final."""


def read_notices(raw: bytes) -> tuple[DeliveryNotice, ...]:
    """The notices in a message; none when it is no delivery status notification about a letter with an id.

    Only what a server reports as failed or delayed counts; diagnostics and addresses are not kept.
    """
    if len(raw) > MAX_NOTICE_BYTES:
        return ()
    message = message_from_bytes(raw, policy=policy.default)
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return ()
    about = next(_letter_ids(message), None)
    if about is None:
        return ()
    return tuple(
        DeliveryNotice(about, status, action == "failed")
        for action, status in _recipients(message)
        if action in ("failed", "delayed")
    )


def _recipients(message: Message) -> Iterator[tuple[str, str]]:
    """Action and status of each recipient's group of fields."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.get_payload() if isinstance(part.get_payload(), list) else ():
            assert isinstance(fields, Message)
            action = str(fields.get("Action", "")).strip().lower()
            status = _STATUS.search(str(fields.get("Status", "")))
            if action:
                yield action, status.group(0) if status else "5.0.0" if action == "failed" else "4.0.0"


def _letter_ids(message: Message) -> Iterator[str]:
    """The Message-ID of the returned letter, whole or as its headers alone."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            returned = inner[0] if isinstance(inner, list) and inner else None
        elif part.get_content_type() == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            returned = message_from_bytes(raw, policy=policy.default) if isinstance(raw, bytes) else None
        else:
            continue
        found = returned.get("Message-ID") if isinstance(returned, Message) else None
        if match := _MESSAGE_ID.search(str(found or "")):
            yield match.group(1)
