"""Purchase order numbers against a format that somebody typed: whole, and in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.billing_rules.po_format import MAX_FORMAT_LENGTH, MAX_PO_LENGTH, find_format_fault, matches_format
from billhead.billing_rules.rules import PoPolicy, check_po
from billhead.refusal import FaultCode

FORMAT = r"PO-\d{6}(/[A-Z]{2})?"


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        (FORMAT, "PO-104200", True),
        (FORMAT, "PO-104200/WA", True),
        (FORMAT, "PO-1042", False),
        (FORMAT, "PO-104200 ", False),
        (FORMAT, "PO-104200\n", False),
        (FORMAT, "x\nPO-104200", False),
        (FORMAT, "", False),
        ("a|b", "b", True),
        ("a|b", "ab", False),
        (r"\d+", "٣٤", False),
        ("(?i)bestellung-ä", "BESTELLUNG-Ä", True),
        (".*", "x" * MAX_PO_LENGTH, True),
        (".*", "x" * (MAX_PO_LENGTH + 1), False),
    ],
)
def test_the_whole_number_has_the_format(pattern: str, value: str, fits: bool) -> None:
    assert find_format_fault(pattern) is None
    assert matches_format(pattern, value) == fits


@pytest.mark.parametrize(
    "pattern",
    ["(", "a)(?:b", r"(a)\1", "(?=a)a", "(?<!a)b", "a{2}{2}", "[z-a]", "*", "a{1001}", r"\pL{200}",
     r"(\pL{100}){9}", "x" * (MAX_FORMAT_LENGTH + 1)],
)  # fmt: skip
def test_what_cannot_be_matched_safely_is_refused(pattern: str) -> None:
    assert find_format_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x", r"(\w+\s?)*!", "(a?){60}a{60}"]
)
def test_hostile_formats_take_no_time(pattern: str) -> None:
    assert find_format_fault(pattern) is None
    begin = time.process_time()
    for _ in range(100):
        matches_format(pattern, "a" * (MAX_PO_LENGTH - 1) + "!")
    assert time.process_time() - begin < 1, "a backtracking engine would not end"


@given(st.text(max_size=MAX_FORMAT_LENGTH), st.text(max_size=MAX_PO_LENGTH))
def test_any_text_is_either_refused_or_usable(pattern: str, value: str) -> None:
    if find_format_fault(pattern) is None:
        matches_format(pattern, value)


@pytest.mark.parametrize(
    ("policy", "value", "code", "fault"),
    [
        (PoPolicy(), None, None, None),
        (PoPolicy(), "", None, None),
        (PoPolicy(), "anything", None, None),
        (PoPolicy(), "x" * (MAX_PO_LENGTH + 1), "PO_FORMAT_INVALID", FaultCode.TOO_LONG),
        (PoPolicy(required=True), None, "PO_REQUIRED", FaultCode.REQUIRED),
        (PoPolicy(required=True), "", "PO_REQUIRED", FaultCode.REQUIRED),
        (PoPolicy(required=True), "1", None, None),
        (PoPolicy(format_regex=FORMAT), None, None, None),
        (PoPolicy(format_regex=FORMAT), "1", "PO_FORMAT_INVALID", FaultCode.WRONG_FORM),
        (PoPolicy(required=True, format_regex=FORMAT), "PO-104200", None, None),
    ],
)
def test_what_an_account_asks_of_a_purchase_order(
    policy: PoPolicy, value: str | None, code: str | None, fault: FaultCode | None
) -> None:
    refusal = check_po(policy, value, field="po")
    assert (refusal and refusal.code) == code
    assert (refusal and refusal.field_errors["po"].code) == fault
