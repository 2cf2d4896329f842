"""What happened to webhooks. Attempts to deliver are no events: they would be sent, too."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCreated(Event):
    type: ClassVar[str] = "billhead.webhook.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged(Event):
    """Its address, filter, description or signing secret was changed, or people switched it on or off."""

    type: ClassVar[str] = "billhead.webhook.changed"
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Event):
    """Billhead stopped sending: the receiver said that it is gone, or failed for days."""

    type: ClassVar[str] = "billhead.webhook.disabled"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeleted(Event):
    type: ClassVar[str] = "billhead.webhook.deleted"
