"""The accounts of a business's ledger over HTTP."""

from typing import Annotated

from pydantic import StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import IfMatch, WireModel, etag_of
from billhead.tenants import actions, queries
from billhead.tenants.rules import ChosenAccounts, LedgerAccount

router = Router(tags=["Accounting"])
_Number = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/:-]*$", max_length=40)]


class AccountsInput(WireModel):
    """The ledger's account for each purpose of the journal."""

    receivables: _Number
    revenue: _Number
    fees: _Number
    tax_payable: _Number


class AccountsBody(AccountsInput):
    """`configured` is false while the business has named none and the usual ones hold."""

    configured: bool
    etag: str


@router.get("/billing/accounting/accounts")
def get_ledger_accounts(scope: Annotated[Scope, needs("billing:accounting:view")]) -> AccountsBody:
    """The accounts that the journal books on."""
    return _body(queries.get_accounts(scope))


@router.put("/billing/accounting/accounts")
def put_ledger_accounts(
    body: AccountsInput, scope: Annotated[Scope, needs("billing:accounting:manage")], if_match: IfMatch = None
) -> AccountsBody:
    """Name the accounts; the journal uses them from then on, for earlier events too."""
    numbers = {purpose: str(getattr(body, purpose.lower())) for purpose in LedgerAccount}
    return _body(actions.save_accounts(scope, numbers, if_match))


def _body(chosen: ChosenAccounts) -> AccountsBody:
    numbers = {purpose.lower(): number for purpose, number in chosen.numbers.items()}
    return AccountsBody(configured=chosen.version > 0, etag=etag_of(chosen.version), **numbers)
