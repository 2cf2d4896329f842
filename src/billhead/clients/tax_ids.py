"""Tax identification numbers by scheme, checked by python-stdnum (form and check digits, never whether they exist)."""

import importlib
from dataclasses import dataclass
from types import MappingProxyType

from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError

from billhead.refusal import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class TaxId:
    """A number under a scheme of `SCHEMES`, such as (`eu.vat`, `DE136695976`)."""

    scheme: str
    value: str


SCHEMES = MappingProxyType(
    {
        "ar.cuit": "CUIT, Argentina",
        "au.abn": "ABN, Australia",
        "br.cnpj": "CNPJ, Brazil (companies)",
        "br.cpf": "CPF, Brazil (persons)",
        "ca.bn": "Business Number, Canada (with its GST/HST account)",
        "ch.vat": "MWST / TVA / IVA, Switzerland",
        "cl.rut": "RUT, Chile",
        "cn.uscc": "Unified Social Credit Code, China",
        "co.nit": "NIT, Colombia",
        "eu.vat": "VAT number, European Union (with its country prefix)",
        "gb.vat": "VAT number, United Kingdom",
        "id.npwp": "NPWP, Indonesia",
        "il.hp": "Company number, Israel",
        "in.gstin": "GSTIN, India",
        "is.vsk": "VSK number, Iceland",
        "jp.cn": "Corporate Number, Japan",
        "kr.brn": "Business Registration Number, South Korea",
        "mx.rfc": "RFC, Mexico",
        "no.mva": "MVA number, Norway",
        "nz.ird": "IRD number, New Zealand",
        "rs.pib": "PIB, Serbia",
        "sg.uen": "UEN, Singapore",
        "th.tin": "TIN, Thailand",
        "tr.vkn": "VKN, Turkey",
        "tw.ubn": "UBN, Taiwan",
        "ua.edrpou": "EDRPOU, Ukraine",
        "us.ein": "EIN, United States",
        "us.tin": "TIN, United States",
        "vn.mst": "MST, Vietnam",
    }
)
"""Every accepted scheme and what it is for people."""

_MODULES = {"in.gstin": "in_.gstin", "is.vsk": "is_.vsk"}
_FAULTS = (
    (InvalidLength, Fault(FaultCode.WRONG_FORM, "has the wrong number of characters")),
    (InvalidChecksum, Fault(FaultCode.WRONG_CHECK_DIGIT, "has a wrong check digit")),
    (InvalidFormat, Fault(FaultCode.WRONG_FORM, "does not have the form of such a number")),
    (
        InvalidComponent,
        Fault(FaultCode.WRONG_FORM, "has a part that does not exist, such as its country or its date"),
    ),
)
_NO_NUMBER = Fault(FaultCode.WRONG_FORM, "is not a valid number")


def normalize_tax_id(tax_id: TaxId) -> TaxId:
    """The number without spaces and separators; it was found sound by `find_tax_id_fault`."""
    return TaxId(tax_id.scheme, _validate(tax_id))


def find_tax_id_fault(tax_id: TaxId) -> tuple[str, str] | None:
    """The field (`scheme`, `value`) that is wrong and why, for people, or None."""
    if tax_id.scheme not in SCHEMES:
        return "scheme", Fault(FaultCode.UNKNOWN_CHOICE, f"is not one of {', '.join(SCHEMES)}")
    if not tax_id.value.isascii():
        return "value", Fault(FaultCode.WRONG_FORM, "has a letter or digit that is not of the Latin alphabet")
    try:
        _validate(tax_id)
    except ValidationError as error:
        return "value", next((words for kind, words in _FAULTS if isinstance(error, kind)), _NO_NUMBER)
    return None


def _validate(tax_id: TaxId) -> str:
    # Loaded when needed: importing every scheme would slow down the start of the server.
    module = importlib.import_module(f"stdnum.{_MODULES.get(tax_id.scheme, tax_id.scheme)}")
    return str(module.validate(tax_id.value))
