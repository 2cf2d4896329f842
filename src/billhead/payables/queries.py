"""Reading vendors, bills and payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, literal_column, select, tuple_

from billhead.access.scope import Scope
from billhead.payables.rules import (
    Allocation,
    BillFields,
    BillStatus,
    PayableBill,
    PostingError,
    PostingErrorCode,
    VendorFields,
    VendorPaymentStatus,
)
from billhead.payables.tables import Vendor, VendorBill, VendorPayment, VendorPaymentAllocation
from billhead.postal import read_address
from billhead.refusal import Fault, FaultCode, Malformed, NotFound
from billhead.storage.listing import Page, page_of, read_cursor, read_name_cursor, searchable
from billhead.storage.tables import table_of

_VENDOR, _BILL = table_of(Vendor), table_of(VendorBill)
_PAYMENT, _ALLOCATION = table_of(VendorPayment), table_of(VendorPaymentAllocation)


@dataclass(frozen=True, slots=True)
class VendorRecord:
    """A vendor as it is edited, with its version."""

    id: UUID
    fields: VendorFields
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill and how much of it is paid. `open_amount` is held by no payment yet; what is missing is on its way."""

    id: UUID
    vendor_id: UUID
    fields: BillFields
    status: BillStatus
    open_amount: int
    paid_amount: int
    created_at: datetime
    voided_at: datetime | None
    void_reason: str | None

    @property
    def pending_amount(self) -> int:
        """What payments hold whose money did not go out yet, in minor units."""
        return 0 if self.status is BillStatus.VOID else self.fields.amount - self.open_amount - self.paid_amount


@dataclass(frozen=True, slots=True)
class PaidBill:
    """One allocation, with the vendor's number of the bill."""

    allocation: Allocation
    bill_reference: str


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """One row of a list of payments."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    payment_ref: str
    gross_amount: int
    currency: str
    status: VendorPaymentStatus
    error: PostingError | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment with its allocations in the order of their bills' ids."""

    id: UUID
    vendor_id: UUID
    vendor_name: str
    vendor_reference: str | None
    payment_ref: str
    gross_amount: int
    currency: str
    asked_allocations: object
    status: VendorPaymentStatus
    version: int
    gateway: str | None
    gateway_reference: str | None
    gl_reference: str | None
    error: PostingError | None
    paid_bills: tuple[PaidBill, ...]
    created_at: datetime
    created_by: str
    updated_at: datetime

    @property
    def allocated_amount(self) -> int:
        """The sum of its allocations, in minor units."""
        return sum(paid.allocation.applied_amount for paid in self.paid_bills)


def get_vendor(scope: Scope, vendor_id: UUID, *, lock: bool = False) -> VendorRecord:
    """A vendor; NotFound when this tenant has none. `lock` holds its payments off to the end of the transaction."""
    return record_of(vendor_row(scope, vendor_id, lock=lock))


def vendor_row(scope: Scope, vendor_id: UUID, *, lock: bool) -> Vendor:
    """The row behind a vendor; NotFound when this tenant has none."""
    wanted = select(Vendor).where(Vendor.id == vendor_id)
    # Not a lock on the key: bills come in meanwhile.
    statement = wanted.with_for_update(key_share=True) if lock else wanted
    found = scope.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound("VENDOR_NOT_FOUND", "There is no such vendor in this business.")
    return found


def list_vendors(
    scope: Scope, *, text: str | None, archived: bool | None, limit: int, after: str | None
) -> Page[VendorRecord]:
    """Vendors by name; `text` is searched in name, reference and e-mail; `archived` None shows both."""
    found = select(Vendor).order_by(Vendor.name_order, Vendor.id).limit(limit + 1)
    for word in searchable(text).split():
        found = found.where(Vendor.search_text.contains(word, autoescape=True))
    if archived is not None:
        found = found.where(Vendor.archived == archived)
    if after is not None:
        found = found.where(tuple_(Vendor.name_order, Vendor.id) > tuple_(*read_name_cursor(after)))
    rows = scope.session.scalars(found).all()
    return page_of(rows, limit, show=record_of, place=lambda row: (row.name_order, str(row.id)))


