"""Secrets: unreadable in the database, bound to tenant and name, readable after their key was replaced."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.keyring import FILE_NAME, KeyRing, KeyUnknown
from billhead.storage.secrets import SecretStore, open_secret_store
from billhead.storage.settings import Settings
from billhead.storage.tables import Secret, table_of
from storage.crowd import all_at_once

TENANT, OTHER = new_id(), new_id()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def secrets(tmp_path: Path) -> SecretStore:
    return open_secret_store(Settings(data_dir=tmp_path))


def put(database: Database, secrets: SecretStore, value: str, name: str = "gateway.key") -> None:
    with database.tenant(TENANT, write=True) as session:
        secrets.put(session, TENANT, name, value, now=NOW)


def find(database: Database, secrets: SecretStore, name: str = "gateway.key") -> str | None:
    with database.tenant(TENANT, write=False) as session:
        return secrets.find(session, TENANT, name)


def test_a_secret_is_read_back_and_replaced(database: Database, secrets: SecretStore) -> None:
    assert find(database, secrets) is None
    put(database, secrets, "sk_live_é")
    assert find(database, secrets) == "sk_live_é"
    put(database, secrets, "sk_live_2")
    assert find(database, secrets) == "sk_live_2"
    with database.tenant(TENANT, write=True) as session:
        secrets.forget(session, TENANT, "gateway.key")
    assert find(database, secrets) is None


def test_the_database_does_not_hold_it(database: Database, secrets: SecretStore) -> None:
    put(database, secrets, "sk_live_plain")
    with database.tenant(TENANT, write=False) as session:
        row = session.execute(select(table_of(Secret))).one()
    assert b"sk_live" not in row.sealed
    put(database, secrets, "sk_live_plain")
    with database.tenant(TENANT, write=False) as session:
        assert session.scalar(select(Secret.sealed)) != row.sealed


@pytest.mark.parametrize("moved", [{"name": "other"}, {"tenant_id": OTHER}])
def test_a_row_moved_elsewhere_does_not_decrypt(
    database: Database, secrets: SecretStore, moved: dict[str, object]
) -> None:
    put(database, secrets, "x")
    with database.platform(write=True) as session:
        session.execute(update(table_of(Secret)).values(**moved))
    with database.platform(write=False) as session:
        row = session.scalars(select(Secret)).one()
        with pytest.raises(InvalidTag):
            secrets.find(session, row.tenant_id, row.name)


def test_rotation_encrypts_everything_anew(database: Database, secrets: SecretStore, tmp_path: Path) -> None:
    for number in range(3):
        put(database, secrets, f"value {number}", f"s{number}")
    elsewhere = open_secret_store(Settings(data_dir=tmp_path))
    assert find(database, elsewhere, "s0") == "value 0"
    old = KeyRing(tmp_path / FILE_NAME).keys.current
    assert secrets.rotate(database) == 3
    new = KeyRing(tmp_path / FILE_NAME).keys.current
    with database.tenant(TENANT, write=False) as session:
        assert set(session.scalars(select(Secret.key_id))) == {new} != {old}
    assert [find(database, secrets, f"s{n}") for n in range(3)] == ["value 0", "value 1", "value 2"]
    assert find(database, elsewhere, "s1") == "value 1"
    put(database, elsewhere, "late", "s9")
    assert find(database, secrets, "s9") == "late"


def test_a_key_that_is_gone_is_named(database: Database, secrets: SecretStore, tmp_path: Path) -> None:
    put(database, secrets, "x")
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(KeyUnknown):
        find(database, open_secret_store(Settings(data_dir=tmp_path)))


def test_the_ring_is_its_owners_alone_and_made_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / FILE_NAME
    made = all_at_once(8, lambda number: KeyRing(file).keys.current)
    assert len(set(made)) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [FILE_NAME]
