"""What a business may say about itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from billhead import money
from billhead.postal import PostalAddress, countries
from billhead.refusal import Fault, FaultCode, Malformed, Refusal


class TaxRounding(StrEnum):
    """Where tax is rounded (DESIGN.md section 5): once per rate, or on each line."""

    PER_GROUP = "PER_GROUP"
    PER_LINE = "PER_LINE"


@dataclass(frozen=True, slots=True)
class Business:
    """The details and defaults of one tenant."""

    name: str
    legal_name: str
    address: PostalAddress
    email: str | None
    phone: str | None
    tax_number: str | None
    time_zone: str
    locale: str
    currency: str
    default_tax_region: str | None
    prices_include_tax: bool
    tax_rounding: TaxRounding
    approval_required_for_consumers: bool
    estimate_binding_required: bool
    payment_days: int

    def today(self, now: datetime) -> date:
        """The business day at `now`: the date in the tenant's time zone."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def policy_version(self, version: int) -> str:
        """Names the state of these settings that a decision was taken under."""
        return f"settings-v{version}"


class LedgerAccount(StrEnum):
    """What an account of the business's ledger is for."""

    RECEIVABLES = "RECEIVABLES"
    REVENUE = "REVENUE"
    FEES = "FEES"
    TAX_PAYABLE = "TAX_PAYABLE"


DEFAULT_ACCOUNTS = {
    LedgerAccount.RECEIVABLES: "1200",
    LedgerAccount.REVENUE: "4000",
    LedgerAccount.FEES: "4100",
    LedgerAccount.TAX_PAYABLE: "2200",
}
"""The numbers that the journal books on until the business names its own."""


@dataclass(frozen=True, slots=True)
class ChosenAccounts:
    """An account's number for every purpose; version 0 while the business has named none."""

    numbers: Mapping[LedgerAccount, str]
    version: int


def check_slug(slug: str) -> None:
    """Refuse a short name that headers, commands and addresses could not carry."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        errors = {"slug": Fault(FaultCode.WRONG_FORM, "small letters and digits, in words joined by hyphens")}
        raise Malformed("INVALID_REQUEST", "The business cannot be opened.", field_errors=errors)


def check_business(business: Business) -> None:
    """Refuse details that no document could be made with; all errors at once."""
    errors = {}
    if business.time_zone not in available_timezones():
        errors["timeZone"] = Fault(FaultCode.UNKNOWN_TIME_ZONE, "is not a time zone of the IANA database")
    if refused := _refused(lambda: money.currency(business.currency)):
        errors["currency"] = Fault(FaultCode.UNKNOWN_CURRENCY, refused.message)
    if business.address.country not in countries():
        errors["address.country"] = Fault(
            FaultCode.UNKNOWN_COUNTRY, "must be an ISO 3166-1 country code of two letters"
        )
    if not 0 <= business.payment_days <= 365:
        errors["paymentDays"] = Fault(FaultCode.TOO_LARGE, "lies between 0 and 365")
    if errors:
        raise Malformed("INVALID_REQUEST", "The business details cannot be saved.", field_errors=errors)


def _refused(check: Callable[[], object]) -> Refusal | None:
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None
