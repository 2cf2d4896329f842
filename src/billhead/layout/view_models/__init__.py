"""View models: what templates of each document kind read. Typed here, filled by the slices that own the data.

`to_dict()` gives the JSON that `compose` takes, in the format's wire names. Money is integer minor units; quantities
and unit prices are Decimal and go out as whole numbers or as text, never as floats.
"""

from billhead.layout.view_models.invoice import InvoiceItem, InvoiceView, RecurringPeriod, TaxLine, TimeEntry
from billhead.layout.view_models.locations import Location, address_block
from billhead.layout.view_models.orders import (
    BusinessView,
    CustomerView,
    OrderItem,
    OrderModifier,
    OrderRecordView,
    ReceiptItem,
    ReceiptView,
)
from billhead.layout.view_models.parties import Party
from billhead.layout.view_models.periods import service_period_label
from billhead.layout.view_models.quote import QuoteItem, QuoteParty, QuoteView

__all__ = [
    "BusinessView",
    "CustomerView",
    "InvoiceItem",
    "InvoiceView",
    "Location",
    "OrderItem",
    "OrderModifier",
    "OrderRecordView",
    "Party",
    "QuoteItem",
    "QuoteParty",
    "QuoteView",
    "ReceiptItem",
    "ReceiptView",
    "RecurringPeriod",
    "TaxLine",
    "TimeEntry",
    "address_block",
    "service_period_label",
]
