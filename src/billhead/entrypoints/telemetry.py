"""W3C Trace Context in and out, spans, metrics, and logs that hold ids only (BILL-DEC-015)."""

import re
import secrets
import time
import traceback
from pathlib import Path

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billhead.access.wire import ErrorBody

log = structlog.get_logger("billhead")
_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_ZERO = "0" * 32


class Telemetry:
    """Gives every request its trace, answers with it, logs one line, and turns a bug into one plain error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        trace_id = _trace_id(Headers(scope=scope).get("traceparent", ""))
        span_id = secrets.token_hex(8)
        scope.setdefault("state", {})["correlation_id"] = trace_id
        started, status = time.perf_counter(), 0

        async def with_trace(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["traceparent"] = f"00-{trace_id}-{span_id}-01"
            await send(message)

        try:
            await self.app(scope, receive, with_trace)
        except Exception as error:
            log.error("bug", error=type(error).__name__, where=frames_of(error), correlation_id=trace_id)
            if status:
                raise
            body = ErrorBody(error_code="INTERNAL_ERROR", message="Something went wrong here.", correlation_id=trace_id)
            content = body.model_dump(mode="json", by_alias=True, exclude_none=True)
            await JSONResponse(content, 500)(scope, receive, with_trace)
        route = scope.get("route")
        log.info(
            "request", method=scope["method"], route=getattr(route, "path", None), status=status,
            ms=round((time.perf_counter() - started) * 1000, 1), correlation_id=trace_id,
        )  # fmt: skip


def frames_of(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: places in code, never values or messages."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]]


def _trace_id(traceparent: str) -> str:
    match = _TRACEPARENT.match(traceparent.strip().lower())
    return match.group(1) if match and match.group(1) != _ZERO else secrets.token_hex(16)
