"""What happened to tax regions and fee rules."""

from dataclasses import dataclass
from typing import ClassVar

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRegionCreated(Event):
    type: ClassVar[str] = "billhead.tax-region.created"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRegionChanged(Event):
    type: ClassVar[str] = "billhead.tax-region.changed"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRegionDeleted(Event):
    type: ClassVar[str] = "billhead.tax-region.deleted"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRuleCreated(Event):
    type: ClassVar[str] = "billhead.fee-rule.created"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRuleChanged(Event):
    type: ClassVar[str] = "billhead.fee-rule.changed"
    code: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRuleDeleted(Event):
    type: ClassVar[str] = "billhead.fee-rule.deleted"
    code: str
