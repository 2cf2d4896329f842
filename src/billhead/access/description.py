"""What OpenAPI says about access: how a caller proves who they are, and the headers that every route shares."""

from collections.abc import Iterable

JsonObject = dict[str, object]

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
