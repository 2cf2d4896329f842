"""What happened to a client."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCreated(Event):
    type: ClassVar[str] = "billhead.client.created"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanged(Event):
    type: ClassVar[str] = "billhead.client.changed"
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientArchived(Event):
    type: ClassVar[str] = "billhead.client.archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDeleted(Event):
    type: ClassVar[str] = "billhead.client.deleted"
