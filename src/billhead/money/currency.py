"""Currencies: ISO 4217 codes and how many decimal places their minor unit has.

In: a three-letter code. Out: a frozen `Currency`, or a Malformed refusal.
The exponents are those of ISO 4217 list one, not CLDR's display digits (which differ: CLDR shows IQD without any).
Codes without a minor unit (metals, bond units, XDR, XTS, XXX) are no invoicing currencies and are left out.
Recently withdrawn codes stay, so that an old invoice in one can still be read, paid and credited.
"""

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import NewType

from billhead.refusal import Fault, FaultCode, Malformed

MinorUnits = NewType("MinorUnits", int)
"""An amount in the minor unit of its document's currency: 1050 is 10.50 EUR, 1.050 KWD or 1050 JPY."""

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_WITHDRAWN_CODES_BY_EXPONENT = {2: "ANG BGN CUC HRK SLL ZWL"}


@dataclass(frozen=True, slots=True)
class Currency:
    """One ISO 4217 currency; `exponent` is the number of decimal places of its minor unit."""

    code: str
    exponent: int

    def in_major(self, amount: MinorUnits) -> Decimal:
        """The amount in major units, with exactly `exponent` places: 1050 in EUR is Decimal("10.50")."""
        digits = tuple(int(digit) for digit in str(abs(amount)))
        return Decimal((int(amount < 0), digits, -self.exponent))

    def in_minor(self, amount: Decimal) -> MinorUnits:
        """The amount in minor units; Malformed when it is no number or has more places than the currency."""
        if not amount.is_finite() or abs(amount.adjusted()) > 30:
            raise Malformed("INVALID_AMOUNT", "An amount must be a finite number of ordinary size")
        numerator, denominator = amount.as_integer_ratio()
        minor, remainder = divmod(numerator * 10**self.exponent, denominator)
        if remainder:
            raise Malformed("INVALID_AMOUNT", f"{self.code} has {self.exponent} decimal places; the amount has more")
        return MinorUnits(minor)


CURRENCIES = MappingProxyType(
    {
        code: Currency(code, exponent)
        for table in (_CODES_BY_EXPONENT, _WITHDRAWN_CODES_BY_EXPONENT)
        for exponent, codes in table.items()
        for code in codes.split()
    }
)
"""Every currency Billhead invoices in, by its code."""


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code, upper case; Malformed `UNKNOWN_CURRENCY` when there is none."""
    known = CURRENCIES.get(code)
    if known is None:
        raise Malformed(
            "UNKNOWN_CURRENCY",
            f"{code[:12]!r} is not an ISO 4217 currency code, such as EUR or USD",
            field_errors={"currency": Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")},
        )
    return known
