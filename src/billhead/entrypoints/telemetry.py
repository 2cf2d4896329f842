"""W3C Trace Context in and out, spans, metrics, and logs that hold ids only (BILL-DEC-015).

A log line is JSON with names, ids, counts and times. An exception is logged as its type and the places in code it
passed; its message is not, because messages of databases and parsers quote what people typed.
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, format_span_id, format_trace_id
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billhead.access.wire import ErrorBody
from billhead.storage.settings import Settings

log = structlog.get_logger("billhead")
REQUESTS = Counter("billhead_http_requests_total", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("billhead_http_request_seconds", "Time to answer", ["method", "route"])


class _WhenHeard(Sampler):
    """Every request's span is recorded when a processor listens; else a trace has ids and costs nothing more."""

    def __init__(self) -> None:
        self.is_heard = False

    def should_sample(self, parent_context: Context | None, *_: object, **__: object) -> SamplingResult:
        state = trace.get_current_span(parent_context).get_span_context().trace_state
        return SamplingResult(Decision.RECORD_AND_SAMPLE if self.is_heard else Decision.DROP, trace_state=state)

    def get_description(self) -> str:
        return "WhenHeard"


_SAMPLER = _WhenHeard()
_PROVIDER = TracerProvider(sampler=_SAMPLER, resource=Resource.create({"service.name": "billhead"}))
_TRACER = _PROVIDER.get_tracer("billhead")
_propagator = TraceContextTextMapPropagator()
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
_QUIET = {"/healthz", "/readyz", "/metrics"}


def set_up_telemetry(settings: Settings) -> None:
    """JSON logs on standard error, and spans to the collector of `BILLHEAD_OTLP_ENDPOINT` if there is one."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_messages,
    ]
    renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[_of_library, *shared, renderer]))
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for name in ("httpx", "httpcore", "procrastinate", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
        hear_spans(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(_PROVIDER)


def hear_spans(processor: SpanProcessor) -> None:
    """Give every span from now on to `processor` too."""
    _PROVIDER.add_span_processor(processor)
    _SAMPLER.is_heard = True


def frames_of(error: BaseException) -> list[str]:
    """Where an error came from, innermost last: places in code, never values or messages."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]]


def drop_messages(logger: object, method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Turn `exc_info` into the error's type and its places in code."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given else None
    if isinstance(error, BaseException):
        event["error"], event["where"] = type(error).__name__, frames_of(error)
    return event


def _of_library(logger: object, method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A library's log record: its logger's name, its text, and the exception it carries."""
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    if isinstance(record, logging.LogRecord):
        event["logger"] = record.name
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event


class Telemetry:
    """Gives every request its trace, answers with it, measures it, logs one line, turns a bug into one plain error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("traceparent")
        incoming = _propagator.extract({"traceparent": given}) if given else None
        with _TRACER.start_as_current_span(
            _method_of(scope), incoming, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            await self._answer(scope, receive, send, span)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, span: trace.Span) -> None:
        context = span.get_span_context()
        trace_id = format_trace_id(context.trace_id)
        scope.setdefault("state", {})["correlation_id"] = trace_id
        started, status = time.perf_counter(), 0

        async def with_trace(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                header = f"00-{trace_id}-{format_span_id(context.span_id)}-{context.trace_flags:02x}"
                message["headers"] = [*message.get("headers", ()), (b"traceparent", header.encode())]
            await send(message)

        try:
            await self.app(scope, receive, with_trace)
        except Exception as error:
            log.error("bug", error=type(error).__name__, where=frames_of(error), correlation_id=trace_id)
            span.set_status(trace.StatusCode.ERROR)
            if status:
                self._note(scope, span, status, time.perf_counter() - started, trace_id)
                raise
            body = ErrorBody(error_code="INTERNAL_ERROR", message="Something went wrong here.", correlation_id=trace_id)
            content = body.model_dump(mode="json", by_alias=True, exclude_none=True)
            await JSONResponse(content, 500)(scope, receive, with_trace)
        self._note(scope, span, status, time.perf_counter() - started, trace_id)

    def _note(self, scope: Scope, span: trace.Span, status: int, seconds: float, trace_id: str) -> None:
        route = getattr(scope.get("route"), "path", None) or "none"
        method = _method_of(scope)
        if span.is_recording():
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {"http.request.method": method, "http.route": route, "http.response.status_code": status}
            )
        requests, durations = _meters(method, route, status)
        requests.inc()
        durations.observe(seconds)
        if route not in _QUIET:
            log.info(
                "request", method=method, route=route, status=status, ms=round(seconds * 1000, 1),
                correlation_id=trace_id, **scope["state"].get("log_ids", {}),
            )  # fmt: skip


@lru_cache(maxsize=4096)
def _meters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The counter and the histogram of one kind of answer; finding them costs more than using them."""
    return REQUESTS.labels(method, route, status), SECONDS.labels(method, route)


def _method_of(scope: Scope) -> str:
    """The request's method; what is no known one is OTHER, so that callers cannot invent metrics."""
    return str(scope["method"]) if scope["method"] in _METHODS else "OTHER"
