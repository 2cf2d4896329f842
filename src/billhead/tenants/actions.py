"""Opening a business, changing its details, its number series and its ledger's accounts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from billhead.access.directory import create_tenant
from billhead.access.scope import Scope
from billhead.access.tables import Tenant
from billhead.access.wire import require_match
from billhead.postal import PostalAddress
from billhead.refusal import Conflict
from billhead.storage.numbering import Reset, check_pattern, create_series, refuse_same_numbers
from billhead.storage.tables import NumberSeries, table_of
from billhead.tenants.events import BusinessChanged
from billhead.tenants.queries import get_accounts, get_business, get_number_series, list_number_series, profile_values
from billhead.tenants.rules import Business, ChosenAccounts, LedgerAccount, TaxRounding, check_business, check_slug
from billhead.tenants.tables import BusinessProfile, LedgerAccounts

INVOICE_SERIES = "INVOICE"
ORDER_RECORD_SERIES = "ORDER_RECORD"
_SERIES = {INVOICE_SERIES: ("INV-{NNNNNN}", Reset.NEVER), ORDER_RECORD_SERIES: ("INV-{YYYY}-{NNNN}", Reset.YEARLY)}


def new_business(
    name: str, address: PostalAddress, currency: str, time_zone: str, locale: str, tax_region: str | None
) -> Business:
    """A business with the usual defaults: prices without tax, 30 days to pay, approvals for consumers."""
    return Business(
        name=name, legal_name=name, address=address, email=None, phone=None, tax_number=None, time_zone=time_zone,
        locale=locale, currency=currency, default_tax_region=tax_region, prices_include_tax=False,
        tax_rounding=TaxRounding.PER_GROUP, approval_required_for_consumers=True, estimate_binding_required=True,
        payment_days=30,
    )  # fmt: skip


def open_business(session: Session, *, slug: str, business: Business, now: datetime, opened_by: str) -> UUID:
    """A new tenant with its details and number series; needs a platform write scope. Returns its id."""
    check_business(business)
    check_slug(slug)
    tenant = create_tenant(session, slug=slug, name=business.name, now=now)
    session.execute(
        insert(table_of(BusinessProfile)).values(
            tenant_id=tenant.id, version=1, updated_at=now, updated_by=opened_by, **profile_values(business)
        )
    )
    for code, (pattern, reset) in _SERIES.items():
        create_series(session, tenant.id, code, pattern, reset)
    return tenant.id


def change_business(scope: Scope, business: Business, if_match: str | None) -> tuple[Business, int]:
    """Save the business details; refused on a stale ETag. Issued invoices keep what was frozen into them."""
    _, version = get_business(scope)
    require_match(if_match, version)
    check_business(business)
    table = table_of(BusinessProfile)
    changed = scope.session.execute(
        update(table)
        .where(table.c.tenant_id == scope.tenant_id, table.c.version == version)
        .values(version=version + 1, updated_at=scope.now, updated_by=scope.actor.key, **profile_values(business))
        .returning(table.c.version)
    ).one_or_none()
    if changed is None:
        raise Conflict("STALE_ETAG", "This was changed by somebody else. Read it again and repeat your change.")
    scope.session.execute(update(Tenant).where(Tenant.id == scope.tenant_id).values(name=business.name))
    scope.record(BusinessChanged(subject_id=scope.tenant_id, subject_version=version + 1))
    scope.audit("business.change", "tenant", scope.tenant_id)
    return get_business(scope)


def save_accounts(scope: Scope, numbers: Mapping[LedgerAccount, str], if_match: str | None) -> ChosenAccounts:
    """Name the ledger's accounts; refused on a stale ETag. Every entry read from then on uses them."""
    known = get_accounts(scope).version
    require_match(if_match, known)
    accounts: dict[str, object] = {purpose.value: number for purpose, number in numbers.items()}
    values = {"accounts": accounts, "version": known + 1, "updated_at": scope.now, "updated_by": scope.actor.key}
    if not _write_accounts(scope, values, known):
        raise Conflict("STALE_ETAG", "This was changed by somebody else. Read it again and repeat your change.")
    scope.audit("ledger-accounts.change", "tenant", scope.tenant_id, detail=accounts)
    return ChosenAccounts(dict(numbers), known + 1)


def _write_accounts(scope: Scope, values: Mapping[str, object], known: int) -> bool:
    """Whether nobody was faster."""
    table = table_of(LedgerAccounts)
    if known:
        newest = update(table).where(table.c.tenant_id == scope.tenant_id, table.c.version == known)
        return bool(scope.session.execute(newest.values(**values).returning(table.c.version)).all())
    try:
        with scope.session.begin_nested():
            scope.session.execute(insert(table).values(tenant_id=scope.tenant_id, **values))
    except IntegrityError:
        return False
    return True


def change_number_series(
    scope: Scope, series_id: UUID, pattern: str, reset: Reset, if_match: str | None
) -> NumberSeries:
    """Give a series another pattern for the numbers to come; numbers given out stay as they are."""
    every = {series.id: series for series in list_number_series(scope, lock=True)}
    series = every.get(series_id) or get_number_series(scope, series_id)
    require_match(if_match, series.version)
    check_pattern(pattern, reset)
    refuse_same_numbers(pattern, {other.code: other.pattern for other in every.values() if other is not series})
    series.pattern, series.reset, series.version = pattern, reset, series.version + 1
    scope.audit("number-series.change", "number-series", series_id, detail={"pattern": pattern, "reset": reset})
    return series
