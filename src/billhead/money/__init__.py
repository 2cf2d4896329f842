"""Money: what a document comes to, from what was sold. Pure: values in, frozen plans out, or a refusal.

    compute_document(lines, discounts, fees, policy) -> DocumentTotals

    rounding     line amount = round(quantity × unit price), half away from zero      integers from here on
    discounts    taken off lines, services or the document, in the order granted      what is left of every line
    fees         percent with cap, or fixed, on what is left                          one more item each
    tax          grouped by rate, rounded per group or line, shared back to items     tax, breakdown, findings
    totals       parts sum to the whole, whatever the order of lines or their sign    DocumentTotals
    allocation   largest remainder, under all of them; currency names the minor unit

Amounts are `MinorUnits`; prices, quantities and percentages are Decimal; inside, exact ratios. Never a float.
"""

from billhead.money.allocation import allocate, prorate
from billhead.money.currency import CURRENCIES, Currency, MinorUnits, currency
from billhead.money.discounts import (
    AppliedDiscount,
    Discount,
    FixedOff,
    LineKey,
    OnDocument,
    OnLine,
    OnService,
    PercentOff,
    find_discount_fault,
)
from billhead.money.fees import FeeRule, FixedFee, PercentFee, find_fee_fault
from billhead.money.rounding import (
    MAX_AMOUNT,
    find_percent_fault,
    find_quantity_fault,
    find_unit_price_fault,
    line_amount,
    round_half_up,
)
from billhead.money.tax import (
    PriceBasis,
    Taxation,
    TaxBreakdownRow,
    TaxComponent,
    TaxPolicy,
    TaxRate,
    TaxRateMissing,
    TaxRounding,
    Treatment,
    find_overlap,
    find_rate,
    resolve_taxation,
)
from billhead.money.totals import DocumentTotals, FeeTotals, Line, LineTotals, compute_document

__all__ = [
    "CURRENCIES",
    "MAX_AMOUNT",
    "AppliedDiscount",
    "Currency",
    "Discount",
    "DocumentTotals",
    "FeeRule",
    "FeeTotals",
    "FixedFee",
    "FixedOff",
    "Line",
    "LineKey",
    "LineTotals",
    "MinorUnits",
    "OnDocument",
    "OnLine",
    "OnService",
    "PercentFee",
    "PercentOff",
    "PriceBasis",
    "TaxBreakdownRow",
    "TaxComponent",
    "TaxPolicy",
    "TaxRate",
    "TaxRateMissing",
    "TaxRounding",
    "Taxation",
    "Treatment",
    "allocate",
    "compute_document",
    "currency",
    "find_discount_fault",
    "find_fee_fault",
    "find_overlap",
    "find_percent_fault",
    "find_quantity_fault",
    "find_rate",
    "find_unit_price_fault",
    "line_amount",
    "prorate",
    "resolve_taxation",
    "round_half_up",
]
