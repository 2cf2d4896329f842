"""Reading the business details and number series."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from billhead.access.scope import Scope
from billhead.access.tables import Tenant
from billhead.postal import address_document, read_address
from billhead.refusal import NotFound
from billhead.storage.tables import NumberSeries, table_of
from billhead.tenants.rules import DEFAULT_ACCOUNTS, Business, ChosenAccounts, LedgerAccount, TaxRounding
from billhead.tenants.tables import BusinessProfile, LedgerAccounts


def get_business(scope: Scope) -> tuple[Business, int]:
    """The business of this scope and the version of its details."""
    return read_business(scope.session, scope.tenant_id)


def read_business(session: Session, tenant_id: UUID) -> tuple[Business, int]:
    """The business and the version of its details; raises NotFound before its details were ever saved."""
    session.flush()
    row = session.connection().execute(_DETAILS, {"tenant": tenant_id}).one_or_none()
    if row is None:
        raise NotFound("BUSINESS_NOT_FOUND", "The business has no details yet.")
    return _business_of(row), row.version


# Every draft and every issue asks for the business: in Core, with a statement built once.
_TENANT, _PROFILE = table_of(Tenant), table_of(BusinessProfile)
_DETAILS = (
    select(_TENANT.c.name, _PROFILE)
    .select_from(_PROFILE)
    .join(_TENANT, _TENANT.c.id == _PROFILE.c.tenant_id)
    .where(_PROFILE.c.tenant_id == bindparam("tenant"))
)


def _business_of(profile: Row[*tuple[Any, ...]]) -> Business:
    return Business(
        name=profile.name,
        legal_name=profile.legal_name,
        address=read_address(profile.address),
        email=profile.email,
        phone=profile.phone,
        tax_number=profile.tax_number,
        time_zone=profile.time_zone,
        locale=profile.locale,
        currency=profile.currency,
        default_tax_region=profile.default_tax_region,
        prices_include_tax=profile.prices_include_tax,
        tax_rounding=TaxRounding(profile.tax_rounding),
        approval_required_for_consumers=profile.approval_required_for_consumers,
        estimate_binding_required=profile.estimate_binding_required,
        payment_days=profile.payment_days,
    )  # fmt: skip


def profile_values(business: Business) -> dict[str, object]:
    """The columns behind a value, without its name (which the directory keeps)."""
    values = asdict(business)
    values["address"] = address_document(business.address)
    del values["name"]
    return values


def get_accounts(scope: Scope) -> ChosenAccounts:
    """The accounts that the journal books on."""
    row = scope.session.get(LedgerAccounts, scope.tenant_id)
    if row is None:
        return ChosenAccounts(DEFAULT_ACCOUNTS, 0)
    named = row.accounts if isinstance(row.accounts, dict) else {}
    return ChosenAccounts({purpose: named.get(purpose, DEFAULT_ACCOUNTS[purpose]) for purpose in LedgerAccount},
                          row.version)  # fmt: skip


def list_number_series(scope: Scope, *, lock: bool = False) -> Sequence[NumberSeries]:
    """Every number series of the business, by code; `lock` holds them to the end of the transaction."""
    statement = select(NumberSeries).order_by(NumberSeries.code)
    return scope.session.scalars(statement.with_for_update() if lock else statement).all()


def list_time_zones(session: Session) -> Sequence[tuple[UUID, str]]:
    """Every business that is not suspended and the time zone it lives in; needs a platform scope."""
    in_use = _TENANT.c.suspended_at.is_(None)
    join = select(_PROFILE.c.tenant_id, _PROFILE.c.time_zone).join(_TENANT, _TENANT.c.id == _PROFILE.c.tenant_id)
    return [(tenant_id, zone) for tenant_id, zone in session.execute(join.where(in_use))]


def get_number_series(scope: Scope, series_id: UUID) -> NumberSeries:
    """One number series."""
    series = scope.session.get(NumberSeries, (scope.tenant_id, series_id))
    if series is None:
        raise NotFound("NUMBER_SERIES_NOT_FOUND", "There is no such number series.")
    return series
