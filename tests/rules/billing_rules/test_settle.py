"""What holds for an account: its own rules, else the client's, else the business's."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.billing_rules.rules import (
    DEFAULTS,
    MAX_TERMS_DAYS,
    CreditLimit,
    PaymentTerms,
    PoPolicy,
    RuleSettings,
    Terms,
    check_settings,
    due_date,
    settle,
    terms_of,
)
from billhead.clients.rules import BillingClient, ClientKind
from billhead.money import Treatment
from billhead.refusal import FaultCode, Malformed
from scopes import a_business

ACCOUNT = UUID("01890000-0000-7000-8000-000000000001")
CLIENT = BillingClient(
    id=ACCOUNT, kind=ClientKind.BUSINESS, name="Fleet", reference=None, billing_email=None, billing_address=None,
    currency=None, locale=None, tax_treatment=Treatment.STANDARD, tax_reason=None, tax_ids=(),
    prices_include_tax=None, tax_region=None, approval_required=None, locations=(), archived=False, version=1,
)  # fmt: skip
NET60 = replace(DEFAULTS, terms=Terms(PaymentTerms.NET60))


@given(st.integers(0, MAX_TERMS_DAYS))
def test_days_become_terms_that_give_the_same_days(days: int) -> None:
    terms = terms_of(days)
    assert terms.days == days
    assert (terms.id is PaymentTerms.CUSTOM) == (terms.custom_days is not None) == (days not in {0, 15, 30, 60})
    check_settings(replace(DEFAULTS, terms=terms))


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (Terms(PaymentTerms.DUE_ON_RECEIPT), date(2024, 2, 15)),
        (Terms(PaymentTerms.NET15), date(2024, 3, 1)),
        (Terms(PaymentTerms.NET30), date(2024, 3, 16)),
        (Terms(PaymentTerms.NET60), date(2024, 4, 15)),
        (Terms(PaymentTerms.CUSTOM, 14), date(2024, 2, 29)),
    ],
)
def test_when_payment_is_due(terms: Terms, due: date) -> None:
    assert due_date(terms, date(2024, 2, 15)) == due


def test_without_rules_the_business_decides() -> None:
    found = settle(None, CLIENT, a_business(payment_days=15, estimate_binding_required=False), 7)
    assert (found.is_configured, found.policy_version) == (False, "settings-v7")
    assert (found.terms.id, found.extends_credit) == (PaymentTerms.NET15, True)
    assert (found.approval_required, found.estimate_binding_required) == (False, False)
    assert (found.po, found.partial_payments_allowed, found.credit_limit) == (PoPolicy(), True, None)
    assert not settle(None, CLIENT, a_business(payment_days=0), 1).extends_credit


def test_what_was_agreed_wins_and_names_itself() -> None:
    limit = CreditLimit(500_000, "USD")
    saved = replace(NET60, credit_limit=limit, estimate_binding_required=False, approval_required=True)
    found = settle((saved, 3), CLIENT, a_business(payment_days=15), 7)
    assert (found.is_configured, found.policy_version, found.account_id) == (True, "rules-v3/settings-v7", ACCOUNT)
    assert (found.terms.id, found.credit_limit) == (PaymentTerms.NET60, limit)
    assert (found.approval_required, found.estimate_binding_required) == (True, False)


@pytest.mark.parametrize("agreed", [None, True, False])
@pytest.mark.parametrize("of_client", [None, True, False])
@pytest.mark.parametrize("kind", ClientKind)
@pytest.mark.parametrize("for_consumers", [True, False])
def test_who_says_whether_approval_is_needed(
    agreed: bool | None, of_client: bool | None, kind: ClientKind, for_consumers: bool
) -> None:
    client = replace(CLIENT, kind=kind, approval_required=of_client)
    business = a_business(approval_required_for_consumers=for_consumers)
    found = settle((replace(NET60, approval_required=agreed), 1), client, business, 1)
    said = [word for word in (agreed, of_client) if word is not None]
    assert found.approval_required == (said[0] if said else kind is ClientKind.CONSUMER and for_consumers)


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        (replace(DEFAULTS, terms=Terms(PaymentTerms.CUSTOM)), {"customTermsDays": FaultCode.REQUIRED}),
        (replace(DEFAULTS, terms=Terms(PaymentTerms.NET30, 30)), {"customTermsDays": FaultCode.NOT_APPLICABLE}),
        (replace(DEFAULTS, po=PoPolicy(format_regex="(")), {"poFormatRegex": FaultCode.WRONG_FORM}),
        (
            replace(
                DEFAULTS, terms=Terms(PaymentTerms.CUSTOM), po=PoPolicy(format_regex=r"(a)\1"),
                credit_limit=CreditLimit(0, "ABC"),
            ),
            {
                "customTermsDays": FaultCode.REQUIRED, "poFormatRegex": FaultCode.WRONG_FORM,
                "creditLimit.currency": FaultCode.UNKNOWN_CURRENCY,
            },
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_at_once(settings: RuleSettings, faults: dict[str, FaultCode]) -> None:
    with pytest.raises(Malformed) as refused:
        check_settings(settings)
    assert {path: fault.code for path, fault in refused.value.field_errors.items()} == faults
