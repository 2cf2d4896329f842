"""Vendors and their bills over HTTP (BILL-DEC-013)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import (
    MAX_MINOR,
    After,
    CurrencyCode,
    IfMatch,
    PageOf,
    PageSize,
    PostalAddressBody,
    ShortText,
    WireModel,
    etag_of,
)
from billhead.payables import actions, queries
from billhead.payables.queries import BillView, VendorRecord
from billhead.payables.rules import BillFields, BillStatus, VendorFields

router = Router(tags=["Payables"])
_VIEW, _RECORD, _VENDORS = "billing:ap:bill:view", "billing:ap:bill:manage", "billing:ap:vendor:manage"

_Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
_VendorReference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_BillReference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_MINOR, description="integer minor units")]


class VendorInput(WireModel):
    """A vendor as people edit it. `reference` is what accounting and the payout gateway call it."""

    name: ShortText
    reference: _VendorReference | None = None
    email: _Email | None = None
    address: PostalAddressBody | None = None
    archived: bool = False

    def value(self) -> VendorFields:
        """The fields themselves."""
        address = self.address.value() if self.address else None
        return VendorFields(self.name, self.reference, self.email, address, self.archived)


class VendorBody(VendorInput):
    vendor_id: UUID
    created_at: datetime
    updated_at: datetime
    etag: str


class VendorBillInput(WireModel):
    """A vendor's bill as it comes in. `billReference` is the vendor's own number for it, used once."""

    bill_reference: _BillReference
    amount: _Amount
    currency_uom_id: CurrencyCode
    bill_date: date
    due_date: date
    description: ShortText | None = None

    def value(self) -> BillFields:
        """The fields themselves."""
        return BillFields(
            self.bill_reference, self.amount, self.currency_uom_id, self.bill_date, self.due_date, self.description
        )


class VendorBillBody(VendorBillInput):
    """A bill: `openAmount` can still be paid, `pendingAmount` is in payments on their way, `paidAmount` went out."""

    bill_id: UUID
    vendor_id: UUID
    status: BillStatus
    open_amount: int
    pending_amount: int
    paid_amount: int
    created_at: datetime
    voided_at: datetime | None
    void_reason: str | None


class VendorBillVoidInput(WireModel):
    reason: ShortText


@router.get("/billing/ap/vendors")
def get_vendors(
    scope: Annotated[Scope, needs(_VIEW)],
    text: Annotated[str | None, Query(max_length=200, description="words to find")] = None,
    archived: Annotated[bool | None, Query(description="both when left out")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[VendorBody]:
    """Vendors by name."""
    page = queries.list_vendors(scope, text=text, archived=archived, limit=limit, after=after)
    return PageOf[VendorBody](items=[_vendor_body(vendor) for vendor in page.items], next=page.next)


@router.post("/billing/ap/vendors", status_code=201)
def post_vendor(body: VendorInput, scope: Annotated[Scope, needs(_VENDORS)]) -> VendorBody:
    """Add a vendor."""
    return _vendor_body(actions.create_vendor(scope, body.value()))


@router.get("/billing/ap/vendors/{vendor_id}")
def get_vendor(vendor_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> VendorBody:
    """One vendor."""
    return _vendor_body(queries.get_vendor(scope, vendor_id))


@router.put("/billing/ap/vendors/{vendor_id}")
def put_vendor(
    vendor_id: UUID, body: VendorInput, scope: Annotated[Scope, needs(_VENDORS)], if_match: IfMatch = None
) -> VendorBody:
    """Save a vendor. An archived one gets no more bills; those it has can be paid."""
    return _vendor_body(actions.change_vendor(scope, vendor_id, body.value(), if_match))


@router.get("/billing/ap/vendors/{vendor_id}/bills")
def get_vendor_bills(
    vendor_id: UUID,
    scope: Annotated[Scope, needs(_VIEW)],
    status: BillStatus | None = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[VendorBillBody]:
    """A vendor's bills in the order in which they are due."""
    page = queries.list_bills(scope, vendor_id, status=status, limit=limit, after=after)
    return PageOf[VendorBillBody](items=[_bill_body(bill) for bill in page.items], next=page.next)


@router.post("/billing/ap/vendors/{vendor_id}/bills", status_code=201)
def post_vendor_bill(vendor_id: UUID, body: VendorBillInput, scope: Annotated[Scope, needs(_RECORD)]) -> VendorBillBody:
    """Take in a vendor's bill; 409 with `existingId` when its reference came in already."""
    return _bill_body(actions.receive_bill(scope, vendor_id, body.value()))


@router.get("/billing/ap/bills/{bill_id}")
def get_vendor_bill(bill_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> VendorBillBody:
    """One bill."""
    return _bill_body(queries.get_bill(scope, bill_id))


@router.post("/billing/ap/bills/{bill_id}/void")
def post_vendor_bill_void(
    bill_id: UUID, body: VendorBillVoidInput, scope: Annotated[Scope, needs(_RECORD)]
) -> VendorBillBody:
    """Take a bill back of which nothing is paid or being paid."""
    return _bill_body(actions.void_bill(scope, bill_id, body.reason))


def _vendor_body(vendor: VendorRecord) -> VendorBody:
    fields = vendor.fields
    return VendorBody(
        vendor_id=vendor.id, name=fields.name, reference=fields.reference, email=fields.email,
        address=PostalAddressBody.of(fields.address) if fields.address else None, archived=fields.archived,
        created_at=vendor.created_at, updated_at=vendor.updated_at, etag=etag_of(vendor.version),
    )  # fmt: skip


def _bill_body(bill: BillView) -> VendorBillBody:
    fields = bill.fields
    return VendorBillBody(
        bill_id=bill.id, vendor_id=bill.vendor_id, bill_reference=fields.reference, amount=fields.amount,
        currency_uom_id=fields.currency, bill_date=fields.bill_date, due_date=fields.due_date,
        description=fields.description, status=bill.status, open_amount=bill.open_amount,
        pending_amount=bill.pending_amount, paid_amount=bill.paid_amount, created_at=bill.created_at,
        voided_at=bill.voided_at, void_reason=bill.void_reason,
    )  # fmt: skip
