"""Secrets that must be read again (gateway keys, TOTP seeds, webhook keys), encrypted at rest with AES-256-GCM.

Each is bound to its tenant and name: a row copied to another tenant or name does not decrypt. Nothing here is logged.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from billhead.storage.database import Database
from billhead.storage.keyring import FILE_NAME, KeyRing
from billhead.storage.settings import Settings
from billhead.storage.tables import Secret, table_of

_SECRET = table_of(Secret)
_BATCH = 500


class SecretStore:
    """The encrypted values in the database, under the keys of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def put(self, session: Session, tenant_id: UUID, name: str, value: str, *, now: datetime) -> None:
        """Keep `value` under `name`, in place of what was there."""
        key_id, sealed = self._ring.encrypt(value.encode(), _bound_to(tenant_id, name))
        insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
        changed = {"key_id": key_id, "sealed": sealed, "changed_at": now}
        session.execute(
            insert(_SECRET)
            .values(tenant_id=tenant_id, name=name, **changed)
            .on_conflict_do_update(index_elements=["tenant_id", "name"], set_=changed)
        )

    def find(self, session: Session, tenant_id: UUID, name: str) -> str | None:
        """The value kept under `name`, or None. A changed row raises `InvalidTag`."""
        own = (_SECRET.c.tenant_id == tenant_id, _SECRET.c.name == name)
        row = session.execute(select(_SECRET).where(*own)).one_or_none()
        return None if row is None else self._open(row).decode()

    def forget(self, session: Session, tenant_id: UUID, name: str) -> None:
        """Delete what is kept under `name`, if anything is."""
        session.execute(delete(_SECRET).where(_SECRET.c.tenant_id == tenant_id, _SECRET.c.name == name))

    def rotate(self, database: Database) -> int:
        """Make a new key and encrypt every secret of every tenant under it; returns how many.

        Works in batches and can be repeated after a failure; a value changed meanwhile is left as it was changed.
        """
        current = self._ring.add_key()
        done = 0
        while batch := self._encrypt_anew(database, current):
            done += batch
        return done

    def _encrypt_anew(self, database: Database, current: str) -> int:
        with database.platform(write=True) as session:
            rows = session.execute(select(_SECRET).where(_SECRET.c.key_id != current).limit(_BATCH)).all()
            for row in rows:
                key_id, sealed = self._ring.encrypt(self._open(row), _bound_to(row.tenant_id, row.name))
                session.execute(
                    update(_SECRET)
                    .where(_SECRET.c.tenant_id == row.tenant_id, _SECRET.c.name == row.name)
                    .where(_SECRET.c.sealed == row.sealed)
                    .values(key_id=key_id, sealed=sealed)
                )
            return len(rows)

    def _open(self, row: Row[tuple[object, ...]]) -> bytes:
        return self._ring.decrypt(row.key_id, row.sealed, _bound_to(row.tenant_id, row.name))


def open_secret_store(settings: Settings) -> SecretStore:
    """Secrets under the key ring in `data_dir`."""
    return SecretStore(KeyRing(settings.data_dir.resolve() / FILE_NAME))


def _bound_to(tenant_id: UUID, name: str) -> bytes:
    return tenant_id.bytes + name.encode()
