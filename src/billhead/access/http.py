"""Routes with a scope: the only way from HTTP to a session.

    router = Router(tags=["Invoices"])

    @router.post("/billing/invoices/{invoice_id}/issue")
    def issue(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:issue")]) -> InvoiceBody:

A request's whole work is one call in one worker thread: who asks (401), may they (403), the idempotency key, the
endpoint, its answer as bytes, the stored answer, the commit; then the response is sent. A route that names neither
`needs(…)` nor `public()` cannot be declared.
"""

import asyncio
import contextvars
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, get_args, get_origin

from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Depends as DependsParam
from sqlalchemy.exc import OperationalError

from billhead.access.credentials import Credentials, bearer_of
from billhead.access.description import describe_access
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_scope
from billhead.access.wire import Answer, ErrorBody, Postponed, WireModel
from billhead.refusal import Malformed, Refusal
from billhead.storage import idempotency
from billhead.storage.idempotency import KeyedRequest, StoredAnswer

SESSION_COOKIE = "billhead_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_ATTEMPTS = 3
_THREADS = ThreadPoolExecutor(40, "request")
"""Plain threads: handing a call to them costs half of what the web framework's own hop to a thread does."""
_THREADS_APART = ThreadPoolExecutor(2, "health")
"""For routes that must answer while all others wait."""
_KEPT_HEADERS = ("etag", "location")
_RAW_UNSTORABLE = re.compile(rb"\x00|\xed[\xa0-\xbf]")  # NUL, or a surrogate encoded as if it were a character
_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_ESCAPE = re.compile(  # any escape of JSON; its group is one of NUL or of a surrogate that is not half of a pair
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A request at the door: not yet known who asks."""

    request: Request
    runtime: Runtime
    body: bytes

    @property
    def correlation_id(self) -> str:
        return str(self.request.state.correlation_id)

    def credentials(self) -> Credentials:
        """What the request brought to say who it is from."""
        headers = self.request.headers
        return Credentials(
            bearer=bearer_of(headers.get("authorization", "")),
            session_secret=self.request.cookies.get(SESSION_COOKIE),
            csrf_token=headers.get("x-csrf-token"),
            tenant=headers.get("x-tenant"),
            is_unsafe=self.request.method not in SAFE_METHODS,
        )


Prepare = Callable[[Entry, Mapping[str, Any]], None]
"""Work before the transaction: calls to systems outside, which never happen inside one. Gets the path's arguments."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A route's dependency: the permission it needs, None for a public one. `write` None means: unless it is a GET.

    `is_apart`: it answers even when all threads of requests are taken.
    """

    permission: str | None
    write: bool | None = None
    prepare: Prepare | None = None
    is_apart: bool = False

    async def __call__(self, request: Request) -> Entry:
        request.state.needs = self
        request.state.log_ids = {
            name: str(value)
            for name, value in request.path_params.items()
            if name.endswith("_id") and _UUID.fullmatch(str(value))
        }
        body = await request.body() if request.method not in SAFE_METHODS else b""
        if _holds_no_text(body) or "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
            raise Malformed("UNSTORABLE_TEXT", "The request holds a NUL or a lone surrogate, which is no text.")
        return Entry(request, request.app.state.runtime, body)


def _holds_no_text(body: bytes) -> bool:
    """Whether JSON holds a NUL or a lone surrogate, raw or escaped: JSON allows both, no database stores either."""
    if _RAW_UNSTORABLE.search(body):
        return True
    return bool(_SUSPECT_ESCAPE.search(body)) and any(found.group(1) for found in _ESCAPE.finditer(body))


def needs(permission: str, *, write: bool | None = None, prepare: Prepare | None = None) -> Any:
    """Dependency: a scope for whoever asks, if they hold `permission`."""
    return Depends(Needs(permission, write, prepare))


def public(*, apart: bool = False) -> Any:
    """Dependency: no permission needed; the endpoint gets the bare Entry. `apart`: it answers whoever waits."""
    return Depends(Needs(None, is_apart=apart))


def refuse_strangers(entry: Entry, requirement: Needs) -> None:
    """Raise what the route itself would raise to this caller before looking at the request: 401, 403 or 404."""
    if requirement.permission is not None:
        with open_reading(entry, requirement.permission):
            pass


@contextmanager
def open_reading(entry: Entry, permission: str) -> Iterator[Scope]:
    """A read scope for the caller, in a transaction before the route's own."""
    with open_scope(
        entry.runtime, entry.credentials(), permission, write=False, correlation_id=entry.correlation_id
    ) as scope:
        yield scope


class Router(APIRouter):
    """An APIRouter whose endpoints run in a scope and document the one error shape."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, "requirement"):
            endpoint = _scoped(endpoint, path, options.get("status_code") or 200)
        requirement: Needs = endpoint.requirement  # type: ignore[attr-defined]
        options["operation_id"] = endpoint.__name__  # `tests/architecture` keeps it unique
        options["responses"] = _error_responses() | (options.get("responses") or {})
        options["openapi_extra"] = describe_access(requirement.permission, options.get("methods") or ()) | (
            options.get("openapi_extra") or {}
        )
        super().add_api_route(path, endpoint, **options)


def _scoped(endpoint: Callable[..., Any], path: str, status: int) -> Callable[..., Any]:
    name, requirement = _requirement_of(endpoint, path)

    def answer(arguments: dict[str, Any]) -> Response:
        entry: Entry = arguments[name]
        if requirement.permission is None:
            return _as_response(endpoint(**arguments), status)
        if requirement.prepare:
            requirement.prepare(entry, arguments)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _answer_in_scope(
                    entry, requirement, path, status, lambda scope: endpoint(**{**arguments, name: scope})
                )
            except OperationalError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in ("40P01", "40001"):
                    raise
        raise AssertionError("unreachable")

    def answer_or_fail(arguments: dict[str, Any]) -> Response:
        try:
            return answer(arguments)
        except StopIteration as stray:  # a future cannot carry it: the request would hang
            raise RuntimeError("an iterator ended where nobody looked for its end") from stray

    @wraps(endpoint)
    async def run(**arguments: Any) -> Response:
        context = contextvars.copy_context()  # the span of the request, for what is called from here
        threads = _THREADS_APART if requirement.is_apart else _THREADS
        return await asyncio.get_running_loop().run_in_executor(threads, context.run, answer_or_fail, arguments)

    run.requirement = requirement  # type: ignore[attr-defined]
    return run


def _requirement_of(endpoint: Callable[..., Any], path: str) -> tuple[str, Needs]:
    for name, parameter in inspect.signature(endpoint).parameters.items():
        if get_origin(parameter.annotation) is Annotated:
            for extra in get_args(parameter.annotation)[1:]:
                if isinstance(extra, DependsParam) and isinstance(extra.dependency, Needs):
                    return name, extra.dependency
    raise TypeError(f"{path}: the endpoint {endpoint.__name__} names neither needs(…) nor public()")


def _answer_in_scope(
    entry: Entry, requirement: Needs, path: str, status: int, call: Callable[[Scope], object]
) -> Response:
    request = entry.request
    write = request.method not in SAFE_METHODS if requirement.write is None else requirement.write
    assert requirement.permission is not None
    with open_scope(entry.runtime, entry.credentials(), requirement.permission,
                    write=write, correlation_id=entry.correlation_id) as scope:  # fmt: skip
        key = _key_of(request)
        keyed = _keyed_request(entry, scope, path, key) if write and key is not None else None
        if keyed and (stored := idempotency.claim(scope.session, keyed, scope.now)):
            return Response(stored.body, 200 if stored.status == 201 else stored.status,
                            {**stored.headers, "Cache-Control": "no-store", "Idempotent-Replayed": "true"})  # fmt: skip
        result = call(scope)
        scope.session.flush()
        if isinstance(result, Postponed):
            assert keyed is None, f"{path} changes something: its answer cannot be postponed"
        else:
            response = _as_response(result, status)
        if keyed and not (isinstance(result, Answer) and result.holds_secret):
            kept = {k: v for k, v in response.headers.items() if k in _KEPT_HEADERS or k == "content-type"}
            idempotency.store_answer(
                scope.session, keyed, StoredAnswer(response.status_code, kept, bytes(response.body))
            )
    return _as_response(result.make(), status) if isinstance(result, Postponed) else response


def _key_of(request: Request) -> str | None:
    """The Idempotency-Key of a POST; a route that only reads has no use for it, but takes no malformed one either."""
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    if key is not None and not (1 <= len(key) <= 200 and key.isprintable()):
        raise Malformed("INVALID_IDEMPOTENCY_KEY", "An Idempotency-Key has 1 to 200 printable characters.")
    return key


def _keyed_request(entry: Entry, scope: Scope, path: str, key: str) -> KeyedRequest:
    request = entry.request
    print_ = idempotency.fingerprint(request.method, request.url.path, request.url.query, entry.body)
    return KeyedRequest(scope.tenant_id, scope.actor.key, f"{request.method} {path}", key, print_)


def _as_response(result: object, status: int) -> Response:
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result, status)  # type: ignore[arg-type]
    if answer.body is None:
        return Response(status_code=204 if answer.status == 200 else answer.status, headers=answer.headers)
    headers = dict(answer.headers)
    if tag := getattr(answer.body, "etag", None):
        headers["ETag"] = f'"{tag}"'
    # One URL says different things to different people and businesses, and a draft changes with its surroundings:
    # an ETag here is a version for If-Match, never a reason for a cache to answer 304.
    headers.setdefault("Cache-Control", "no-store")
    return Response(_as_json(answer.body), answer.status, headers, media_type="application/json")


def _as_json(body: WireModel) -> bytes:
    return body.__pydantic_serializer__.to_json(body, by_alias=True)


def _error_responses() -> dict[int | str, dict[str, Any]]:
    words = {
        400: "The request is malformed; `fieldErrors` names each place.",
        401: "Nobody known is asking.",
        403: "The permission is missing.",
        404: "There is no such thing in this business.",
        409: "The state of the thing excludes this, or an ETag is stale.",
        413: "A named limit is exceeded.",
        422: "A business fact is missing; `missingFields` or `blockers` names it.",
        428: "An update needs If-Match.",
        429: "Too many requests.",
        500: "A fault of the server; nothing was changed.",
        503: "A system that is needed for this is away.",
    }
    return {status: {"model": ErrorBody, "description": text} for status, text in words.items()}


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Headers that go with a refusal."""
    return {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
