"""Places in a tenant's ordered chains, given out to committed rows by one writer at a time."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from billhead.storage.tables import ChainHead, table_of


def extend_chain(session: Session, tenant_id: UUID, chain: str, count: int) -> tuple[int, str | None]:
    """Take the next `count` places: the first of them, and the hash the chain ended with.

    Locks the head of this chain to the end of the transaction, so places are dense and in commit order.
    """
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    table = table_of(ChainHead)
    taken = session.execute(
        insert(table)
        .values(tenant_id=tenant_id, chain=chain, position=count)
        .on_conflict_do_update(index_elements=["tenant_id", "chain"], set_={"position": table.c.position + count})
        .returning(table.c.position, table.c.hash)
    ).one()
    return taken.position - count + 1, taken.hash


def set_chain_hash(session: Session, tenant_id: UUID, chain: str, value: str) -> None:
    """Remember the hash that the chain now ends with."""
    table = table_of(ChainHead)
    session.execute(update(table).where(table.c.tenant_id == tenant_id, table.c.chain == chain).values(hash=value))


def chain_head(session: Session, tenant_id: UUID, chain: str) -> tuple[int, str | None]:
    """(last position, last hash); (0, None) for a chain without places."""
    table = table_of(ChainHead)
    row = session.execute(
        select(table.c.position, table.c.hash).where(table.c.tenant_id == tenant_id, table.c.chain == chain)
    ).one_or_none()
    return (row.position, row.hash) if row else (0, None)


def is_alone(session: Session, chain: str) -> bool:
    """Whether this transaction is the only one that orders this chain; it stays so to its end.

    SQLite has one writer anyway. On PostgreSQL a second one gets False and leaves the work to the first, so that rows
    are ordered as they were made, also when there are many workers.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(f"billhead.{chain}")))))