def get_bill(scope: Scope, bill_id: UUID, *, lock: bool = False) -> BillView:
    """A bill; NotFound when this tenant has none. `lock` holds the row to the end of the transaction."""
    wanted = select(_BILL).where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.id == bill_id)
    row = scope.session.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound("BILL_NOT_FOUND", "There is no such bill in this business.")
    return _bill_of(row)


def find_bill_by_reference(scope: Scope, vendor_id: UUID, reference: str) -> BillView | None:
    """A vendor's bill by the vendor's own number for it."""
    row = scope.session.execute(_bills_of(scope, vendor_id).where(_BILL.c.reference == reference)).one_or_none()
    return _bill_of(row) if row else None


def list_bills(
    scope: Scope, vendor_id: UUID, *, status: BillStatus | None, limit: int, after: str | None
) -> Page[BillView]:
    """A vendor's bills in the order in which they are due; NotFound for an unknown vendor."""
    get_vendor(scope, vendor_id)
    found = _bills_of(scope, vendor_id).order_by(_BILL.c.due_date, _BILL.c.id).limit(limit + 1)
    if status is not None:
        found = found.where(_BILL.c.status == status)
    if after is not None:
        found = found.where(tuple_(_BILL.c.due_date, _BILL.c.id) > tuple_(*_read_due_cursor(after)))
    rows = scope.session.execute(found).all()
    return page_of(rows, limit, show=_bill_of, place=lambda row: (row.due_date.isoformat(), str(row.id)))


def list_payable_bills(scope: Scope, vendor_id: UUID, currency: str, limit: int) -> Sequence[PayableBill]:
    """Bills with something left to pay: oldest due date first, then as they came in."""
    # A literal zero: only so can a database tell that its partial index holds every such bill.
    wanted = _bills_of(scope, vendor_id).where(_BILL.c.currency == currency, _BILL.c.open_amount > literal_column("0"))
    rows = scope.session.execute(wanted.order_by(_BILL.c.due_date, _BILL.c.id).limit(limit))
    return [_payable(row) for row in rows]


def find_payable_bills(scope: Scope, vendor_id: UUID, bill_ids: Sequence[UUID]) -> dict[UUID, PayableBill]:
    """Those of these bills that are this vendor's, whatever their status."""
    rows = scope.session.execute(_bills_of(scope, vendor_id).where(_BILL.c.id.in_(bill_ids)))
    return {row.id: _payable(row) for row in rows}


def get_payment(scope: Scope, payment_id: UUID, *, lock: bool = False) -> PaymentView:
    """A payment; NotFound when this tenant has none. `lock` holds the row to the end of the transaction."""
    return _required(_find_payment(scope, _PAYMENT.c.id == payment_id, lock=lock))


def get_payment_by_ref(scope: Scope, payment_ref: str) -> PaymentView:
    """A payment by its caller's name for it."""
    return _required(find_payment_by_ref(scope, payment_ref))


def find_payment_by_ref(scope: Scope, payment_ref: str) -> PaymentView | None:
    """A payment by its caller's name for it, or None."""
    return _find_payment(scope, _PAYMENT.c.payment_ref == payment_ref)


def list_payments(
    scope: Scope, *, vendor_id: UUID | None, status: VendorPaymentStatus | None, limit: int, after: str | None
) -> Page[PaymentSummary]:
    """Payments, newest first."""
    found = _payments(scope).order_by(_PAYMENT.c.id.desc()).limit(limit + 1)
    if vendor_id is not None:
        found = found.where(_PAYMENT.c.vendor_id == vendor_id)
    if status is not None:
        found = found.where(_PAYMENT.c.status == status)
    if after is not None:
        found = found.where(_PAYMENT.c.id < _read_id(read_cursor(after, 1)[0]))
    rows = scope.session.execute(found).all()
    return page_of(rows, limit, show=_summary_of, place=lambda row: (str(row.id),))


