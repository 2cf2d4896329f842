"""From an invoice to its pages: the view model a template sees, and what is frozen of it at issue.

A draft is rendered from what it is now, marked as a draft. An issued invoice is rendered from its frozen document
alone, so its pages and PDF are the same for ever; a void one is a separate, marked copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.clients.rules import Location as ClientLocation
from billhead.invoices.drafts import LiveDraft
from billhead.invoices.printed import fee_net, net_before_discount, net_share, printed_sums
from billhead.invoices.queries import InvoiceView, LineView, get_invoice, get_invoice_row
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import IssuedDocument
from billhead.layout.view_models import InvoiceItem, Location, Party, TaxLine
from billhead.layout.view_models import InvoiceView as InvoiceViewModel
from billhead.money import Treatment
from billhead.postal import country_name
from billhead.refusal import Conflict, NotFound
from billhead.storage.tables import table_of
from billhead.templates.queries import choose, find_kept_text, get_template_text, keep_content
from billhead.templates.rules import Paper, TemplateRef, paper_of
from billhead.tenants.rules import Business

_UNIT_PLACES = Decimal("0.01")
MARKS = {InvoiceStatus.DRAFT: "DRAFT", InvoiceStatus.VOID: "VOID"}


@dataclass(frozen=True, slots=True)
class FrozenDocument:
    """What an issued invoice is rendered from: the columns of `issued_document`, its number still to be filled in."""

    view_model: Mapping[str, object]
    template: str
    template_version: int
    template_sha256: str
    locale: str
    currency: str
    paper: Paper | None
    rounding: str
    policy_version: str


def freeze(scope: Scope, view: InvoiceView) -> FrozenDocument:
    """What is kept of a draft that is being issued. The template's content lies in the blobs under its SHA-256."""
    live = view.live
    assert live is not None
    model = view_model(view, live)
    template = _template_for(scope, live.client.id, model)
    keep_content(scope, template)
    return FrozenDocument(
        view_model=model,
        template=str(template.template_id),
        template_version=template.number,
        template_sha256=template.sha256,
        locale=view.header.locale,
        currency=view.header.currency,
        paper=_paper_for(template, live.business),
        rounding=live.business.tax_rounding,
        policy_version=view.policy.policy_version,
    )


def numbered(document: FrozenDocument, number: str) -> dict[str, object]:
    """The frozen document as columns, with the number it was issued under."""
    return {
        "view_model": {**document.view_model, "invoiceNumber": number},
        "template": document.template,
        "template_version": document.template_version,
        "template_sha256": document.template_sha256,
        "locale": document.locale,
        "currency": document.currency,
        "paper": document.paper,
        "rounding": document.rounding,
        "policy_version": document.policy_version,
    }


def view_model(view: InvoiceView, live: LiveDraft) -> dict[str, object]:
    """The draft as templates see it, in wire form: net amounts in minor units, fees as items of their own.

    Where prices include tax, unit prices and line amounts are reckoned back to net, so that a reader can add them up.
    """
    client, business = live.client, live.business
    header, home, locale = view.header, business.address.country, view.header.locale
    inclusive = header.prices_include_tax
    places = _places(view, live)
    lines = [
        _line_item(line, places.get(line.location_id) if line.location_id else None, prices_include_tax=inclusive)
        for line in view.lines
    ]
    fees = [_fee_item(row, prices_include_tax=inclusive) for row in view.fee_breakdown]
    sums = printed_sums(view.lines, view.totals["net_total"], prices_include_tax=inclusive)
    buyer = client.billing_address.lines(home_country=home, locale=locale) if client.billing_address else ()
    abroad = client.billing_address is not None and client.billing_address.country != home
    seller = business.address.lines(home_country=None if abroad else home, locale=locale)
    return InvoiceViewModel(
        invoice_number=header.number,
        issue_date=view.invoice_date.isoformat(),
        due_date=view.due_date.isoformat(),
        po_number=view.po_number,
        currency_code=header.currency,
        customer=Party(
            name=client.name, address="\n".join(buyer), tax_id=client.tax_ids[0].value if client.tax_ids else None
        ),
        tenant=Party(name=business.legal_name, address="\n".join(seller), tax_id=business.tax_number),
        items=[*lines, *fees],
        subtotal=sums.subtotal,
        discount_total=sums.discount_total or None,
        tax=view.totals["tax_total"],
        total=view.totals["grand_total"],
        tax_source="internal",
        tax_lines=[_tax_line(row) for row in view.tax_breakdown if row["treatment"] == Treatment.STANDARD],
        tax_notes=[client.tax_reason] if client.tax_reason else [],
    ).to_dict(locale)  # fmt: skip


def _places(view: InvoiceView, live: LiveDraft) -> dict[UUID, Location]:
    """Where the work of the lines was done: the client's locations, else what the work order calls the place."""
    home, locale = live.business.address.country, view.header.locale
    found = {}
    for location_id in dict.fromkeys(line.location_id for line in view.lines if line.location_id):
        known = live.client.find_location(location_id)
        if known is not None:
            found[location_id] = _location(known, home, locale)
        elif name := live.place_names.get(location_id):
            found[location_id] = Location(str(location_id), name)
    return found


