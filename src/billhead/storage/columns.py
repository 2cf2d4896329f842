"""Column types that mean the same on SQLite and PostgreSQL: exact money, exact decimals, UTC times, documents."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Numeric, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

Id = Uuid
"""UUIDv7: native on PostgreSQL, 32 hexadecimal digits on SQLite."""

Whole = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit count or version."""

Bytes = LargeBinary


class Minor(TypeDecorator[int]):
    """Money as integer minor units of its currency. Anything but an int is a bug and raises."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and type(value) is not int:
            raise TypeError(f"money is integer minor units, not {type(value).__name__}")
        return value


class Exact(TypeDecorator[Decimal]):
    """A Decimal kept digit by digit: NUMERIC on PostgreSQL, text on SQLite (whose NUMERIC is a float)."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[object]:
        return cast("TypeEngine[object]", dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric()))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        if type(value) is not Decimal or not value.is_finite():
            raise TypeError(f"an exact number is a finite Decimal, not {value!r}")
        return format(value, "f") if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value))


class Utc(TypeDecorator[datetime]):
    """A moment in UTC with microseconds; naive datetimes raise."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[object]):
    """A JSON document, written with sorted keys so that equal documents are equal bytes. No floats: use strings."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces; what hashes and fingerprints are taken over."""
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
