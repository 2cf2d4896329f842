"""The sums that a document prints: net of tax and with the fees among its lines, so that a reader can add them up."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from billhead.invoices.queries import LineView
from billhead.money import round_half_up


@dataclass(frozen=True, slots=True)
class PrintedSums:
    """Minor units: `subtotal` of lines and fees before discounts, `discount_total` a positive amount taken off it."""

    subtotal: int
    discount_total: int


def net_share(line: LineView, *, prices_include_tax: bool) -> Fraction:
    """How much of a line's prices is net of tax; all of a line that is discounted away."""
    left = line.amount - line.discount
    return Fraction(line.net, left) if prices_include_tax and left else Fraction(1)


def net_before_discount(line: LineView, *, prices_include_tax: bool) -> int:
    """The amount of a line as printed, minor units."""
    return round_half_up(line.amount * net_share(line, prices_include_tax=prices_include_tax))


def fee_net(amount: int, tax: int, *, prices_include_tax: bool) -> int:
    """The amount of a fee as printed, minor units."""
    return amount - tax if prices_include_tax else amount


def printed_sums(lines: Iterable[LineView], net_total: int, *, prices_include_tax: bool) -> PrintedSums:
    """What stands between the lines and the taxes. `net_total` is of lines and fees, after discounts."""
    discount = sum(net_before_discount(line, prices_include_tax=prices_include_tax) - line.net for line in lines)
    return PrintedSums(net_total + discount, discount)
