"""The command line: `billhead …`. Imports what a command needs inside it, so that each starts fast."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from billhead.refusal import Refusal

if TYPE_CHECKING:
    from billhead.access.scope import Scope

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Billhead: finished work in, provable invoices out.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
demo_app = typer.Typer(no_args_is_help=True, help="Demo businesses.")
token_app = typer.Typer(no_args_is_help=True, help="API tokens.")
user_app = typer.Typer(no_args_is_help=True, help="People.")
import_app = typer.Typer(no_args_is_help=True, help="Bringing data in.")
for name, group in (("audit", audit_app), ("demo", demo_app), ("token", token_app), ("user", user_app),
                    ("import", import_app)):  # fmt: skip
    app.add_typer(group, name=name)

TenantOption = Annotated[str, typer.Option("--tenant", help="the business's slug")]


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; SQLite is backed up first."""
    from billhead.storage.schema import migrate as run
    from billhead.storage.settings import Settings

    print(f"schema {run(Settings().resolved_database_url)}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8000,
    worker: Annotated[bool, typer.Option(help="also do jobs in this process")] = True,
) -> None:
    """Serve the API and the console, and do background work unless told not to."""
    import uvicorn

    from billhead.entrypoints.assembly import build_runtime
    from billhead.entrypoints.http import create_app
    from billhead.entrypoints.telemetry import set_up_telemetry
    from billhead.storage.settings import Settings

    settings = Settings()
    set_up_telemetry(settings)
    server = create_app(build_runtime(settings), with_worker=worker)
    uvicorn.run(server, host=host, port=port, log_config=None, access_log=False, server_header=False)


@app.command()
def worker() -> None:
    """Do jobs and upkeep until interrupted."""
    import signal
    import threading

    from billhead.entrypoints.assembly import build_runtime
    from billhead.entrypoints.telemetry import set_up_telemetry
    from billhead.entrypoints.worker import BackgroundWork
    from billhead.storage.settings import Settings

    settings = Settings()
    set_up_telemetry(settings)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    runtime = build_runtime(settings)
    work = BackgroundWork(runtime)
    work.start()
    stopping.wait()
    work.stop()
    runtime.database.dispose()


@app.command()
def openapi() -> None:
    """Print the API's description."""
    from billhead.entrypoints.openapi import describe_api

    sys.stdout.write(json.dumps(describe_api(), indent=1, sort_keys=True) + "\n")


@token_app.command("create")
def token_create(
    tenant: TenantOption,
    role: Annotated[str, typer.Option(help="the role whose permissions it carries")] = "ADMIN",
    name: Annotated[str, typer.Option(help="what it is for")] = "command line",
) -> None:
    """Create an API token and print it alone."""
    from billhead.access import directory
    from billhead.access.permissions import Role

    if role not in Role:
        _fail(f"There is no role {role}. Roles: {', '.join(Role)}.")
    with _tenant_scope(tenant, "command-line") as scope:
        _, secret = directory.create_token(scope, name=name, permissions=None, role=Role(role), expires_at=None)
    print(secret)


