"""Keeping vendors, taking in their bills, and paying them (BILL-DEC-013)."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.payables import rules
from billhead.payables.events import (
    BillReceived,
    BillVoided,
    VendorChanged,
    VendorCreated,
    VendorPaymentInitiated,
)
from billhead.payables.progress import PAY_OUT, ask
from billhead.payables.queries import (
    BillView,
    PaymentView,
    VendorRecord,
    find_bill_by_reference,
    find_payable_bills,
    find_payment_by_ref,
    get_bill,
    get_payment,
    get_vendor,
    list_payable_bills,
    record_of,
    vendor_row,
)
from billhead.payables.rules import (
    MAX_ALLOCATIONS,
    Allocation,
    BillFields,
    BillStatus,
    PaymentRequest,
    VendorFields,
    VendorPaymentStatus,
)
from billhead.payables.tables import Vendor, VendorBill, VendorPayment, VendorPaymentAllocation
from billhead.postal import address_document
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.listing import name_order, searchable
from billhead.storage.tables import table_of

_BILL, _PAYMENT = table_of(VendorBill), table_of(VendorPayment)


def create_vendor(scope: Scope, fields: VendorFields) -> VendorRecord:
    """Add a vendor; its reference, when it has one, is unique in the tenant."""
    rules.check_vendor(fields)
    vendor = Vendor(id=new_id(), version=1, created_at=scope.now)
    with _unique_reference(scope, vendor.id, fields.reference):
        _apply(scope, vendor, fields)
        scope.session.add(vendor)
    scope.record(VendorCreated(subject_id=vendor.id, subject_version=1))
    scope.audit("vendor.create", "vendor", vendor.id)
    return record_of(vendor)


def change_vendor(scope: Scope, vendor_id: UUID, fields: VendorFields, if_match: str | None) -> VendorRecord:
    """Replace everything people edit; refused on a stale ETag."""
    vendor = vendor_row(scope, vendor_id, lock=True)
    require_match(if_match, vendor.version)
    rules.check_vendor(fields)
    with _unique_reference(scope, vendor_id, fields.reference):
        vendor.version += 1
        _apply(scope, vendor, fields)
    changed = VendorChanged(subject_id=vendor_id, subject_version=vendor.version, archived=fields.archived)
    scope.record(changed)
    scope.audit("vendor.change", "vendor", vendor_id, detail={"version": vendor.version})
    return record_of(vendor)


def receive_bill(scope: Scope, vendor_id: UUID, fields: BillFields) -> BillView:
    """Take in a vendor's bill. Conflict `VENDOR_ARCHIVED`, or `BILL_REFERENCE_TAKEN` with the bill that has it."""
    rules.check_bill(fields)
    if get_vendor(scope, vendor_id).fields.archived:
        raise Conflict("VENDOR_ARCHIVED", "This vendor is archived.")
    bill_id = new_id()
    try:
        with scope.session.begin_nested():
            scope.session.execute(
                insert(_BILL).values(
                    tenant_id=scope.tenant_id, id=bill_id, vendor_id=vendor_id, reference=fields.reference,
                    description=fields.description, currency=fields.currency, amount=fields.amount,
                    open_amount=fields.amount, paid_amount=0, status=BillStatus.OPEN, bill_date=fields.bill_date,
                    due_date=fields.due_date, created_at=scope.now, created_by=scope.actor.key,
                )
            )  # fmt: skip
    except IntegrityError as error:
        if (known := find_bill_by_reference(scope, vendor_id, fields.reference)) is None:
            raise
        words = "This vendor's bill of that number came in already."
        raise Conflict("BILL_REFERENCE_TAKEN", words, existing_id=str(known.id)) from error
    scope.record(
        BillReceived(
            subject_id=bill_id, subject_version=1, vendor_id=vendor_id, amount=fields.amount,
            currency=fields.currency, due_date=fields.due_date,
        )
    )  # fmt: skip
    scope.audit("vendor-bill.receive", "vendor-bill", bill_id, detail={"vendorId": str(vendor_id)})
    return get_bill(scope, bill_id)


def void_bill(scope: Scope, bill_id: UUID, reason: str) -> BillView:
    """Take a bill back. Conflict `BILL_NOT_OPEN`, or `BILL_IN_PAYMENT` once any of it is paid or on its way."""
    bill = get_bill(scope, bill_id, lock=True)
    if bill.status is not BillStatus.OPEN:
        raise Conflict("BILL_NOT_OPEN", "This bill is not open.", reason_code=bill.status)
    if bill.open_amount != bill.fields.amount:
        raise Conflict("BILL_IN_PAYMENT", "Some of this bill is paid, or being paid.")
    scope.session.execute(
        update(_BILL)
        .where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.id == bill_id)
        .values(status=BillStatus.VOID, open_amount=0, voided_at=scope.now, void_reason=reason)
    )
    scope.record(
        BillVoided(
            subject_id=bill_id, subject_version=2, vendor_id=bill.vendor_id, amount=bill.fields.amount,
            currency=bill.fields.currency,
        )
    )  # fmt: skip
    scope.audit("vendor-bill.void", "vendor-bill", bill_id, reason=reason)
    return get_bill(scope, bill_id)


