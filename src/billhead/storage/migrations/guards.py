"""What a table needs beside its columns: row-level security, grants, and triggers against change.

Migrations call these after creating tables. The result is compared with `tests/storage/guards.txt`, because table
rebuilds drop triggers and policies silently.
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import Connection, inspect, text

from billhead.storage.database import APP_ROLE
from billhead.storage.tables import GUARD, PLATFORM_TABLES, TENANT

_OWN_ROWS = (
    "tenant_id = nullif(current_setting('billhead.tenant_id', true), '')::uuid"
    " OR current_setting('billhead.platform', true) = 'on'"
)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def create_app_role() -> None:
    """PostgreSQL: the role the application works as; neither superuser nor allowed to bypass row-level security."""
    if is_sqlite():
        return
    told = (
        op.get_bind()
        .execute(
            text(
                "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = :name) AS existed,"
                " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser"
            ),
            {"name": APP_ROLE},
        )
        .one()
    )
    if not told.existed:
        # Roles belong to the whole cluster: another database's migration may be making it right now.
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    member = text("SELECT pg_has_role(current_user, :name, 'MEMBER')")
    if not told.superuser and not (told.existed and op.get_bind().scalar(member, {"name": APP_ROLE})):
        op.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")


def secure_tables() -> None:
    """Grant and isolate every table that exists now and is not secured yet; each migration with new tables ends so."""
    if is_sqlite():
        return
    bind = op.get_bind()
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")
    secured = set(bind.scalars(text("SELECT tablename FROM pg_policies WHERE schemaname = current_schema()")))
    inspector = inspect(bind)
    tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    grant_tables(tables)
    owned = [t for t in tables if TENANT in {c["name"] for c in inspector.get_columns(t)}]
    isolate_tenants([t for t in owned if t not in PLATFORM_TABLES | secured])


def grant_tables(tables: Sequence[str]) -> None:
    """PostgreSQL: let the application read and write these tables."""
    if is_sqlite():
        return
    for table in tables:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}")


def isolate_tenants(tables: Sequence[str]) -> None:
    """PostgreSQL: show and accept only rows of the bound tenant, also to the tables' owner."""
    if is_sqlite():
        return
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING ({_OWN_ROWS}) WITH CHECK ({_OWN_ROWS})")


def forbid(name: str, table: str, event: str, when: str, message: str) -> None:
    """A trigger `guard_<name>`: `event` (`UPDATE`, `DELETE`, `INSERT`) on a row for which `when` holds is refused.

    `when` is a SQL condition over OLD and NEW that both databases understand.
    """
    name = GUARD + name
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    result = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; "
        f"RETURN {result}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def lift(name: str, table: str) -> None:
    """Take `guard_<name>` away, to write it anew."""
    name = GUARD + name
    if is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")


def guards_in_force(connection: Connection) -> list[str]:
    """The triggers against change and the partial indexes of a database, as `kind table.name`, sorted."""
    if connection.dialect.name == "sqlite":
        query = (
            "SELECT CASE type WHEN 'trigger' THEN 'trigger ' ELSE 'partial index ' END || tbl_name || '.' || name"
            " FROM sqlite_master WHERE (type = 'trigger' AND name LIKE :guards)"
            " OR (type = 'index' AND sql LIKE '%WHERE%')"
        )
    else:
        query = (
            "SELECT 'trigger ' || tgrelid::regclass || '.' || tgname FROM pg_trigger"
            " WHERE tgname LIKE :guards AND tgenabled = 'O' UNION ALL"
            " SELECT 'partial index ' || indrelid::regclass || '.' || indexrelid::regclass FROM pg_index"
            " WHERE indpred IS NOT NULL AND indrelid::regclass::text NOT LIKE 'procrastinate%'"
            " AND indrelid::regclass::text NOT LIKE 'pg_%'"
        )
    return sorted(connection.scalars(text(query), {"guards": GUARD + "%"}))


def changed(columns: Sequence[str]) -> str:
    """A condition: any of these columns differs between OLD and NEW (NULLs compared as values)."""
    operator = "IS NOT" if is_sqlite() else "IS DISTINCT FROM"
    return "(" + " OR ".join(f"OLD.{c} {operator} NEW.{c}" for c in columns) + ")"
