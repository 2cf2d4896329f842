"""Reason codes and the words for everything there is to choose."""

import pytest

from billhead.billing_rules.labels import label_of, labels_of, shown_language
from billhead.billing_rules.rules import (
    REASONS,
    DeliveryMethod,
    GroupingStrategy,
    PaymentTerms,
    PoUniqueness,
    ReasonCategory,
    check_reason,
)
from billhead.layout.labels import LANGUAGES

CODES = {
    *PaymentTerms,
    *DeliveryMethod,
    *GroupingStrategy,
    *PoUniqueness,
    *(code for codes in REASONS.values() for code in codes),
}


@pytest.mark.parametrize("category", ReasonCategory)
def test_each_category_has_its_codes(category: ReasonCategory) -> None:
    for code in REASONS[category]:
        refusal = check_reason(category, code, None, required=True)
        assert (refusal and refusal.code) == ("REASON_NOTE_REQUIRED" if code == "OTHER" else None)
    assert check_reason(category, "OTHER", "the printer burned", required=True) is None
    assert len(set(REASONS[category])) == len(REASONS[category])


@pytest.mark.parametrize(
    ("code", "note", "required", "refused", "field"),
    [
        (None, None, True, "REASON_CODE_REQUIRED", "reason"),
        ("", "because", True, "REASON_CODE_REQUIRED", "reason"),
        (None, None, False, None, None),
        ("LOST", None, False, "REASON_CODE_UNKNOWN", "reason"),
        ("OTHER", "  ", False, "REASON_NOTE_REQUIRED", "reasonNote"),
        ("PO_PENDING", None, True, None, None),
    ],
)
def test_what_will_do_as_a_reason(
    code: str | None, note: str | None, required: bool, refused: str | None, field: str | None
) -> None:
    refusal = check_reason(ReasonCategory.PO_OVERRIDE, code, note, required=required, field="reason")
    assert (refusal and refusal.code) == refused
    assert (list(refusal.field_errors) if refusal else [None]) == [field]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_word_for_every_choice(language: str) -> None:
    assert labels_of(language).keys() == CODES
    assert all(label.strip() == label != "" for label in labels_of(language).values())
    for choices in (PaymentTerms, DeliveryMethod, GroupingStrategy, PoUniqueness, *REASONS.values()):
        labels = [label_of(language, code) for code in choices]
        assert len(set(labels)) == len(labels), "two choices of one list read the same"


@pytest.mark.parametrize(("locale", "language"), [("de-CH", "de"), ("pt-BR", "pt"), ("sv-SE", "en"), ("", "en")])
def test_an_unknown_language_is_shown_in_english(locale: str, language: str) -> None:
    assert shown_language(locale) == language
