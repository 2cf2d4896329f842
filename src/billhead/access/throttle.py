"""Counting attempts at credentials, in transactions of their own, so that parallel guesses and refusals count too."""

import hashlib
from datetime import datetime, timedelta
from types import TracebackType

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from billhead.access.runtime import Runtime
from billhead.access.tables import SignInThrottle
from billhead.refusal import TooMany
from billhead.storage.tables import table_of

WINDOW = timedelta(minutes=15)


def throttle_key(kind: str, value: str) -> str:
    """What attempts are counted under; hashed, because it says who tries to sign in."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def count_attempt(session: Session, key: str, now: datetime) -> int:
    """Count one attempt (taken back by success); returns how many there are in this quarter hour."""
    table = table_of(SignInThrottle)
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    is_old = table.c.window < now - WINDOW
    statement = insert(table).values(key=key, window=now, failures=1)
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "window": case((is_old, now), else_=table.c.window),
            "failures": case((is_old, 1), else_=table.c.failures + 1),
        },
    )
    return int(session.scalar(statement.returning(table.c.failures)) or 0)


class Attempts:
    """Around one attempt of one account: refuses with TooMany `code` when there were too many, counted before.

    `succeeded()` forgets them.
    """

    def __init__(self, runtime: Runtime, kind: str, account: str, *, code: str) -> None:
        self._runtime, self._key, self._code = runtime, throttle_key(kind, account), code
        self._has_succeeded = False

    def __enter__(self) -> "Attempts":
        with self._runtime.database.platform(write=True) as session:
            count = count_attempt(session, self._key, self._runtime.clock.now())
        if count > self._runtime.settings.sign_in_attempts:
            words = "Too many failed attempts. Wait a quarter of an hour and try again."
            raise TooMany(self._code, words, retry_after=int(WINDOW.total_seconds()))
        return self

    def succeeded(self) -> None:
        """The credentials fitted."""
        self._has_succeeded = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._has_succeeded:
            with self._runtime.database.platform(write=True) as session:
                session.execute(delete(SignInThrottle).where(SignInThrottle.key == self._key))
