"""The HTTP application: every slice's routes, one error shape, the console's files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from billhead.access.http import Entry, Needs, refusal_headers, refuse_strangers
from billhead.access.routes import router as access_routes
from billhead.access.runtime import Runtime
from billhead.access.wire import STATUS, ErrorBody, error_body
from billhead.catalog.routes import router as catalog_routes
from billhead.clients.routes import router as client_routes
from billhead.desk.routes import router as desk_routes
from billhead.entrypoints.console import mount_console
from billhead.entrypoints.door import BodyLimit, RateLimit, SecurityHeaders
from billhead.entrypoints.health import router as health_routes
from billhead.entrypoints.telemetry import Telemetry
from billhead.entrypoints.worker import BackgroundWork
from billhead.invoices.issue_run_routes import router as issue_run_routes
from billhead.invoices.routes import router as invoice_routes
from billhead.refusal import Malformed, Refusal
from billhead.tax.routes import router as tax_routes
from billhead.tenants.routes import router as tenant_routes
from billhead.work_orders.routes import router as work_order_routes

ROUTERS = [
    access_routes,
    tenant_routes,
    client_routes,
    catalog_routes,
    tax_routes,
    work_order_routes,
    invoice_routes,
    issue_run_routes,
    desk_routes,
    health_routes,
]


def create_app(runtime: Runtime, *, with_worker: bool = False) -> FastAPI:
    """The application over a runtime; `with_worker` also does jobs and upkeep in this process.

    Stops the worker and disposes of the runtime's database when it shuts down.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker = BackgroundWork(runtime) if with_worker else None
        if worker:
            await run_in_threadpool(worker.start)
        yield
        if worker:
            await run_in_threadpool(worker.stop)
        runtime.database.dispose()

    app = FastAPI(
        title="Billhead",
        version="1",
        description="Finished work in, provable invoices out. Every error has the shape of `ErrorBody`.",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        separate_input_output_schemas=False,
    )
    app.state.runtime = runtime
    for router in ROUTERS:
        app.include_router(router)
    mount_console(app)
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_middleware(BodyLimit, limit=runtime.settings.max_body_bytes)
    app.add_middleware(RateLimit, settings=runtime.settings)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Telemetry)
    return app


def operation_id(route: APIRoute) -> str:
    """The endpoint's own name; `tests/architecture` keeps it unique."""
    return route.name


def _answer_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    body = error_body(error, request.state.correlation_id).model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(body, STATUS[error.kind], refusal_headers(error))


def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """400 with every field at once; but somebody who may not ask at all learns only that."""
    assert isinstance(error, RequestValidationError)
    requirement = getattr(request.state, "needs", None)
    if isinstance(requirement, Needs):
        try:
            refuse_strangers(Entry(request, request.app.state.runtime, b""), requirement)
        except Refusal as refusal:
            return _answer_refusal(request, refusal)
    errors = {_field(e["loc"]): str(e["msg"]) for e in error.errors()}
    return _answer_refusal(request, Malformed("INVALID_REQUEST", "The request is malformed.", field_errors=errors))


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "ROUTE_NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}.get(
        error.status_code, "INVALID_REQUEST"
    )
    body = ErrorBody(error_code=code, message=str(error.detail), correlation_id=request.state.correlation_id)
    content = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(content, error.status_code, dict(error.headers or {}))


def _field(location: tuple[int | str, ...]) -> str:
    """("body", "lines", 0, "quantity") → `lines[0].quantity`; the whole body is `body`."""
    place, *path = location
    if place == "body" and path and isinstance(path[0], int) and len(path) == 1:
        return "body"
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or str(place)
