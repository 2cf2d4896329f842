"""Saving what was agreed with an account."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.billing_rules.events import BillingRulesChanged
from billhead.billing_rules.queries import SavedRules, column_values, find_saved_rules
from billhead.billing_rules.rules import RuleSettings, check_settings
from billhead.billing_rules.tables import BillingRulesVersion
from billhead.clients.queries import get_billing_client
from billhead.refusal import Conflict
from billhead.storage.tables import table_of


def save_rules(scope: Scope, client_id: UUID, settings: RuleSettings, if_match: str | None) -> SavedRules:
    """Save an account's rules as a new version; what is saved already is left as it is (BILL-DEC-006).

    Without `if_match` only the first version can be made: PreconditionRequired when there is one. With it the newest
    version must be the one named, else Conflict; an account without rules has none that could be named.
    """
    get_billing_client(scope, client_id)
    current = find_saved_rules(scope, client_id)
    _require_match(if_match, current)
    check_settings(settings)
    if current is not None and current.settings == settings:
        return current
    made = SavedRules(
        client_id, settings, current.version + 1 if current else 1, scope.now, scope.actor.key, scope.actor.user_id
    )
    _insert(scope, made, if_match)
    scope.record(BillingRulesChanged(subject_id=client_id, subject_version=made.version))
    scope.audit(
        "billing-rules.change", "client", client_id, policy_version=f"rules-v{made.version}",
        detail=_differences(current.settings if current else None, settings),
    )  # fmt: skip
    return made


def _require_match(if_match: str | None, current: SavedRules | None) -> None:
    if current is not None:
        require_match(if_match, current.version)
    elif if_match is not None:
        raise Conflict("STALE_ETAG", "Nothing was agreed with this account yet. Leave out If-Match to begin.")


def _insert(scope: Scope, made: SavedRules, if_match: str | None) -> None:
    """Write a version; whoever was slower than somebody else is told what they would have been told a moment later."""
    values = column_values(made.settings) | {
        "tenant_id": scope.tenant_id, "client_id": made.account_id, "version": made.version,
        "saved_at": made.saved_at, "saved_by": made.saved_by, "saved_by_user_id": made.saved_by_user_id,
    }  # fmt: skip
    try:
        with scope.session.begin_nested():
            scope.session.execute(insert(table_of(BillingRulesVersion)).values(values))
    except IntegrityError as error:
        get_billing_client(scope, made.account_id)
        winner = find_saved_rules(scope, made.account_id)
        if winner is None or winner.version < made.version:
            raise
        require_match(if_match, winner.version)
        raise Conflict(
            "STALE_ETAG", "This was changed by somebody else. Read it again and repeat your change."
        ) from error


def _differences(before: RuleSettings | None, after: RuleSettings) -> dict[str, object]:
    """What changed, by column: `[before, after]`; for the first version everything, from null."""
    old, new = column_values(before) if before else {}, column_values(after)
    return {name: [old.get(name), value] for name, value in new.items() if name not in old or old[name] != value}
