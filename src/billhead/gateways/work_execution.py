"""Port: the system that knows when work is finished (seed 004: owned by Work Execution, not by Billing).

Without an outside system the port is None: then reports come in by `PUT /billing/work-orders/{workOrderId}` alone, and
the slice `work_orders` is the store. `HttpWorkExecution` asks another service:

    GET {base}/work-orders/{workOrderId}    Authorization: Bearer …   X-Tenant: <tenant's id>   traceparent: …
    200 the body of our PUT · 404 unknown · anything else: the system counts as away
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import httpx
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from billhead.refusal import Unavailable

AWAY = "WORK_EXECUTION_AWAY"
MAX_ANSWER_BYTES = 8 * 1024 * 1024
_BACKOFF_SECONDS = (0.1, 0.4)
_PASSING_STATUSES = frozenset({502, 503, 504})
_TRACER = trace.get_tracer("billhead")
_PROPAGATOR = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class ReportedWorkOrder:
    """A work order as an outside system reports it: the body of `PUT /billing/work-orders/{id}`, not yet checked."""

    work_order_id: UUID
    report: Mapping[str, object]


class WorkExecution(Protocol):
    """Asks for a work order; None when the system does not know it; refuses with Unavailable when it is away."""

    def find_work_order(self, tenant_id: UUID, work_order_id: UUID) -> ReportedWorkOrder | None: ...

    def close(self) -> None: ...


def away(reason_code: str, message: str, field_errors: Mapping[str, str] | None = None) -> Unavailable:
    """The refusal when the system cannot be asked, or answers what cannot be used; `reason_code` says which."""
    return Unavailable(AWAY, message, reason_code=reason_code, field_errors=field_errors, retry_after=5)


class HttpWorkExecution:
    """Work orders of another service over HTTP.

    Retried, with backoff: no connection, 502, 503, 504. Never: a timeout once connected, so that a slow system is not
    asked to do more. Redirects are not followed, because the token is for this address alone.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        timeout_seconds: float,
        max_bytes: int = MAX_ANSWER_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`timeout_seconds` bounds connecting, each wait for bytes, and reading the whole answer.

        ValueError when `base_url` is no http or https address.
        """
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("the address of the work-execution system begins with http:// or https://")
        self._base_url = base_url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._sleep = sleep
        self._client = httpx.Client(
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
            timeout=timeout_seconds,
            # Servers commonly close an idle connection after five seconds: never reuse one that is about to be closed.
            limits=httpx.Limits(keepalive_expiry=2),
            follow_redirects=False,
            trust_env=False,
        )

    def find_work_order(self, tenant_id: UUID, work_order_id: UUID) -> ReportedWorkOrder | None:
        """The work order as reported now; see `WorkExecution`. The current trace is passed on."""
        with _TRACER.start_as_current_span("find_work_order", kind=SpanKind.CLIENT):
            headers = {"X-Tenant": str(tenant_id)}
            _PROPAGATOR.inject(headers)
            status, body = self._ask_again(f"{self._base_url}/work-orders/{work_order_id}", headers)
        return self._understand(status, body, work_order_id)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _ask_again(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Ask until an answer is worth reading or there is no pause left."""
        for pause in (*_BACKOFF_SECONDS, None):
            try:
                status, body = self._ask(url, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                status, body = None, b""
            if pause is None or (status is not None and status not in _PASSING_STATUSES):
                break
            self._sleep(pause)
        if status is None:
            raise away("UNREACHABLE", "The work-execution system cannot be reached.")
        return status, body

    def _ask(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body; the body is read only of a 200."""
        deadline = time.monotonic() + self._timeout_seconds
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                body = bytearray()
                if response.status_code == 200:
                    for chunk in response.iter_bytes():
                        body += chunk
                        if len(body) > self._max_bytes:
                            raise away("ANSWER_TOO_LARGE", "The work-execution system answers more than is accepted.")
                        if time.monotonic() > deadline:
                            raise away("TIMEOUT", "The work-execution system answers too slowly.")
                return response.status_code, bytes(body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise
        except httpx.TimeoutException:
            raise away("TIMEOUT", "The work-execution system answers too slowly.") from None
        except httpx.HTTPError:
            raise away("BROKEN_ANSWER", "The work-execution system broke off its answer.") from None

    def _understand(self, status: int, body: bytes, work_order_id: UUID) -> ReportedWorkOrder | None:
        if status == 404:
            return None
        if status != 200:
            raise away(f"STATUS_{status}", f"The work-execution system answers with status {status}.")
        try:
            report = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            report = None
        if not isinstance(report, dict):
            raise away("MALFORMED_ANSWER", "The work-execution system answers what is no JSON object.")
        return ReportedWorkOrder(work_order_id, report)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")
