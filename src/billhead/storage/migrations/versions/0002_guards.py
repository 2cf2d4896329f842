"""The guards of the foundation: the application's role, row-level security, and triggers against change."""

from billhead.storage.migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AUDIT_RECORDED = (
    "tenant_id", "id", "at", "actor", "act", "subject_type", "subject_id", "permission", "policy_version", "reason",
    "detail", "correlation_id",
)  # fmt: skip
_EVENT_RECORDED = (
    "tenant_id", "id", "type", "subject_id", "subject_version", "data", "occurred_at", "actor", "correlation_id",
)  # fmt: skip
_NUMBER_RECORDED = ("tenant_id", "series_id", "period", "value", "number", "subject_type", "subject_id", "at")


def upgrade() -> None:
    guards.create_app_role()
    guards.secure_tables()
    for table, recorded in (("audit_entry", _AUDIT_RECORDED), ("outbox_event", _EVENT_RECORDED)):
        guards.forbid(
            f"{table}_update",
            table,
            "UPDATE",
            f"OLD.position IS NOT NULL OR {guards.changed(recorded)}",
            f"{table} keeps what it recorded",
        )
        guards.forbid(f"{table}_delete", table, "DELETE", "OLD.id IS NOT NULL", f"{table} keeps its rows")
    guards.forbid(
        "number_entry_update",
        "number_entry",
        "UPDATE",
        f"NOT (OLD.state = 'TAKEN' AND NEW.state = 'CANCELLED') OR {guards.changed(_NUMBER_RECORDED)}",
        "a number is taken once and can only be cancelled",
    )
    guards.forbid(
        "number_entry_delete", "number_entry", "DELETE", "OLD.value IS NOT NULL", "the number ledger keeps its rows"
    )
    for event in ("UPDATE", "DELETE"):
        guards.forbid(
            f"billable_scope_snapshot_{event.lower()}",
            "billable_scope_snapshot",
            event,
            "OLD.id IS NOT NULL",
            "a billable scope snapshot never changes",
        )
    for event in ("UPDATE", "DELETE"):
        guards.forbid(
            f"template_version_{event.lower()}",
            "template_version",
            event,
            "OLD.template_id IS NOT NULL",
            "a saved version of a template never changes",
        )
    guards.forbid(
        "template_update", "template", "UPDATE", "OLD.deleted_at IS NOT NULL", "a deleted template stays as it was"
    )
    guards.forbid("template_delete", "template", "DELETE", "OLD.id IS NOT NULL", "templates keep their versions")
    _freeze_invoices()


_INVOICE_FROZEN = (
    "tenant_id", "id", "kind", "number", "client_id", "client_name", "reference", "search_text", "currency", "locale",
    "invoice_date", "due_date", "prices_include_tax", "subtotal", "discount_total", "fee_total", "net_total",
    "tax_total", "grand_total", "tax_breakdown", "fee_breakdown", "policy_version", "rebills_invoice_id", "created_at",
    "created_by", "issued_at", "issued_by", "issued_by_user_id",
)  # fmt: skip
_SOURCE_FROZEN = (
    "tenant_id", "invoice_id", "position", "source_type", "source_id", "snapshot_id", "traceability",
)  # fmt: skip


def _freeze_invoices() -> None:
    """After issue only status, balance, version and the void's facts change; nothing is deleted."""
    guards.forbid(
        "invoice_update",
        "invoice",
        "UPDATE",
        f"OLD.status <> 'DRAFT' AND (OLD.status = 'VOID' OR NEW.status NOT IN ('ISSUED', 'PAID', 'VOID')"
        f" OR {guards.changed(_INVOICE_FROZEN)})",
        "an issued invoice does not change",
    )
    guards.forbid("invoice_delete", "invoice", "DELETE", "OLD.status <> 'DRAFT'", "an issued invoice is kept")
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        # An update may also move a row of a draft to an issued invoice.
        moved = f" OR ({guards.changed(('invoice_id',))} AND {_issued('NEW')})" if event == "UPDATE" else ""
        guards.forbid(
            f"invoice_line_{event.lower()}", "invoice_line", event, _issued(row) + moved,
            "lines of an issued invoice are kept",
        )  # fmt: skip
        # A source is set free only by its invoice being void.
        freed = f"({guards.changed(('live',))} AND NOT {_void(row)})"
        changed = f" AND ({guards.changed(_SOURCE_FROZEN)} OR {freed})" if event == "UPDATE" else ""
        guards.forbid(
            f"invoice_source_{event.lower()}",
            "invoice_source",
            event,
            _issued(row) + changed + moved,
            "sources of an issued invoice are kept",
        )
    for table in ("issued_document", "invoice_rendition"):
        for event in ("UPDATE", "DELETE"):
            guards.forbid(
                f"{table}_{event.lower()}", table, event, "OLD.invoice_id IS NOT NULL", "issued documents are kept"
            )


def _issued(row: str) -> str:
    return _invoice_exists(row, "invoice.status <> 'DRAFT'")


def _void(row: str) -> str:
    return _invoice_exists(row, "invoice.status = 'VOID'")


def _invoice_exists(row: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM invoice WHERE invoice.tenant_id = {row}.tenant_id"
        f" AND invoice.id = {row}.invoice_id AND {condition})"
    )
