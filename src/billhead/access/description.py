"""What OpenAPI says about access: how a caller proves who they are, and the headers that every route shares."""

import re
from collections.abc import Iterable
from typing import cast

from pydantic.alias_generators import to_camel

JsonObject = dict[str, object]
_PARAMETER = re.compile(r"(?<=\{)\w+(?=\})")

SECURITY_SCHEMES: JsonObject = {
    "token": {"type": "http", "scheme": "bearer", "description": "an API token of one business"},
    "session": {
        "type": "apiKey", "in": "cookie", "name": "billhead_session",
        "description": "a console session; `X-Tenant` (slug or id) says for which business",
    },
    "csrf": {
        "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
        "description": "`csrfToken` of the session, with every request that changes something",
    },
}  # fmt: skip
_SESSION: list[JsonObject] = [{"session": []}]
_SESSION_WITH_CSRF: list[JsonObject] = [{"session": [], "csrf": []}]
BY_SESSION: JsonObject = {"security": _SESSION}
BY_SESSION_WITH_CSRF: JsonObject = {"security": _SESSION_WITH_CSRF}

_IDEMPOTENCY_KEY: JsonObject = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    "description": "the same key and body give the stored answer again; another body is 409",
}  # fmt: skip


def describe_access(permission: str | None, methods: Iterable[str]) -> JsonObject:
    """The part of an OpenAPI operation that follows from its permission (None: public) and its methods."""
    if permission is None:
        return {"security": []}
    given = set(methods)
    is_safe = given <= {"GET", "HEAD", "OPTIONS"}
    said: JsonObject = {
        "security": [{"token": []}, *(_SESSION if is_safe else _SESSION_WITH_CSRF)],
        "x-permission": permission,
    }
    if "POST" in given:
        said["parameters"] = [_IDEMPOTENCY_KEY]
    return said


def with_wire_names(document: JsonObject) -> JsonObject:
    """An OpenAPI document whose path parameters are camelCase like every other name on the wire: `{invoiceId}`."""
    paths = cast(dict[str, dict[str, JsonObject]], document["paths"])
    for operations in paths.values():
        for operation in operations.values():
            for parameter in cast(list[JsonObject], operation.get("parameters", [])):
                if parameter["in"] == "path":
                    parameter["name"] = to_camel(str(parameter["name"]))
    named = {_PARAMETER.sub(lambda found: to_camel(found[0]), path): found for path, found in paths.items()}
    return {**document, "paths": named}
