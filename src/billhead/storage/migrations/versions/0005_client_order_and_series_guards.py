"""Invoices sort by client in the order of the alphabet; a number series neither goes back nor away."""

import sqlalchemy as sa
from alembic import op

from billhead.storage.listing import NAME_ORDER_LENGTH, name_order
from billhead.storage.migrations import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_INVOICE_FROZEN = (
    "tenant_id", "id", "kind", "number", "client_id", "client_name", "client_order", "reference", "search_text",
    "currency", "locale", "invoice_date", "due_date", "prices_include_tax", "subtotal", "discount_total", "fee_total",
    "net_total", "tax_total", "grand_total", "tax_breakdown", "fee_breakdown", "policy_version", "rebills_invoice_id",
    "created_at", "created_by", "issued_at", "issued_by", "issued_by_user_id",
)  # fmt: skip


def upgrade() -> None:
    column = sa.Column("client_order", sa.String(NAME_ORDER_LENGTH), nullable=False, server_default="")
    op.add_column("invoice", column)
    guards.lift("invoice_update", "invoice")
    _order_clients()
    guards.forbid(
        "invoice_update",
        "invoice",
        "UPDATE",
        f"OLD.status <> 'DRAFT' AND (OLD.status = 'VOID' OR NEW.status NOT IN ('ISSUED', 'PAID', 'VOID')"
        f" OR {guards.changed(_INVOICE_FROZEN)})",
        "an issued invoice does not change",
    )
    _guard_number_series()


def _order_clients() -> None:
    """Give each invoice the place of its client's name."""
    bind = op.get_bind()
    if not guards.is_sqlite():
        bind.execute(sa.text("SELECT set_config('billhead.platform', 'on', true)"))
    invoice = sa.table("invoice", sa.column("tenant_id"), sa.column("id"), sa.column("client_name"))
    rows = bind.execute(sa.select(invoice)).all()
    write = sa.text("UPDATE invoice SET client_order = :place WHERE tenant_id = :tenant AND id = :id")
    for first in range(0, len(rows), _AT_ONCE):
        bind.execute(
            write,
            [
                {"tenant": row.tenant_id, "id": row.id, "place": name_order(row.client_name)}
                for row in rows[first : first + _AT_ONCE]
            ],
        )


def _guard_number_series() -> None:
    """Also in a period taken up again, the next value lies behind every one that was given out."""
    given_out = (
        "(SELECT coalesce(max(number_entry.value), 0) FROM number_entry WHERE number_entry.tenant_id = NEW.tenant_id"
        " AND number_entry.series_id = NEW.id AND number_entry.period = NEW.period)"
    )
    guards.forbid(
        "number_series_update",
        "number_series",
        "UPDATE",
        f"{guards.changed(('tenant_id', 'id', 'code'))}"
        " OR (NEW.period = OLD.period AND NEW.next_value < OLD.next_value)"
        f" OR (NEW.period <> OLD.period AND NEW.next_value <= {given_out})",
        "a number series does not go back",
    )
    guards.forbid("number_series_delete", "number_series", "DELETE", "OLD.id IS NOT NULL", "a number series is kept")
