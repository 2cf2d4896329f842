"""Two tenant-owned tables of a made-up domain, to try every path of a session on, with real row-level security."""

from uuid import UUID

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from billhead.storage.columns import Id
from billhead.storage.database import Database
from billhead.storage.migrations import guards
from billhead.storage.tables import TENANT, TenantOwned


class LibraryBase(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map = {UUID: Id()}  # noqa: RUF012


class Shelf(TenantOwned, LibraryBase):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str]
    books: Mapped[list["Book"]] = relationship()


class Book(TenantOwned, LibraryBase):
    __tablename__ = "book"
    __table_args__ = (ForeignKeyConstraint([TENANT, "shelf_id"], ["shelf.tenant_id", "shelf.id"]),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shelf_id: Mapped[int]


def build_library(url: str) -> None:
    """Create the tables as the owner, granted and isolated as migrations do."""
    owner = Database(url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        LibraryBase.metadata.create_all(connection)
        with Operations.context(MigrationContext.configure(connection)):
            guards.grant_tables(["shelf", "book"])
            guards.isolate_tenants(["shelf", "book"])
    owner.dispose()


def fill_library(database: Database, tenant_id: UUID) -> None:
    """Shelf 1 with the books 1 and 2, in this tenant; the same ids in every tenant."""
    with database.tenant(tenant_id, write=True) as session:
        session.add(Shelf(id=1, label="law"))
        session.flush()
        session.add_all([Book(id=1, shelf_id=1), Book(id=2, shelf_id=1)])
