"""What happened to billing rules. The subject is the account; its version is the version of the rules."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRulesChanged(Event):
    """Rules were saved for an account, for the first time as version 1."""

    type: ClassVar[str] = "billhead.billing-rules.changed"
