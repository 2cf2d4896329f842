"""Who acts: a person, an API token, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with permissions in one tenant; `key` is what audit rows, events and idempotency keys carry."""

    kind: ActorKind
    id: str
    permissions: frozenset[str]
    user_id: UUID | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"
