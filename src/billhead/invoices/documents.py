"""From an invoice to its pages: the view model a template sees, what is frozen at issue, and rendering.

A draft is rendered from what it is now, marked as a draft. An issued invoice is rendered from its frozen document
alone, so its pages and PDF are the same for ever; a void one is a separate, marked copy.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.clients.rules import BillingClient
from billhead.invoices.queries import InvoiceView, get_invoice
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import IssuedDocument
from billhead.layout.view_models import InvoiceItem, Party
from billhead.layout.view_models import InvoiceView as InvoiceViewModel
from billhead.refusal import NotFound
from billhead.storage.columns import canonical_json
from billhead.storage.tables import table_of
from billhead.tenants.rules import Business

if TYPE_CHECKING:
    from billhead.layout.document import Document as ComposedDocument


MARKS = {InvoiceStatus.DRAFT: "DRAFT", InvoiceStatus.VOID: "VOID"}


@dataclass(frozen=True, slots=True)
class FrozenDocument:
    """What an issued invoice is rendered from: the columns of `issued_document`, its number still to be filled in."""

    view_model: Mapping[str, object]
    template: str
    template_sha256: str
    locale: str
    currency: str
    rounding: str
    policy_version: str


def freeze(scope: Scope, view: InvoiceView) -> FrozenDocument:
    """What is kept of a draft that is being issued. The template's content goes to the blobs under its SHA-256."""
    live = view.live
    assert live is not None
    from billhead.layout.standard import standard_source

    content = canonical_json(standard_source(live.business.default_template)).encode()
    blob = scope.runtime.blobs.put(content, "application/json")
    return FrozenDocument(
        view_model=view_model(view, live.client, live.business),
        template=live.business.default_template,
        template_sha256=blob.sha256,
        locale=view.header.locale,
        currency=view.header.currency,
        rounding=live.business.tax_rounding,
        policy_version=view.policy.policy_version,
    )


def numbered(document: FrozenDocument, number: str) -> dict[str, object]:
    """The frozen document as columns, with the number it was issued under."""
    return {
        "view_model": {**document.view_model, "invoiceNumber": number},
        "template": document.template,
        "template_sha256": document.template_sha256,
        "locale": document.locale,
        "currency": document.currency,
        "rounding": document.rounding,
        "policy_version": document.policy_version,
    }


def view_model(view: InvoiceView, client: BillingClient, business: Business) -> dict[str, object]:
    """The invoice as templates see it, in wire form: net amounts in minor units, fees as items of their own."""
    header, home = view.header, business.address.country
    buyer_address = (
        client.billing_address.lines(home_country=home, locale=header.locale) if client.billing_address else ()
    )
    lines = [
        InvoiceItem(
            id=line.line_id,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            total=line.net,
            tax_amount=line.tax,
            category=line.kind,
        )
        for line in view.lines
    ]
    fees = [_fee_item(row, prices_include_tax=header.prices_include_tax) for row in view.fee_breakdown]
    return InvoiceViewModel(
        invoice_number=header.number or "",
        issue_date=view.invoice_date.isoformat(),
        due_date=view.due_date.isoformat(),
        currency_code=header.currency,
        customer=Party(name=client.name, address="\n".join(buyer_address)),
        tenant=Party(name=business.legal_name, address="\n".join(business.address.lines(home_country=home))),
        items=[*lines, *fees],
        subtotal=view.totals["net_total"],
        tax=view.totals["tax_total"],
        total=view.totals["grand_total"],
        tax_source="internal",
    ).to_dict()  # fmt: skip


def _fee_item(row: dict[str, object], *, prices_include_tax: bool) -> InvoiceItem:
    amount, tax = int(str(row["amount"])), int(str(row["tax"]))
    net = amount - tax if prices_include_tax else amount
    return InvoiceItem(
        id=str(row["code"]), description=str(row["name"]), quantity=Decimal(1), unit_price=Decimal(net), total=net,
        tax_amount=tax, category="FEE",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """A document to be rendered: its mark ("" for none), the moment it counts as made, a name to save it under."""

    document: "ComposedDocument"
    status: InvoiceStatus
    mark: str
    made_at: datetime
    name: str


def compose_invoice(scope: Scope, invoice_id: UUID) -> Composed:
    """The document of an invoice: from the frozen one, or from the draft as it is now."""
    from billhead import layout
    from billhead.layout.standard import standard_template

    view = get_invoice(scope, invoice_id)
    if view.status is InvoiceStatus.DRAFT:
        assert view.live is not None
        business = view.live.business
        model = view_model(view, view.live.client, business)
        template: object = standard_template(business.default_template)
        made_at, name = view.header.created_at, f"draft-{view.header.reference or view.header.id}"
        locale, currency = view.header.locale, view.header.currency
    else:
        frozen = get_issued_document(scope, invoice_id)
        model, locale, currency = dict(frozen.view_model), frozen.locale, frozen.currency
        template = _template_content(scope, frozen.template_sha256)
        made_at, name = view.header.issued_at, view.header.number
    document = layout.compose(template, model, locale=locale, currency=currency)
    mark = MARKS.get(view.status, "")
    return Composed(replace(document, watermark=mark or None), view.status, mark, made_at, name)


def get_issued_document(scope: Scope, invoice_id: UUID) -> FrozenDocument:
    """What was frozen when the invoice was issued."""
    table = table_of(IssuedDocument)
    row = scope.session.execute(
        select(table).where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id)
    ).one_or_none()
    if row is None:
        raise NotFound("INVOICE_NOT_FOUND", "There is no such issued invoice.")
    return FrozenDocument(
        row.view_model, row.template, row.template_sha256, row.locale, row.currency, row.rounding, row.policy_version
    )


def _template_content(scope: Scope, sha256: str) -> object:
    return json.loads(scope.runtime.blobs.get(sha256))
