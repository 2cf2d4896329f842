"""Port: who moves money out to vendors (BILL-DEC-013). Bank details live there; here a vendor is an id and a reference.

`ManualPayouts` is built in: people pay by their bank and confirm it here, or each payout counts as made at once.
`HttpPayouts` asks another service, and every payout is named by its payment's id, so none can be made twice:

    PUT {base}/payouts/{billingPaymentId}   Authorization: Bearer …   X-Tenant: …   Idempotency-Key: …   traceparent: …
        {"vendorId", "vendorReference", "paymentRef", "amount", "currency"}       amount in minor units
    GET {base}/payouts/{billingPaymentId}   404 when it was never heard of
    200, 201, 202 {"state": "SUCCEEDED" | "FAILED" | "PENDING", "reference"?, "errorCode"?, "detail"?}

Only such a body says how a payout went. Whatever else comes back (no answer, a timeout, any other status) says nothing:
the payout is UNKNOWN, and is asked about again before it would be sent again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from billhead.gateways.guarded_http import GuardedHttp, Reply, Unreached

_TRACER = trace.get_tracer("billhead")
_PROPAGATOR = TraceContextTextMapPropagator()
_MAX_WORDS = 2000


class PayoutState(StrEnum):
    """How a payout stands: made, refused for good, on its way, or nobody knows."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class PayoutOrder:
    """What to pay to whom; `amount` in minor units. `payment_id` names it for ever."""

    tenant_id: UUID
    payment_id: UUID
    vendor_id: UUID
    vendor_reference: str | None
    payment_ref: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutOutcome:
    """How it went. `error_code` and `detail` are the gateway's own words: for few eyes, never for logs."""

    state: PayoutState
    reference: str | None = None
    error_code: str | None = field(default=None, repr=False)
    detail: str | None = field(default=None, repr=False)


UNKNOWN = PayoutOutcome(PayoutState.UNKNOWN)


class Payouts(Protocol):
    """Pays vendors. No method raises for what the other side does: then the outcome is UNKNOWN."""

    @property
    def name(self) -> str:
        """Names the way of paying, as payments keep it."""

    @property
    def is_confirmed_by_people(self) -> bool:
        """Whether a pending payout waits for a person's word instead of being asked about again."""

    def pay(self, order: PayoutOrder) -> PayoutOutcome:
        """Make the payout, once, however often it is called with the same `payment_id`."""

    def find_payout(self, tenant_id: UUID, payment_id: UUID) -> PayoutOutcome | None:
        """How a payout stands; None when it was never heard of there."""

    def close(self) -> None: ...


class ManualPayouts:
    """Nobody outside is asked: people pay by their bank. With `at_once` a payout counts as made when it is ordered."""

    name = "MANUAL"
    is_confirmed_by_people = True

    def __init__(self, *, at_once: bool = False) -> None:
        self._outcome = PayoutOutcome(PayoutState.SUCCEEDED if at_once else PayoutState.PENDING)

    def pay(self, order: PayoutOrder) -> PayoutOutcome:
        """PENDING until a person confirms it, or SUCCEEDED at once."""
        return self._outcome

    def find_payout(self, tenant_id: UUID, payment_id: UUID) -> PayoutOutcome | None:
        """As when it was ordered."""
        return self._outcome

    def close(self) -> None:
        """There is nothing to give back."""


class HttpPayouts:
    """Payouts of another service over HTTP, at an address that the operator chose."""

    name = "HTTP"
    is_confirmed_by_people = False

    def __init__(self, base_url: str, *, token: str | None, timeout_seconds: float) -> None:
        """`timeout_seconds` bounds one whole call. ValueError when `base_url` is no http or https address."""
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("the address of the payout gateway begins with http:// or https://")
        self._base_url = base_url.rstrip("/")
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._http = GuardedHttp(may_be_private=True, timeout_seconds=timeout_seconds)

    def pay(self, order: PayoutOrder) -> PayoutOutcome:
        """Order it there; see `Payouts`."""
        body = {
            "vendorId": str(order.vendor_id), "vendorReference": order.vendor_reference,
            "paymentRef": order.payment_ref, "amount": order.amount, "currency": order.currency,
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(order.payment_id)}
        reply = self._ask("PUT", order.tenant_id, order.payment_id, headers, json.dumps(body).encode())
        return UNKNOWN if reply is None else _understand(reply)

    def find_payout(self, tenant_id: UUID, payment_id: UUID) -> PayoutOutcome | None:
        """Ask how it stands; see `Payouts`."""
        reply = self._ask("GET", tenant_id, payment_id, {}, b"")
        if reply is None:
            return UNKNOWN
        return None if reply.status == 404 else _understand(reply)

    def close(self) -> None:
        """Every call has a connection of its own: there is nothing to give back."""

    def _ask(
        self, method: str, tenant_id: UUID, payment_id: UUID, more: Mapping[str, str], content: bytes
    ) -> Reply | None:
        with _TRACER.start_as_current_span(f"payout {method}", kind=SpanKind.CLIENT):
            headers = {**self._headers, "X-Tenant": str(tenant_id), **more}
            _PROPAGATOR.inject(headers)
            try:
                return self._http.send(
                    method, f"{self._base_url}/payouts/{payment_id}", headers=headers, content=content
                )
            except Unreached:
                return None


def _understand(reply: Reply) -> PayoutOutcome:
    if reply.status not in (200, 201, 202):
        return UNKNOWN
    try:
        told = json.loads(reply.body)
        state = PayoutState(told["state"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return UNKNOWN
    return PayoutOutcome(state, _words(told, "reference", 200), _words(told, "errorCode", 60), _words(told, "detail"))


def _words(told: Mapping[str, object], name: str, most: int = _MAX_WORDS) -> str | None:
    """A text of the answer that any database stores: printable, and not longer than `most`."""
    found = told.get(name)
    if not isinstance(found, str):
        return None
    return "".join(c if c.isprintable() else " " for c in found[:most]).strip() or None
