"""Purchase orders of what is billed: by which number a source was authorized, or that somebody waived it.

A decision is taken once for a source (a work order), before or after its draft, and lands on the invoice at issue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, insert, select

from billhead.access.scope import Scope
from billhead.invoices.tables import InvoiceSource, SourceAuthorization
from billhead.storage.tables import table_of

WORK_ORDER = "WORK_ORDER"
"""The type of a source that is a work order."""
_TABLE = table_of(SourceAuthorization)


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a source may be billed: under `po_number`, or without one (None), as decided at a checkout."""

    po_number: str | None
    checkout_id: UUID
    policy_version: str


def find_authorization(scope: Scope, source_type: str, source_id: UUID) -> Authorization | None:
    """The decision about a source, if there is one."""
    own = (_TABLE.c.tenant_id == scope.tenant_id, _TABLE.c.source_type == source_type, _TABLE.c.source_id == source_id)
    row = scope.session.execute(select(_TABLE).where(*own)).one_or_none()
    return read_authorization(row) if row else None


def with_authorizations(sources: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement that reads sources, with the decisions about them beside."""
    source = table_of(InvoiceSource)
    same = and_(
        _TABLE.c.tenant_id == source.c.tenant_id,
        _TABLE.c.source_type == source.c.source_type,
        _TABLE.c.source_id == source.c.source_id,
    )
    decided = _TABLE.c
    return sources.outerjoin_from(source, _TABLE, same).add_columns(
        decided.po_number, decided.checkout_id, decided.policy_version
    )


def read_authorization(row: Row[*tuple[Any, ...]]) -> Authorization | None:
    """The decision in a row that may hold none."""
    return Authorization(row.po_number, row.checkout_id, row.policy_version) if row.checkout_id else None


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