def record_of(row: Vendor) -> VendorRecord:
    """The value behind a row."""
    address = None if row.address is None else read_address(row.address)
    fields = VendorFields(row.name, row.reference, row.email, address, row.archived)
    return VendorRecord(row.id, fields, row.version, row.created_at, row.updated_at)


def _bills_of(scope: Scope, vendor_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(_BILL).where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.vendor_id == vendor_id)


def _payments(scope: Scope) -> Select[*tuple[Any, ...]]:
    own = (_VENDOR.c.tenant_id == _PAYMENT.c.tenant_id, _VENDOR.c.id == _PAYMENT.c.vendor_id)
    named = select(_PAYMENT, _VENDOR.c.name.label("vendor_name"), _VENDOR.c.reference.label("vendor_reference"))
    return named.join(_VENDOR, own[0] & own[1]).where(_PAYMENT.c.tenant_id == scope.tenant_id)


def _find_payment(scope: Scope, wanted: ColumnElement[bool], *, lock: bool = False) -> PaymentView | None:
    found = _payments(scope).where(wanted)
    row = scope.session.execute(found.with_for_update(of=_PAYMENT) if lock else found).one_or_none()
    if row is None:
        return None
    joined = (_BILL.c.tenant_id == _ALLOCATION.c.tenant_id) & (_BILL.c.id == _ALLOCATION.c.bill_id)
    paid = scope.session.execute(
        select(_ALLOCATION, _BILL.c.reference)
        .join(_BILL, joined)
        .where(_ALLOCATION.c.tenant_id == scope.tenant_id, _ALLOCATION.c.payment_id == row.id)
        .order_by(_ALLOCATION.c.bill_id)
    )
    return PaymentView(
        row.id, row.vendor_id, row.vendor_name, row.vendor_reference, row.payment_ref, row.gross_amount, row.currency,
        row.asked_allocations, VendorPaymentStatus(row.status), row.version, row.gateway, row.gateway_reference,
        row.gl_reference, _error_of(row),
        tuple(PaidBill(Allocation(p.bill_id, p.applied_amount), p.reference) for p in paid),
        row.created_at, row.created_by, row.updated_at,
    )  # fmt: skip


def _required(found: PaymentView | None) -> PaymentView:
    if found is None:
        raise NotFound("PAYMENT_NOT_FOUND", "There is no such payment in this business.")
    return found


def _summary_of(row: Row[*tuple[Any, ...]]) -> PaymentSummary:
    return PaymentSummary(
        row.id, row.vendor_id, row.vendor_name, row.payment_ref, row.gross_amount, row.currency,
        VendorPaymentStatus(row.status), _error_of(row), row.created_at,
    )  # fmt: skip


def _error_of(row: Row[*tuple[Any, ...]]) -> PostingError | None:
    if row.error_code is None:
        return None
    return PostingError(PostingErrorCode(row.error_code), row.error_correlation_id or "", row.error_detail)


def _bill_of(row: Row[*tuple[Any, ...]]) -> BillView:
    fields = BillFields(row.reference, row.amount, row.currency, row.bill_date, row.due_date, row.description)
    return BillView(
        row.id, row.vendor_id, fields, BillStatus(row.status), row.open_amount, row.paid_amount, row.created_at,
        row.voided_at, row.void_reason,
    )  # fmt: skip


def _payable(row: Row[*tuple[Any, ...]]) -> PayableBill:
    return PayableBill(row.id, BillStatus(row.status), row.currency, row.open_amount)


def _read_due_cursor(after: str) -> tuple[date, UUID]:
    due, bill_id = read_cursor(after, 2)
    try:
        return date.fromisoformat(due), _read_id(bill_id)
    except ValueError as error:
        raise _bad_cursor() from error


def _read_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise _bad_cursor() from error


def _bad_cursor() -> Malformed:
    errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
    return Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors)
