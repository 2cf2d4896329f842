"""A tenant's session sees and writes that tenant's rows alone, whichever way; row-level security holds without it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import aliased, joinedload, selectinload

from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.tables import CrossTenantWrite, TenantSession
from storage.library import Book, Shelf, build_library, fill_library

OURS, THEIRS = new_id(), new_id()


@pytest.fixture
def library(database: Database, database_url: str) -> Database:
    """Both tenants have the same shelf and books; theirs also have shelf 2 with book 3."""
    build_library(database_url)
    fill_library(database, OURS)
    fill_library(database, THEIRS)
    with database.tenant(THEIRS, write=True) as session:
        session.add(Shelf(id=2, label="theirs"))
        session.flush()
        session.add(Book(id=3, shelf_id=2))
    return database


def _books_of_lazy_shelf(session: TenantSession) -> list[int]:
    shelf = session.get(Shelf, (OURS, 1))
    assert shelf is not None
    return [book.id for book in shelf.books]


READS: dict[str, tuple[Callable[[TenantSession], object], object]] = {
    "select": (lambda s: [b.id for b in s.scalars(select(Book).order_by(Book.id))], [1, 2]),
    "legacy query": (lambda s: s.query(Book).count(), 2),
    "get of theirs": (lambda s: s.get(Shelf, (THEIRS, 2)), None),
    "lazy": (_books_of_lazy_shelf, [1, 2]),
    "joined": (
        lambda s: [len(x.books) for x in s.scalars(select(Shelf).options(joinedload(Shelf.books))).unique()],
        [2],
    ),
    "select-in": (lambda s: [len(x.books) for x in s.scalars(select(Shelf).options(selectinload(Shelf.books)))], [2]),
    "columns": (lambda s: s.execute(select(Shelf.id, Shelf.label)).all(), [(1, "law")]),
    "alias": (lambda s: s.scalars(select(aliased(Shelf).id)).all(), [1]),
    "count": (lambda s: s.scalar(select(func.count()).select_from(Book)), 2),
    "join": (lambda s: len(s.execute(select(Book.id, Shelf.id).join(Shelf, Book.shelf_id == Shelf.id)).all()), 2),
    "subquery": (lambda s: len(s.scalars(select(Book.id).where(Book.shelf_id.in_(select(Shelf.id)))).all()), 2),
    "exists": (lambda s: s.scalar(select(select(Shelf).where(Shelf.id == 2).exists())), False),
}


@pytest.mark.parametrize("path", READS)
def test_only_own_rows_are_read(library: Database, path: str) -> None:
    read, expected = READS[path]
    with library.tenant(OURS, write=False) as session:
        assert read(session) == expected


def test_the_tenant_is_not_cached_with_the_statement(library: Database) -> None:
    for tenant_id, count in ((OURS, 1), (THEIRS, 2), (OURS, 1)):
        with library.tenant(tenant_id, write=False) as session:
            assert len(session.scalars(select(Shelf)).all()) == count


def test_update_and_delete_touch_only_own_rows(library: Database) -> None:
    with library.tenant(OURS, write=True) as session:
        assert len(session.execute(update(Book).values(id=Book.id + 10).returning(Book.id)).all()) == 2
        assert session.execute(delete(Book).where(Book.id == 3).returning(Book.id)).all() == []
    with library.tenant(THEIRS, write=False) as session:
        assert session.scalars(select(Book.id).order_by(Book.id)).all() == [1, 2, 3]


def test_new_rows_are_stamped(library: Database) -> None:
    with library.tenant(OURS, write=True) as session:
        session.add(Shelf(id=9, label="new"))
        session.flush()
        assert session.get(Shelf, (OURS, 9)) is not None


def _add(session: TenantSession) -> None:
    session.add(Shelf(id=7, label="x", tenant_id=THEIRS))
    session.flush()


def _merge(session: TenantSession) -> None:
    session.merge(Shelf(id=2, label="x", tenant_id=THEIRS))
    session.flush()


def _move(session: TenantSession) -> None:
    shelf = session.get(Shelf, (OURS, 1))
    assert shelf is not None
    shelf.tenant_id = THEIRS
    session.flush()


def _insert(session: TenantSession) -> None:
    session.execute(insert(Shelf).values(id=7, label="x", tenant_id=THEIRS))


def _update_by_key(session: TenantSession) -> None:
    session.execute(update(Shelf), [{"tenant_id": THEIRS, "id": 2, "label": "x"}])


@pytest.mark.parametrize("write", [_add, _merge, _move, _insert, _update_by_key])
def test_rows_of_another_tenant_cannot_be_written(library: Database, write: Callable[[TenantSession], None]) -> None:
    with pytest.raises(CrossTenantWrite), library.tenant(OURS, write=True) as session:
        write(session)
    with library.tenant(THEIRS, write=False) as session:
        assert session.execute(select(Shelf.id, Shelf.label).order_by(Shelf.id)).all() == [(1, "law"), (2, "theirs")]


def test_the_platform_sees_all_tenants(library: Database) -> None:
    with library.platform(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Book)) == 5


class TestRowLevelSecurity:
    """PostgreSQL's own lock, tried with plain SQL as the application's role."""

    @pytest.fixture
    def shelves(self, postgresql_database: Database, postgresql_url: str) -> Database:
        build_library(postgresql_url)
        fill_library(postgresql_database, OURS)
        fill_library(postgresql_database, THEIRS)
        return postgresql_database

    def test_the_role_is_neither_superuser_nor_allowed_to_bypass(self, shelves: Database) -> None:
        with shelves.connect(write=False) as connection:
            row = connection.execute(
                text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            ).one()
        assert tuple(row) == ("billhead_app", False, False)

    def test_another_tenants_rows_are_invisible(self, shelves: Database) -> None:
        assert self._count(shelves, OURS) == 1

    def test_without_a_tenant_nothing_is_visible(self, shelves: Database) -> None:
        with shelves.connect(write=False) as connection:
            assert connection.scalar(text("SELECT count(*) FROM shelf")) == 0

    def test_the_tenant_ends_with_its_transaction(self, shelves: Database) -> None:
        with shelves.engine.connect() as connection:
            with connection.begin():
                shelves.bind_tenant(connection, OURS)
                assert connection.scalar(text("SELECT count(*) FROM shelf")) == 1
            with connection.begin():
                assert connection.scalar(text("SELECT count(*) FROM shelf")) == 0

    def test_another_tenants_rows_cannot_be_written(self, shelves: Database) -> None:
        with shelves.tenant(OURS, write=True) as session:
            theirs = {"theirs": THEIRS}
            for statement in ("UPDATE shelf SET label = 'x'", "DELETE FROM book"):
                touched = session.execute(text(f"{statement} WHERE tenant_id = :theirs RETURNING 1"), theirs)
                assert touched.all() == []
        with pytest.raises(ProgrammingError, match="row-level security"), shelves.tenant(OURS, write=True) as session:
            session.execute(text("INSERT INTO shelf (id, label, tenant_id) VALUES (5, 'x', :theirs)"), theirs)
        with pytest.raises(DBAPIError), shelves.tenant(OURS, write=True) as session:
            session.execute(text("UPDATE shelf SET tenant_id = :theirs"), theirs)

    def test_the_proof_would_fail_as_superuser(self, shelves: Database, postgresql_url: str) -> None:
        superuser = Database(postgresql_url, pool_size=1, as_owner=True)
        assert self._count(superuser, OURS) == 2
        superuser.dispose()

    @staticmethod
    def _count(database: Database, tenant_id: UUID) -> int:
        with database.connect(write=False) as connection:
            database.bind_tenant(connection, tenant_id)
            return len(connection.execute(text("SELECT id FROM shelf")).all())
