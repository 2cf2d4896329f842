"""Answers that a caller may keep and ask about again: lists that seldom change, by content (RFC 9110, section 13.1.2).

Everything else is `no-store`: most ETags here are versions for If-Match and say nothing about an answer's bytes.
"""

from hashlib import sha256
from typing import Annotated

from fastapi import Header, Response

from billhead.access.wire import WireModel

IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="the ETag of the answer you have; 304 if it is still right")
]
UNCHANGED: dict[int | str, dict[str, object]] = {304: {"description": "The answer you have is still right."}}
"""What a route with such an answer adds to its `responses`."""
_VARYING = "Authorization, Cookie, X-Tenant"


def answer_unless_known(body: WireModel, if_none_match: str | None) -> Response:
    """The body with an ETag made from its bytes, or 304 without it for somebody who has it already."""
    content = body.model_dump_json(by_alias=True).encode()
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": _VARYING}
    if if_none_match is not None and _names(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


def _names(if_none_match: str, tag: str) -> bool:
    """Weak comparison: a proxy that compressed the answer may have weakened its tag."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return if_none_match.strip() == "*" or tag in given
