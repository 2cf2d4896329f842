"""What happens to a request before any route sees it: size, rate, HEAD, and the headers browsers are told."""

import time
from collections import OrderedDict
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billhead.access.credentials import bearer_of, network_of
from billhead.access.secrets import hash_secret
from billhead.access.wire import ErrorBody
from billhead.storage.settings import Settings

_CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "frame-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)
_TOLD_BROWSERS = {
    "content-security-policy": _CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_BUCKETS = 20_000


class BodyLimit:
    """Refuses a body larger than `limit` bytes, declared or streamed."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.limit:
            return await _refuse(scope, receive, send, 413, "BODY_TOO_LARGE", self._words())
        if declared.isdigit() and "transfer-encoding" not in headers:
            return await self.app(scope, receive, send)  # the server lets no more in than was declared
        seen = 0
        started = refused = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self.limit:
                    raise _BodyTooLarge
            return message

        async def noted(message: Message) -> None:
            """Whatever a route makes of a body that broke off, the caller learns that it was too large."""
            nonlocal started, refused
            if refused:
                return
            if seen > self.limit and not started:
                refused = True
                await _refuse(scope, receive, send, 413, "BODY_TOO_LARGE", self._words())
                return
            started = True
            await send(message)

        try:
            return await self.app(scope, counted, noted)
        except _BodyTooLarge:
            if started:
                raise
            if not refused:
                await _refuse(scope, receive, send, 413, "BODY_TOO_LARGE", self._words())

    def _words(self) -> str:
        return f"The request's body is larger than {self.limit} bytes."


class _BodyTooLarge(Exception):
    pass


class RateLimit:
    """A token bucket per API token and per address, in this process's memory; full after a minute of rest."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.per_token = settings.requests_per_minute_per_token
        self.per_address = settings.requests_per_minute_per_address
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            now = time.monotonic()
            waits = [self._wait(key, limit, now) for key, limit in self._keys(scope)]
            if wait := max(waits, default=0.0):
                words = "Too many requests. Slow down."
                return await _refuse(
                    scope, receive, send, 429, "RATE_LIMITED", words, {"Retry-After": str(int(wait) + 1)}
                )
        return await self.app(scope, receive, send)

    def _keys(self, scope: Scope) -> Iterable[tuple[str, int]]:
        if scope.get("client"):
            yield f"address:{network_of(scope['client'][0])}", self.per_address
        if token := bearer_of(Headers(scope=scope).get("authorization", "")):
            yield f"token:{hash_secret(token)}", self.per_token

    def _wait(self, key: str, per_minute: int, now: float) -> float:
        """Seconds until one more request is allowed; 0 when it is now."""
        left, at = self.buckets.pop(key, (float(per_minute), now))
        left = min(float(per_minute), left + (now - at) * per_minute / 60)
        allowed = left >= 1
        self.buckets[key] = (left - 1 if allowed else left, now)
        if len(self.buckets) > _BUCKETS:
            self.buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / per_minute


class HeadAsGet:
    """Answers HEAD as GET would, without the content (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def without_content(message: Message) -> None:
            scope["method"] = "HEAD"  # the server looks here to learn that no content follows
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        scope["method"] = "GET"
        try:
            return await self.app(scope, receive, without_content)
        finally:
            scope["method"] = "HEAD"


class SecurityHeaders:
    """What every answer tells a browser: no framing by others, no sniffing, no scripts but our own, no copies kept."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self.app = app
        told = _TOLD_BROWSERS | ({"strict-transport-security": "max-age=31536000"} if is_https else {})
        self.told = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                said = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *(header for header in self.told if header[0] not in said)]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, code: str, message: str,
    headers: dict[str, str] | None = None,
) -> None:  # fmt: skip
    body = ErrorBody(error_code=code, message=message, correlation_id=scope["state"]["correlation_id"])
    response = JSONResponse(body.model_dump(mode="json", by_alias=True, exclude_none=True), status, headers)
    await response(scope, receive, send)
