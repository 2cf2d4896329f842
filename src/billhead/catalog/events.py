"""What happened to a service of the catalog."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCreated(Event):
    type: ClassVar[str] = "billhead.service.created"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanged(Event):
    type: ClassVar[str] = "billhead.service.changed"
    code: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDeleted(Event):
    type: ClassVar[str] = "billhead.service.deleted"
    code: str