def pay_vendor(scope: Scope, request: PaymentRequest) -> tuple[PaymentView, bool]:
    """Initiate a payment; True when it is new, False when the same was asked for before under this `payment_ref`.

    Holds the bills at once; the money goes out in a job. Conflict `PAYMENT_REF_TAKEN` with the payment that was made
    of another request under the same reference; see `rules.check_request` and `rules.check_allocations`.
    """
    rules.check_request(request)
    if known := _find_same(scope, request):
        return known, False
    # One payment of a vendor at a time: the next one sees what this one left of the bills.
    get_vendor(scope, request.vendor_id, lock=True)
    if known := _find_same(scope, request):
        return known, False
    allocations = _plan(scope, request)
    payment_id = new_id()
    if not _insert_payment(scope, payment_id, request):
        known = _find_same(scope, request)
        assert known is not None
        return known, False
    _hold_bills(scope, payment_id, allocations)
    ask(scope, PAY_OUT, payment_id)
    facts = {"vendor_id": request.vendor_id, "payment_ref": request.payment_ref}
    scope.record(
        VendorPaymentInitiated(
            subject_id=payment_id, subject_version=1, gross_amount=request.gross_amount, currency=request.currency,
            vendor_id=request.vendor_id, payment_ref=request.payment_ref,
        )
    )  # fmt: skip
    scope.audit(
        "vendor-payment.initiate", "vendor-payment", payment_id,
        detail={name: str(value) for name, value in facts.items()},
    )  # fmt: skip
    return get_payment(scope, payment_id), True


def _find_same(scope: Scope, request: PaymentRequest) -> PaymentView | None:
    """The payment made of this very request before; Conflict when the reference belongs to another one."""
    known = find_payment_by_ref(scope, request.payment_ref)
    if known is None:
        return None
    made_of = (known.vendor_id, known.gross_amount, known.currency, known.asked_allocations)
    if made_of != (request.vendor_id, request.gross_amount, request.currency, request.fingerprint()):
        words = "This payment reference belongs to another payment."
        raise Conflict("PAYMENT_REF_TAKEN", words, existing_id=str(known.id))
    return known


def _plan(scope: Scope, request: PaymentRequest) -> tuple[Allocation, ...]:
    if request.allocations is None:
        bills = list_payable_bills(scope, request.vendor_id, request.currency, MAX_ALLOCATIONS + 1)
        return rules.allocate_oldest_first(request.gross_amount, bills)
    named = find_payable_bills(scope, request.vendor_id, [a.bill_id for a in request.allocations])
    return rules.check_allocations(request, named)


def _insert_payment(scope: Scope, payment_id: UUID, request: PaymentRequest) -> bool:
    """Write the payment; False when somebody else has just taken its reference."""
    try:
        with scope.session.begin_nested():
            scope.session.execute(
                insert(_PAYMENT).values(
                    tenant_id=scope.tenant_id, id=payment_id, vendor_id=request.vendor_id,
                    payment_ref=request.payment_ref, gross_amount=request.gross_amount, currency=request.currency,
                    asked_allocations=request.fingerprint(), status=VendorPaymentStatus.INITIATED, version=1,
                    created_at=scope.now, created_by=scope.actor.key, updated_at=scope.now,
                )
            )  # fmt: skip
    except IntegrityError:
        if find_payment_by_ref(scope, request.payment_ref) is None:
            raise
        return False
    return True


def _hold_bills(scope: Scope, payment_id: UUID, allocations: tuple[Allocation, ...]) -> None:
    """Take the allocations off what is open of their bills, in the order of ids, which all writers keep."""
    for allocation in sorted(allocations, key=lambda a: a.bill_id):
        taken = scope.session.execute(
            update(_BILL)
            .where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.id == allocation.bill_id)
            .where(_BILL.c.status == BillStatus.OPEN, _BILL.c.open_amount >= allocation.applied_amount)
            .values(open_amount=_BILL.c.open_amount - allocation.applied_amount)
            .returning(_BILL.c.id)
        )
        if taken.one_or_none() is None:
            raise Conflict("BILL_OVER_ALLOCATED", "A bill does not take this much any more.")
    if allocations:
        scope.session.execute(
            insert(table_of(VendorPaymentAllocation)),
            [
                {"tenant_id": scope.tenant_id, "payment_id": payment_id, "bill_id": a.bill_id,
                 "applied_amount": a.applied_amount}
                for a in allocations
            ],
        )  # fmt: skip


def _apply(scope: Scope, vendor: Vendor, fields: VendorFields) -> None:
    vendor.name, vendor.reference, vendor.email = fields.name, fields.reference, fields.email
    vendor.address = None if fields.address is None else address_document(fields.address)
    vendor.archived, vendor.updated_at = fields.archived, scope.now
    vendor.name_order = name_order(fields.name)
    vendor.search_text = searchable(fields.name, fields.reference, fields.email)


@contextmanager
def _unique_reference(scope: Scope, vendor_id: UUID, reference: str | None) -> Iterator[None]:
    """Turn the unique constraint's word into a Conflict that names the vendor which has the reference."""
    try:
        with scope.session.begin_nested():
            yield
    except IntegrityError as error:
        taken = select(Vendor.id).where(Vendor.reference == reference, Vendor.id != vendor_id)
        owner = scope.session.scalars(taken).first()
        if owner is None:
            raise
        words = "Another vendor has this reference."
        raise Conflict("VENDOR_REFERENCE_TAKEN", words, existing_id=str(owner)) from error
