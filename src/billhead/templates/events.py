"""What happened to templates and to who uses them."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCreated(Event):
    type: ClassVar[str] = "billhead.template.created"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanged(Event):
    """Saved anew: another name, or another version of its content (`number`)."""

    type: ClassVar[str] = "billhead.template.changed"
    kind: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeleted(Event):
    type: ClassVar[str] = "billhead.template.deleted"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultTemplateSet(Event):
    """`template_id` None: the kind is back to the standard templates."""

    type: ClassVar[str] = "billhead.template.default-set"
    kind: str
    template_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTemplateSet(Event):
    """`template_id` None: the client's documents of this kind follow the business again."""

    type: ClassVar[str] = "billhead.template.client-set"
    client_id: UUID
    kind: str
    template_id: UUID | None