@user_app.command("create")
def user_create(
    email: Annotated[str, typer.Option(help="e-mail address")],
    name: Annotated[str, typer.Option(help="full name")],
    tenant: Annotated[str | None, typer.Option(help="the business's slug")] = None,
    role: Annotated[str, typer.Option(help="role in the business")] = "ADMIN",
    super_admin: Annotated[bool, typer.Option("--super-admin", help="runs the platform")] = False,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Create a person, and make them a member of a business if one is named."""
    from billhead.access import directory
    from billhead.access.permissions import Role
    from billhead.entrypoints.assembly import open_runtime

    if role not in Role:
        _fail(f"There is no role {role}. Roles: {', '.join(Role)}.")
    with _refusals(), open_runtime() as runtime, runtime.database.platform(write=True) as session:
        now = runtime.clock.now()
        found = directory.find_tenant(session, tenant) if tenant else None
        if tenant and found is None:
            _fail(f"There is no business {tenant}.")
        user = directory.create_user(
            session, email=email, name=name, password=password, now=now, is_super_admin=super_admin
        )
        if found:
            directory.add_member(session, found.id, user.id, Role(role), now)
    print(user.id)


@import_app.command("work-orders")
def import_work_orders(file: Path, tenant: TenantOption) -> None:
    """Take in work orders from a JSON array; every bad row is reported and then nothing is saved."""
    from rich.progress import Progress

    from billhead.work_orders import actions

    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _fail(f"{file}: {error}")
    if not isinstance(rows, list):
        _fail(f"{file}: the file must hold a JSON array of work orders")
    with _tenant_scope(tenant, "import") as scope:
        if problems := actions.check_rows(rows, scope):
            for problem in problems:
                print(f"row {problem.row}: {problem.describe()}", file=sys.stderr)
            _fail(f"{len(problems)} problems in {len(rows)} rows; nothing was saved.")
        with Progress(disable=not sys.stderr.isatty()) as progress:
            bar = progress.add_task("work orders", total=len(rows))
            actions.import_work_orders(scope, rows, lambda done: progress.update(bar, completed=done))
    print(f"{len(rows)} work orders taken in.")


@audit_app.command("verify")
def audit_verify(tenant: TenantOption) -> None:
    """Recompute the hash chain of a business's audit trail; exit status 1 when it is broken."""
    from billhead.storage import audit

    with _tenant_scope(tenant, "audit-verify", write=False) as scope:
        found = audit.verify(scope.session, scope.tenant_id)
    print(
        f"{found.sealed} entries sealed and {'intact' if found.intact else 'BROKEN'}, {found.unsealed} not sealed yet"
    )
    if not found.intact:
        _fail(f"at position {found.broken_at}: {found.why}")


@app.command()
def render(
    template: Path,
    data: Path,
    output: Annotated[Path, typer.Option("-o", "--output", help="a .pdf, .html, .svg or .txt file")],
    locale: Annotated[str | None, typer.Option(help="such as de-DE")] = None,
    currency: Annotated[str | None, typer.Option(help="such as EUR")] = None,
) -> None:
    """Render a template over data; needs no database."""
    from billhead.entrypoints.rendering import render_file

    with _refusals():
        render_file(template, data, output, locale=locale, currency=currency)


@app.command()
def backup(output: Path) -> None:
    """Write one archive of the database, blobs and keys."""
    from billhead.entrypoints.archives import write

    with _refusals():
        write(output)


@app.command()
def restore(archive: Path) -> None:
    """Restore an archive into an empty database."""
    from billhead.entrypoints.archives import read

    with _refusals():
        read(archive)


@demo_app.command("seed")
def demo_seed() -> None:
    """Load the demo businesses; those that exist are left alone. Prints their logins."""
    from billhead.entrypoints.assembly import open_runtime
    from billhead.entrypoints.demo import seed

    with _refusals(), open_runtime() as runtime:
        for line in seed(runtime):
            print(line)


def main() -> None:
    """Entry point of the `billhead` command."""
    app()


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns a refusal into words on standard error and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        for field, words in refusal.field_errors.items():
            print(f"{field}: {words}", file=sys.stderr)
        _fail(refusal.message)


@contextmanager
def _tenant_scope(slug: str, name: str, *, write: bool = True) -> Iterator["Scope"]:
    """A system scope in the tenant with this slug; a refusal ends the command in words."""
    from billhead.entrypoints.assembly import open_runtime, tenant_scope

    with _refusals(), open_runtime() as runtime, tenant_scope(runtime, slug, name, write=write) as scope:
        yield scope


def _fail(words: str) -> NoReturn:
    print(f"billhead: {words}", file=sys.stderr)
    raise typer.Exit(1)
