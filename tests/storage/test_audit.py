"""The audit chain: sealed in order, verifiable, and broken by whatever is done to it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billhead.storage import audit
from billhead.storage.audit import Verification
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.upkeep import seal_audit
from storage.crowd import all_at_once

TENANT, OTHER = new_id(), new_id()
NOW = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)


def record(database: Database, tenant_id: UUID = TENANT, reason: str | None = "because é") -> None:
    with database.tenant(tenant_id, write=True) as session:
        act = audit.Act(act="cup.break", subject_type="cup", subject_id=new_id(), permission="cup:break",
                        reason=reason, detail={"size": 2})  # fmt: skip
        audit.record(session, tenant_id, act, now=NOW, actor="user:1", correlation_id="c")


def verify(database: Database, tenant_id: UUID = TENANT) -> Verification:
    with database.tenant(tenant_id, write=False) as session:
        return audit.verify(session, tenant_id)


def test_entries_are_sealed_and_verified(database: Database) -> None:
    for tenant_id in (TENANT, OTHER, TENANT):
        record(database, tenant_id)
    assert verify(database) == Verification(0, 2, None, None)
    assert seal_audit(database) == 3
    assert seal_audit(database) == 0
    record(database)
    assert verify(database) == Verification(2, 1, None, None)
    seal_audit(database)
    assert verify(database) == Verification(3, 0, None, None)
    assert verify(database, OTHER) == Verification(1, 0, None, None)


def test_many_writers_and_sealers_make_one_chain(database: Database) -> None:
    def act(number: int) -> None:
        for _ in range(5):
            record(database)
            if number % 4 == 0:
                seal_audit(database)

    all_at_once(16, act)
    while seal_audit(database):
        pass
    assert verify(database) == Verification(80, 0, None, None)


CHANGES = {
    "actor": "UPDATE audit_entry SET actor = 'user:2' WHERE position = 2",
    "reason": "UPDATE audit_entry SET reason = NULL WHERE position = 2",
    "detail": "UPDATE audit_entry SET detail = '{}' WHERE position = 2",
    "hash": "UPDATE audit_entry SET hash = 'x' WHERE position = 2",
    "sealing again": "UPDATE audit_entry SET position = NULL WHERE position = 2",
    "deletion": "DELETE FROM audit_entry WHERE position = 2",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_application_cannot_change_an_entry(database: Database, change: str) -> None:
    for _ in range(3):
        record(database)
    seal_audit(database)
    with pytest.raises(DBAPIError, match="audit_entry keeps"), database.platform(write=True) as session:
        session.execute(text(change))
    assert verify(database).intact


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_the_owner_changes_is_found(database: Database, database_url: str, change: str) -> None:
    for _ in range(3):
        record(database)
    seal_audit(database)
    owner = Database(database_url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        for name in ("guard_audit_entry_update", "guard_audit_entry_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if owner.is_sqlite else " ON audit_entry"))
        connection.exec_driver_sql(change)
    owner.dispose()
    found = verify(database)
    assert not found.intact
    assert found.broken_at == 2


def test_a_cut_off_end_is_found(database: Database, database_url: str) -> None:
    for _ in range(3):
        record(database)
    seal_audit(database)
    owner = Database(database_url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        connection.exec_driver_sql(
            "DROP TRIGGER guard_audit_entry_delete" + ("" if owner.is_sqlite else " ON audit_entry")
        )
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE position = 3")
    owner.dispose()
    assert verify(database) == Verification(2, 0, 3, "the end of the chain is missing")


def test_an_unsealed_entry_cannot_be_changed_either(database: Database) -> None:
    record(database)
    with pytest.raises(DBAPIError, match="audit_entry keeps"), database.platform(write=True) as session:
        session.execute(text("UPDATE audit_entry SET reason = 'x'"))
