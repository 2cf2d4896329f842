"""From what Pydantic finds in a request to stable codes of our own, with its words beside them.

Pydantic's types of errors are in: https://docs.pydantic.dev/latest/errors/validation_errors/
"""

from collections.abc import Mapping
from typing import Any

from billhead.refusal import Fault, FaultCode

_CODES = {
    "missing": FaultCode.REQUIRED,
    "string_too_long": FaultCode.TOO_LONG,
    "string_too_short": FaultCode.TOO_SHORT,
    "too_long": FaultCode.TOO_MANY,
    "too_short": FaultCode.TOO_FEW,
    "greater_than": FaultCode.TOO_SMALL,
    "greater_than_equal": FaultCode.TOO_SMALL,
    "less_than": FaultCode.TOO_LARGE,
    "less_than_equal": FaultCode.TOO_LARGE,
    "decimal_max_digits": FaultCode.TOO_LARGE,
    "decimal_whole_digits": FaultCode.TOO_LARGE,
    "int_parsing_size": FaultCode.TOO_LARGE,
    "decimal_max_places": FaultCode.TOO_PRECISE,
    "decimal_type": FaultCode.NOT_A_NUMBER,
    "decimal_parsing": FaultCode.NOT_A_NUMBER,
    "finite_number": FaultCode.NOT_A_NUMBER,
    "int_from_float": FaultCode.NOT_A_NUMBER,
    "int_parsing": FaultCode.NOT_A_NUMBER,
    "int_type": FaultCode.NOT_A_NUMBER,
    "string_pattern_mismatch": FaultCode.WRONG_FORM,
    "enum": FaultCode.UNKNOWN_CHOICE,
    "literal_error": FaultCode.UNKNOWN_CHOICE,
    "extra_forbidden": FaultCode.UNKNOWN_FIELD,
    "json_invalid": FaultCode.UNREADABLE,
    "unreadable": FaultCode.UNREADABLE,
}
_FAMILIES = {"date": FaultCode.NOT_A_DATE, "timezone": FaultCode.NOT_A_DATE, "uuid": FaultCode.NOT_AN_ID}


def fault_of(error: Mapping[str, Any]) -> Fault:
    """One of the errors of a Pydantic ValidationError."""
    return Fault(_code_of(error), str(error["msg"]))


def _code_of(error: Mapping[str, Any]) -> FaultCode:
    kind = str(error["type"])
    if kind in ("string_too_short", "too_short") and error.get("ctx", {}).get("min_length") == 1:
        return FaultCode.REQUIRED
    if kind == "value_error" and "email address" in str(error["msg"]):
        return FaultCode.NOT_AN_EMAIL
    if kind.endswith("_type") and error.get("input", ...) is None:
        return FaultCode.REQUIRED
    by_family = _FAMILIES.get(kind.partition("_")[0].removesuffix("time"))
    return _CODES.get(kind) or by_family or (FaultCode.WRONG_TYPE if kind.endswith("_type") else FaultCode.INVALID)
