"""Purchase orders of what is billed: by which number a source was authorized, or that somebody waived it.

A decision is taken once for a source (a work order) of an account, before or after its draft, and lands on the invoice
at issue. On an invoice to another account, to which the source was moved, it counts for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, insert, select

from billhead.access.scope import Scope
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import Invoice, InvoiceSource, SourceAuthorization
from billhead.storage.tables import table_of

WORK_ORDER = "WORK_ORDER"
"""The type of a source that is a work order."""
_TABLE = table_of(SourceAuthorization)


@dataclass(frozen=True, slots=True)
class Authorization:
    """How a source may be billed to an account: under `po_number`, or without one (None), as decided at a checkout."""

    account_id: UUID
    po_number: str | None
    checkout_id: UUID
    policy_version: str


def find_authorization(scope: Scope, source_type: str, source_id: UUID, account_id: UUID) -> Authorization | None:
    """The decision about a source of an account, if there is one."""
    own = (_TABLE.c.tenant_id == scope.tenant_id, _TABLE.c.source_type == source_type, _TABLE.c.source_id == source_id)
    row = scope.session.execute(select(_TABLE).where(*own, _TABLE.c.account_id == account_id)).one_or_none()
    return read_authorization(row) if row else None


def with_authorizations(sources: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement that reads sources, with the decisions of their invoice's account about them beside."""
    source, invoice = table_of(InvoiceSource), table_of(Invoice)
    own = and_(invoice.c.tenant_id == source.c.tenant_id, invoice.c.id == source.c.invoice_id)
    same = and_(
        _TABLE.c.tenant_id == source.c.tenant_id,
        _TABLE.c.source_type == source.c.source_type,
        _TABLE.c.source_id == source.c.source_id,
        _TABLE.c.account_id == invoice.c.client_id,
    )
    decided = _TABLE.c
    return (
        sources.join_from(source, invoice, own)
        .outerjoin(_TABLE, same)
        .add_columns(decided.account_id, decided.po_number, decided.checkout_id, decided.policy_version)
    )


def read_authorization(row: Row[*tuple[Any, ...]]) -> Authorization | None:
    """The decision in a row that may hold none."""
    if row.checkout_id is None:
        return None
    return Authorization(row.account_id, row.po_number, row.checkout_id, row.policy_version)


def write_authorization(scope: Scope, source_type: str, source_id: UUID, decision: Authorization) -> None:
    """Keep a decision; a second one for the same source of the same account raises IntegrityError."""
    scope.session.execute(
        insert(_TABLE).values(
            tenant_id=scope.tenant_id, source_type=source_type, source_id=source_id, account_id=decision.account_id,
            po_number=decision.po_number, checkout_id=decision.checkout_id, policy_version=decision.policy_version,
            decided_at=scope.now, decided_by=scope.actor.key,
        )
    )  # fmt: skip


def are_on_one_draft(scope: Scope, source_type: str, account_id: UUID, one: UUID, other: UUID) -> bool:
    """Whether two sources stand on the same draft to an account, so that one purchase order may cover both."""
    source, invoice = table_of(InvoiceSource), table_of(Invoice)
    together = (
        select(func.count())
        .select_from(source)
        .join(invoice, and_(invoice.c.tenant_id == source.c.tenant_id, invoice.c.id == source.c.invoice_id))
        .where(source.c.tenant_id == scope.tenant_id, source.c.live, source.c.source_type == source_type)
        .where(source.c.source_id.in_({one, other}))
        .where(invoice.c.status == InvoiceStatus.DRAFT, invoice.c.client_id == account_id)
        .group_by(source.c.invoice_id)
    )
    return scope.session.scalars(together).all() == [2]


def printed_numbers(decisions: Iterable[Authorization]) -> str | None:
    """The purchase order numbers as an invoice shows them: each once, in order; None when there is none."""
    numbers = dict.fromkeys(decision.po_number for decision in decisions if decision.po_number)
    return ", ".join(numbers) or None
