"""New identifiers. Everything is named by a UUIDv7 (RFC 9562, section 5.7), so ids sort by time."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7. Rules never call this: they take new ids as arguments."""
    return uuid7()
