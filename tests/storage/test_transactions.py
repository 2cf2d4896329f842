"""All or nothing, on both databases."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.numbering import Reset, create_series
from billhead.storage.tables import NumberSeries

TENANT = new_id()


def series(code: str) -> NumberSeries:
    return NumberSeries(id=new_id(), code=code, pattern="{N}", reset=Reset.NEVER, period="", next_value=1, version=1)


def count(database: Database) -> int | None:
    with database.platform(write=False) as session:
        return session.scalar(select(func.count()).select_from(NumberSeries))


def test_what_was_added_is_committed(database: Database) -> None:
    with database.tenant(TENANT, write=True) as session:
        session.add(series("A"))
    assert count(database) == 1


def test_an_exception_rolls_everything_back(database: Database) -> None:
    def fail_halfway() -> None:
        with database.tenant(TENANT, write=True) as session:
            session.add(series("A"))
            session.flush()
            create_series(session, TENANT, "B", "{N}", Reset.NEVER)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert count(database) == 0


def test_a_failed_flush_at_the_end_rolls_everything_back(database: Database) -> None:
    with pytest.raises(DBAPIError), database.tenant(TENANT, write=True) as session:
        session.add_all([series("A"), series("A")])
    assert count(database) == 0


def test_a_failed_commit_reaches_the_caller_and_saves_nothing(database: Database) -> None:
    def refuse(connection: object) -> None:
        raise OSError("no space left")

    event.listen(database.engine, "commit", refuse)
    with pytest.raises(OSError, match="no space"), database.tenant(TENANT, write=True) as session:
        session.add(series("A"))
    event.remove(database.engine, "commit", refuse)
    assert count(database) == 0
    with database.tenant(TENANT, write=True) as session:
        session.add(series("A"))
    assert count(database) == 1


def test_objects_are_readable_after_the_commit(database: Database) -> None:
    with database.tenant(TENANT, write=True) as session:
        row = series("A")
        session.add(row)
    assert (row.tenant_id, row.code) == (TENANT, "A")


def test_foreign_keys_hold(database: Database) -> None:
    unknown = text("INSERT INTO membership (tenant_id, user_id, role, version, created_at)"
                   " VALUES (:id, :id, 'admin', 1, '2026-01-01')")  # fmt: skip
    some_id = new_id().hex if database.is_sqlite else new_id()
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.platform(write=True) as session:
        session.execute(unknown, {"id": some_id})


def test_errors_do_not_show_parameters(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.platform(write=True) as session:
        session.execute(text("INSERT INTO nowhere VALUES (:email)"), {"email": "ada@example.com"})
    assert "ada@example.com" not in str(caught.value)


def test_writers_do_not_lose_updates(database: Database) -> None:
    with database.tenant(TENANT, write=True) as session:
        session.add(series("A"))
    barrier = Barrier(16)
    errors: list[Exception] = []

    def add_ten() -> None:
        barrier.wait()
        for _ in range(10):
            try:
                with database.tenant(TENANT, write=True) as session:
                    read_then_write(session)
            except OperationalError as error:
                errors.append(error)

    def read_then_write(session: Session) -> None:
        row = session.scalars(select(NumberSeries).with_for_update()).one()
        row.next_value += 1

    threads = [Thread(target=add_ten) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.tenant(TENANT, write=False) as session:
        assert session.scalar(select(NumberSeries.next_value)) == 161


def test_sqlite_writes_are_durable_and_checked(sqlite_database: Database) -> None:
    with sqlite_database.connect(write=False) as connection:
        pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                   for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
