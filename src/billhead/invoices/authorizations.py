"""Purchase orders of what is billed: by which number a source was authorized, or that somebody waived it.

A decision is taken once for a source (a work order), before or after its draft, and lands on the invoice at issue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from billhead.access.scope import Scope
from billhead.invoices.tables import SourceAuthorization
from billhead.storage.tables import table_of

WORK_ORDER = "WORK_ORDER"
"""The type of a source that is a work order."""
_TABLE = table_of(SourceAuthorization)
_OF_SOURCES = select(_TABLE).where(
    _TABLE.c.tenant_id == bindparam("tenant"),
    _TABLE.c.source_type == bindparam("source_type"),
    _TABLE.c.source_id.in_(bindparam("sources", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a source may be billed: under `po_number`, or without one (None), as decided at a checkout."""

    po_number: str | None
    checkout_id: UUID
    policy_version: str


def find_authorizations(scope: Scope, source_type: str, ids: Iterable[UUID]) -> Mapping[UUID, Authorization]:
    """The decisions there are about these sources, by source."""
    rows = scope.run(_OF_SOURCES, {"tenant": scope.tenant_id, "source_type": source_type, "sources": list(ids)})
    return {row.source_id: Authorization(row.po_number, row.checkout_id, row.policy_version) for row in rows}


def write_authorization(scope: Scope, source_type: str, source_id: UUID, decision: Authorization) -> None:
    """Keep a decision; a second one for the same source raises IntegrityError."""
    scope.session.execute(
        insert(_TABLE).values(
            tenant_id=scope.tenant_id, source_type=source_type, source_id=source_id, po_number=decision.po_number,
            checkout_id=decision.checkout_id, policy_version=decision.policy_version, decided_at=scope.now,
            decided_by=scope.actor.key,
        )
    )  # fmt: skip


def printed_numbers(decisions: Iterable[Authorization]) -> str | None:
    """The purchase order numbers as an invoice shows them: each once, in order; None when there is none."""
    numbers = dict.fromkeys(decision.po_number for decision in decisions if decision.po_number)
    return ", ".join(numbers) or None
