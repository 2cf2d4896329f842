"""The HTTP application: every slice's routes, one error shape, the console's files."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from pydantic.alias_generators import to_camel
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from billhead.access.description import SECURITY_SCHEMES, with_wire_names
from billhead.access.elevation_routes import router as elevation_routes
from billhead.access.faults import fault_of
from billhead.access.http import Entry, Needs, refusal_headers, refuse_strangers
from billhead.access.routes import router as access_routes
from billhead.access.runtime import Runtime
from billhead.access.wire import STATUS, ErrorBody, error_body
from billhead.billing_rules.option_routes import router as option_routes
from billhead.billing_rules.routes import router as billing_rules_routes
from billhead.catalog.routes import router as catalog_routes
from billhead.checkout.routes import router as checkout_routes
from billhead.clients.routes import router as client_routes
from billhead.desk.journal_routes import router as journal_routes
from billhead.desk.routes import router as desk_routes
from billhead.desk.template_preview_routes import router as template_preview_routes
from billhead.desk.work_order_routes import router as work_order_list_routes
from billhead.entrypoints.console import mount_console
from billhead.entrypoints.door import BodyLimit, HeadAsGet, RateLimit, SecurityHeaders
from billhead.entrypoints.health import router as health_routes
from billhead.entrypoints.telemetry import Telemetry
from billhead.entrypoints.worker import BackgroundWork
from billhead.invoices.issue_run_routes import router as issue_run_routes
from billhead.invoices.rendition_routes import router as rendition_routes
from billhead.invoices.routes import router as invoice_routes
from billhead.payables.payment_routes import router as vendor_payment_routes
from billhead.payables.routes import router as payable_routes
from billhead.refusal import Malformed, Refusal, Unavailable
from billhead.storage.database import is_away
from billhead.tax.routes import router as tax_routes
from billhead.templates.font_routes import router as font_routes
from billhead.templates.routes import router as template_routes
from billhead.templates.tool_routes import router as template_tool_routes
from billhead.tenants.account_routes import router as account_routes
from billhead.tenants.routes import router as tenant_routes
from billhead.webhooks.routes import router as webhook_routes
from billhead.work_orders.routes import router as work_order_routes

ROUTERS = [
    invoice_routes,
    rendition_routes,
    issue_run_routes,
    work_order_routes,
    work_order_list_routes,
    access_routes,
    elevation_routes,
    tenant_routes,
    checkout_routes,
    client_routes,
    catalog_routes,
    tax_routes,
    billing_rules_routes,
    option_routes,
    payable_routes,
    vendor_payment_routes,
    template_routes,
    template_tool_routes,
    font_routes,
    template_preview_routes,
    desk_routes,
    webhook_routes,
    account_routes,
    journal_routes,
    health_routes,
]
"""Looked through in this order for each request: the busiest first."""


# FastAPI's own spans and logs carry paths, queries and what people typed; ours (`Telemetry`) carry ids.
_NO_OTHER_TELEMETRY = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)


class Application(FastAPI):
    """FastAPI that also describes how callers prove who they are."""

    def openapi(self) -> dict[str, object]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = with_wire_names(super().openapi())
        document: dict[str, object] = self.openapi_schema
        components = document.setdefault("components", {})
        assert isinstance(components, dict)
        components["securitySchemes"] = SECURITY_SCHEMES
        return document


def create_app(runtime: Runtime, *, with_worker: bool = False) -> FastAPI:
    """The application over a runtime; `with_worker` also does jobs and upkeep in this process.

    Stops the worker and disposes of the runtime's database when it shuts down.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker = BackgroundWork(runtime) if with_worker else None
        if worker:
            await run_in_threadpool(worker.start)
        # What was made so far lives as long as the process: the collector need not look at it again.
        gc.freeze()
        yield
        if worker:
            await run_in_threadpool(worker.stop)
        runtime.close()

    app = Application(
        title="Billhead",
        docs_url=None,
        redoc_url=None,
        version="1",
        description="Finished work in, provable invoices out. Every error has the shape of `ErrorBody`.",
        lifespan=lifespan,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        telemetry=_NO_OTHER_TELEMETRY,
    )
    app.state.runtime = runtime
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # flat: an included router is searched for twice at each request
    mount_console(app)
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(OperationalError, _answer_database_trouble)
    app.add_middleware(BodyLimit, limit=runtime.settings.max_body_bytes)
    app.add_middleware(RateLimit, settings=runtime.settings)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Telemetry)
    app.add_middleware(SecurityHeaders, is_https=runtime.settings.public_url.startswith("https://"))
    return app


def _answer_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    body = error_body(error, request.state.correlation_id).model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(body, STATUS[error.kind], refusal_headers(error))


def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """400 with every field at once; but somebody who may not ask at all learns only that."""
    assert isinstance(error, RequestValidationError)
    requirement = getattr(getattr(request.scope.get("route"), "endpoint", None), "requirement", None)
    if isinstance(requirement, Needs):
        try:
            refuse_strangers(Entry(request, request.app.state.runtime, b""), requirement)
        except Refusal as refusal:
            return _answer_refusal(request, refusal)
    errors = {_field(e["loc"]): fault_of(e) for e in error.errors()}
    return _answer_refusal(request, Malformed("INVALID_REQUEST", "The request is malformed.", field_errors=errors))


def _answer_database_trouble(request: Request, error: Exception) -> JSONResponse:
    """503 while the database is away, busy or full; anything else it objects to is a bug of ours."""
    assert isinstance(error, OperationalError)
    if not is_away(error):
        raise error
    words = "The database does not answer. Try again in a moment."
    return _answer_refusal(request, Unavailable("DATABASE_AWAY", words, retry_after=5))


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    if status not in (404, 405):
        return _answer_unreadable(request) if status == 400 else _plain_error(request, status, "INVALID_REQUEST")
    allowed = {
        method
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path_regex.fullmatch(request.url.path)
        for method in (route.methods or set()) | ({"HEAD"} if "GET" in (route.methods or ()) else set())
    }
    if not allowed - {request.method}:
        return _plain_error(request, 404, "ROUTE_NOT_FOUND")
    return _plain_error(request, 405, "METHOD_NOT_ALLOWED", {"Allow": ", ".join(sorted(allowed))})


def _answer_unreadable(request: Request) -> JSONResponse:
    """A body that is no JSON at all, or JSON too deep or with numbers too long to read."""
    fault = {"type": "unreadable", "loc": ("body",), "msg": "cannot be read as JSON"}
    return _answer_invalid(request, RequestValidationError([fault]))


def _plain_error(request: Request, status: int, code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    words = {404: "There is nothing here.", 405: "This cannot be done here; Allow says what can."}
    message = words.get(status, "The request is malformed.")
    body = ErrorBody(error_code=code, message=message, correlation_id=request.state.correlation_id)
    return JSONResponse(body.model_dump(mode="json", by_alias=True, exclude_none=True), status, headers)


def _field(location: tuple[int | str, ...]) -> str:
    """("body", "lines", 0, "quantity") → `lines[0].quantity`; the whole body is `body`."""
    place, *path = location
    if place == "path":
        return to_camel(str(path[0]))
    if place == "body" and path and isinstance(path[0], int) and len(path) == 1:
        return "body"
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or str(place)