def _location(place: ClientLocation, home: str, locale: str) -> Location:
    address = place.address
    if address is None:
        return Location(str(place.location_id), place.name)
    first, second, *others = (*address.street_lines, "", "")
    return Location(
        id=str(place.location_id),
        location_name=place.name,
        address_line1=first,
        address_line2=second,
        address_line3=", ".join(filter(None, others)),
        city=address.city,
        state_province=address.region or "",
        postal_code=address.postal_code or "",
        country_code=address.country,
        country_name=country_name(address.country, locale),
        written="\n".join(address.lines(home_country=home, locale=locale)),
    )


def _line_item(line: LineView, location: Location | None, *, prices_include_tax: bool) -> InvoiceItem:
    """A line before its discounts, net of tax."""
    share = net_share(line, prices_include_tax=prices_include_tax)
    unit_price = line.unit_price
    if share != 1:
        exact = Fraction(line.unit_price) * share
        unit_price = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_UNIT_PLACES)
    return InvoiceItem(
        id=line.line_id, description=line.description, quantity=line.quantity, unit_price=unit_price,
        total=net_before_discount(line, prices_include_tax=prices_include_tax), tax_amount=line.tax,
        category=line.kind, location=location,
    )  # fmt: skip


def _fee_item(row: dict[str, object], *, prices_include_tax: bool) -> InvoiceItem:
    amount, tax = int(str(row["amount"])), int(str(row["tax"]))
    net = fee_net(amount, tax, prices_include_tax=prices_include_tax)
    return InvoiceItem(
        id=str(row["code"]), description=str(row["name"]), quantity=Decimal(1), unit_price=Decimal(net), total=net,
        tax_amount=tax, category="FEE",
    )  # fmt: skip


def _tax_line(row: dict[str, object]) -> TaxLine:
    return TaxLine(
        name=str(row["component"]), rate=Decimal(str(row["rate"])) / 100, base=int(str(row["base"])),
        amount=int(str(row["amount"])),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentData:
    """What a template is given for an invoice: frozen once issued, as it is now for a draft.

    `template` is the JSON it is printed with, as text, `paper` what goes before the template's own, `mark` "" for none.
    """

    view_model: Mapping[str, object]
    template: str
    client_id: UUID
    locale: str
    currency: str
    paper: Paper | None
    status: InvoiceStatus
    mark: str
    made_at: datetime
    name: str


def get_document_data(scope: Scope, invoice_id: UUID) -> DocumentData:
    """Everything that the document of an invoice is made of; NotFound when there is no such invoice."""
    header = get_invoice_row(scope, invoice_id)
    status = InvoiceStatus(header.status)
    mark = MARKS.get(status, "")
    if status is InvoiceStatus.DRAFT:
        live = (view := get_invoice(scope, invoice_id)).live
        assert live is not None
        model = view_model(view, live)
        chosen = _template_for(scope, live.client.id, model)
        return DocumentData(
            model, get_template_text(scope, chosen.template_id, chosen.number), header.client_id, header.locale,
            header.currency, _paper_for(chosen, live.business), status, mark, header.created_at,
            f"draft-{header.reference or header.id}",
        )  # fmt: skip
    frozen = get_issued_document(scope, invoice_id)
    return DocumentData(
        frozen.view_model, _template_text(scope, frozen), header.client_id, frozen.locale, frozen.currency,
        frozen.paper, status, mark, header.issued_at, header.number,
    )  # fmt: skip


def _template_for(scope: Scope, client_id: UUID, model: Mapping[str, object]) -> TemplateRef:
    """The one rule for draft, preview and issue (DESIGN.md section 3)."""
    several = model["hasMultipleLocations"] is True
    return choose(scope, "invoice", client_id=client_id, has_multiple_locations=several)


def _paper_for(template: TemplateRef, business: Business) -> Paper | None:
    """A standard template is printed on the country's paper, an own one on its own."""
    return paper_of(business.address.country) if isinstance(template.template_id, str) else None


def get_issued_document(scope: Scope, invoice_id: UUID) -> FrozenDocument:
    """What was frozen when the invoice was issued."""
    table = table_of(IssuedDocument)
    row = scope.session.execute(
        select(table).where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id)
    ).one_or_none()
    if row is None:
        raise NotFound("INVOICE_NOT_FOUND", "There is no such issued invoice.")
    return FrozenDocument(
        row.view_model,
        row.template,
        row.template_version,
        row.template_sha256,
        row.locale,
        row.currency,
        row.paper,
        row.rounding,
        row.policy_version,
    )


def _template_text(scope: Scope, frozen: FrozenDocument) -> str:
    """What the invoice was issued with, wherever it is still kept, and nothing else."""
    text = find_kept_text(scope, frozen.template, frozen.template_version, frozen.template_sha256)
    if text is None:
        words = "The template that this invoice was issued with is lost: restore the blobs from a backup."
        raise Conflict("ISSUED_TEMPLATE_LOST", words)
    return text
