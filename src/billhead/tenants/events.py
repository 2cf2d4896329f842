"""What happened to a business."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessChanged(Event):
    type: ClassVar[str] = "billhead.business.changed"
