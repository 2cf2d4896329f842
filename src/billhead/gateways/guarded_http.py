"""Requests to addresses that tenants give: never into the operator's own network (server-side request forgery).

The name is resolved once, every address it has must be public, and the connection goes to the address that was checked,
with the name kept for TLS and the Host header; so a name that resolves otherwise a moment later helps nobody. Redirects
are not followed, proxies of the environment not used, the answer is read up to a limit and within one deadline.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpx

Resolve = Callable[[str, int], list[str]]
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


class Unreached(Exception):
    """No answer was had. `code` is stable; nothing of the address or of the answer is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers in lower case, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GuardedHttp:
    """A client for addresses that the operator did not choose."""

    def __init__(
        self,
        *,
        may_be_private: bool = False,
        timeout_seconds: float = 10.0,
        max_answer_bytes: int = 64 * 1024,
        resolve: Resolve | None = None,
    ) -> None:
        """`may_be_private` lets requests into private and loopback networks, and plain http out."""
        self._may_be_private = may_be_private
        self._timeout = timeout_seconds
        self._max_answer_bytes = max_answer_bytes
        self._resolve = resolve or _resolve

    def check(self, url: str) -> None:
        """Raise Unreached when no request would go to `url`: `NOT_HTTPS`, `BAD_ADDRESS`, `UNKNOWN_HOST`,
        `PRIVATE_ADDRESS`.
        """
        self._place_of(url)

    def send(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes = b"") -> Reply:
        """The answer, whatever its status. Unreached with the codes of `check`, or `TIMEOUT`, `NOT_REACHED`."""
        host, address = self._place_of(url)
        try:
            return asyncio.run(
                asyncio.wait_for(self._ask(method, url, host, address, headers or {}, content), self._timeout)
            )
        except (httpx.TimeoutException, TimeoutError):
            raise Unreached("TIMEOUT") from None
        except (httpx.HTTPError, OSError):
            raise Unreached("NOT_REACHED") from None

    async def _ask(
        self, method: str, url: str, host: str, address: str, headers: Mapping[str, str], content: bytes
    ) -> Reply:
        """In a loop of its own, because only so a server that drips its answer can be left at the deadline."""
        target, named = httpx.URL(url).copy_with(host=address), {**headers, "Host": httpx.URL(url).netloc.decode()}
        async with (
            httpx.AsyncClient(
                timeout=self._timeout, follow_redirects=False, trust_env=False, verify=_trusted()
            ) as client,
            client.stream(
                method, target, headers=named, content=content, extensions={"sni_hostname": host}
            ) as response,
        ):
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= self._max_answer_bytes:
                    break
            return Reply(response.status_code, dict(response.headers), bytes(body[: self._max_answer_bytes]))

    def _place_of(self, url: str) -> tuple[str, str]:
        """The host's name, and the address to connect to."""
        try:
            given = urlsplit(url)
            host, port = given.hostname, given.port
        except ValueError:
            raise Unreached("BAD_ADDRESS") from None
        if given.scheme not in ("https", "http") or not host or given.username or given.password:
            raise Unreached("BAD_ADDRESS")
        if given.scheme == "http" and not self._may_be_private:
            raise Unreached("NOT_HTTPS")
        try:
            found = self._resolve(host, port or (443 if given.scheme == "https" else 80))
        except (OSError, UnicodeError):
            raise Unreached("UNKNOWN_HOST") from None
        if not found:
            raise Unreached("UNKNOWN_HOST")
        if not self._may_be_private and not all(is_public(ip_address(address)) for address in found):
            raise Unreached("PRIVATE_ADDRESS")
        return host, found[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the open Internet, also when it is wrapped in IPv6: mapped, 6to4, NAT64, Teredo."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if wrapped is None and address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificate authorities, read once: that takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


def _resolve(host: str, port: int) -> list[str]:
    """Every address of a host, the system's choice first."""
    return [str(place[4][0]) for place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
