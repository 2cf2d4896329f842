"""The command line: `billhead …`. Imports what a command needs inside it, so that each starts fast.

Results go to standard output, everything else to standard error. A refusal ends a command in words and exit status 1.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from billhead.entrypoints.cli_fonts import fonts_app
from billhead.entrypoints.words import fail as _fail
from billhead.entrypoints.words import in_words as _in_words
from billhead.entrypoints.words import say as _say

if TYPE_CHECKING:
    import socket

    from billhead.access.permissions import Role
    from billhead.access.scope import Scope

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Billhead: finished work in, provable invoices out.",
)
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
demo_app = typer.Typer(no_args_is_help=True, help="Demo businesses.")
token_app = typer.Typer(no_args_is_help=True, help="API tokens.")
user_app = typer.Typer(no_args_is_help=True, help="People.")
tenant_app = typer.Typer(no_args_is_help=True, help="Businesses.")
import_app = typer.Typer(no_args_is_help=True, help="Bringing data in.")
for name, group in (("audit", audit_app), ("demo", demo_app), ("token", token_app), ("user", user_app),
                    ("import", import_app), ("tenant", tenant_app), ("fonts", fonts_app)):  # fmt: skip
    app.add_typer(group, name=name)

_FAREWELL_SECONDS = 8
"""Requests under way have that long to end when the server is told to stop; most supervisors wait 10 or more."""

TenantOption = Annotated[str, typer.Option("--tenant", help="the business's slug")]
RoleOption = Annotated[str, typer.Option(help="ADMIN, ADVISOR, CASHIER, ACCOUNTANT or VIEWER")]


def _tell_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        print(f"billhead {version('billhead')}")
        raise typer.Exit


@app.callback()
def billhead(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="say which version this is")
    ] = False,
) -> None:
    """Billhead: finished work in, provable invoices out."""


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; SQLite is backed up first."""
    from billhead.storage.schema import migrate as run
    from billhead.storage.settings import Settings

    with _in_words():
        print(f"schema {run(Settings().resolved_database_url)}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on", min=0, max=65535)] = 8000,
    worker: Annotated[bool, typer.Option(help="also do jobs in this process")] = True,
) -> None:
    """Serve the API and the console, and do background work unless told not to."""
    import uvicorn

    from billhead.entrypoints.assembly import open_runtime
    from billhead.entrypoints.http import create_app
    from billhead.entrypoints.telemetry import set_up_telemetry

    with _in_words(), open_runtime() as runtime, _listening(host, port) as listener:
        set_up_telemetry(runtime.settings)
        server = create_app(runtime, with_worker=worker)
        proxies = runtime.settings.trusted_proxies
        config = uvicorn.Config(
            server, host=host, port=port, log_config=None, access_log=False, server_header=False,
            proxy_headers=proxies is not None, forwarded_allow_ips=proxies or "",
            timeout_graceful_shutdown=_FAREWELL_SECONDS,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listener])


@app.command()
def worker() -> None:
    """Do jobs and upkeep until interrupted."""
    import signal
    import threading

    from billhead.entrypoints.assembly import open_runtime
    from billhead.entrypoints.telemetry import set_up_telemetry
    from billhead.entrypoints.worker import BackgroundWork

    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _in_words(), open_runtime() as runtime:
        set_up_telemetry(runtime.settings)
        work = BackgroundWork(runtime)
        work.start()
        stopping.wait()
        work.stop()


@app.command()
def openapi() -> None:
    """Print the API's description."""
    from billhead.entrypoints.openapi import describe_api

    sys.stdout.write(json.dumps(describe_api(), indent=1, sort_keys=True) + "\n")


@tenant_app.command("create")
def tenant_create(
    slug: Annotated[str, typer.Option(help="short name in headers and commands, such as northside-auto")],
    name: Annotated[str, typer.Option(help="name of the business")],
    street: Annotated[str, typer.Option(help="street and number")],
    city: Annotated[str, typer.Option(help="city")],
    country: Annotated[str, typer.Option(help="ISO 3166-1 code of two letters")],
    currency: Annotated[str, typer.Option(help="ISO 4217 code")],
    time_zone: Annotated[str, typer.Option(help="IANA name, such as Europe/Berlin")],
    locale: Annotated[str, typer.Option(help="language of documents, such as de-DE")],
    postal_code: Annotated[str | None, typer.Option(help="postal code")] = None,
    region: Annotated[str | None, typer.Option(help="state or province")] = None,
    tax_region: Annotated[str | None, typer.Option(help="code of the tax region that is usual")] = None,
) -> None:
    """Open a business and print its id. The rest of its details are on its settings page."""
    from billhead.entrypoints.assembly import open_runtime
    from billhead.postal import PostalAddress
    from billhead.tenants.actions import new_business, open_business

    address = PostalAddress((street,), city, region, postal_code, country)
    with _in_words(), open_runtime() as runtime, runtime.database.platform(write=True) as session:
        business = new_business(name, address, currency, time_zone, locale, tax_region)
        tenant_id = open_business(
            session, slug=slug, business=business, now=runtime.clock.now(), opened_by="system:command-line"
        )
    print(tenant_id)


@token_app.command("create")
def token_create(
    tenant: TenantOption,
    role: RoleOption = "ADMIN",
    name: Annotated[str, typer.Option(help="what it is for")] = "command line",
) -> None:
    """Create an API token with the permissions of a role, and print it alone. It is shown this once."""
    from billhead.access import directory

    with _tenant_scope(tenant, "command-line") as scope:
        _, secret = directory.create_token(scope, name=name, permissions=None, role=_role(role), expires_at=None)
    print(secret)


@token_app.command("list")
def token_list(tenant: TenantOption) -> None:
    """List a business's API tokens, newest first: id, how its secret begins, state, number of permissions, name."""
    from billhead.access import directory

    with _tenant_scope(tenant, "command-line", write=False) as scope:
        for token in directory.list_tokens(scope):
            state = directory.token_state(token, scope.now)
            print(f"{token.id}  {token.hint}…  {state:8}{directory.count_permissions(token):4}  {token.name}")


@token_app.command("revoke")
def token_revoke(
    token_id: Annotated[UUID, typer.Argument(help="its id, as `billhead token list` shows it")], tenant: TenantOption
) -> None:
    """End an API token at once."""
    from billhead.access import directory

    with _tenant_scope(tenant, "command-line") as scope:
        name = directory.revoke_token(scope, token_id).name
    print(f"{token_id} ({name}) is revoked")


@user_app.command("create")
def user_create(
    email: Annotated[str, typer.Option(help="e-mail address")],
    name: Annotated[str, typer.Option(help="full name")],
    tenant: Annotated[str | None, typer.Option(help="the slug of the business to join")] = None,
    role: RoleOption = "ADMIN",
    super_admin: Annotated[bool, typer.Option("--super-admin", help="runs the platform")] = False,
    password: Annotated[str | None, typer.Option(help="asked for, or read as a line of input, when left out")] = None,
) -> None:
    """Create a person, who joins a business if one is named, and print their id.

    Somebody who has an account already joins with their own name and password.
    """
    from billhead.access import directory
    from billhead.access.secrets import hash_password
    from billhead.entrypoints.assembly import open_runtime, tenant_scope

    with _in_words(), open_runtime() as runtime:
        password = password or _read_password()
        wanted = _role(role)
        if tenant is not None:
            with tenant_scope(runtime, tenant, "command-line", write=False):
                pass  # refuses an unknown business before anything is written
        if super_admin or tenant is None:
            with runtime.database.platform(write=True) as session:
                user_id = directory.create_user(
                    session, email=email, name=name, password=password, now=runtime.clock.now(),
                    is_super_admin=super_admin,
                ).id  # fmt: skip
        if tenant is not None:
            password_hash = hash_password(password)
            with tenant_scope(runtime, tenant, "command-line", write=True) as scope:
                member = directory.invite_member(
                    scope, email=email, name=name, password_hash=password_hash, role=wanted
                )
            user_id = member.user_id
    print(user_id)


@import_app.command("work-orders")
def import_work_orders(
    file: Path,
    tenant: Annotated[str | None, typer.Option(help="the business's slug; may be left out when there is one")] = None,
) -> None:
    """Take in work orders from a JSON array; every bad row is reported, and then nothing is saved.

    A row is the body of PUT /billing/work-orders/{workOrderId} with its workOrderId.
    """
    from rich.console import Console
    from rich.progress import Progress

    from billhead.work_orders import actions

    rows = _read_rows(file)
    console = Console(stderr=True)
    with (
        _tenant_scope(tenant, "import") as scope,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("work orders", total=None)
        count = actions.import_work_orders(
            scope, rows, lambda done, total: bar.update(task, completed=done, total=total)
        )
    print(f"{len(rows)} work orders: {count.new} new, {count.changed} changed, {count.unchanged} as they were.")


@audit_app.command("verify")
def audit_verify(tenant: TenantOption) -> None:
    """Recompute the hash chain of a business's audit trail; exit status 1 when it is broken."""
    from billhead.storage import audit

    with _tenant_scope(tenant, "audit-verify", write=False) as scope:
        found = audit.verify(scope.session, scope.tenant_id)
    state = "intact" if found.intact else "BROKEN"
    print(f"{tenant}: {found.sealed} entries sealed and {state}, {found.unsealed} not sealed yet")
    if not found.intact:
        _fail(f"at position {found.broken_at}: {found.why}")


@app.command()
def render(
    template: Annotated[str, typer.Argument(help="a JSON file, or the code of a standard template")],
    data: Annotated[Path, typer.Argument(help="a JSON file")],
    output: Annotated[Path, typer.Option("-o", "--output", help="a .pdf, .html, .svg, .png or .txt file")],
    locale: Annotated[str | None, typer.Option(help="such as de-DE")] = None,
    currency: Annotated[str | None, typer.Option(help="such as EUR")] = None,
    fonts: Annotated[Path | None, typer.Option(help="a folder of .ttf and .otf files to use as well")] = None,
) -> None:
    """Render a template over data; needs no database. Prints the files written (an SVG or PNG for each page)."""
    from billhead.entrypoints.rendering import render_file

    with _in_words():
        for path in render_file(template, data, output, locale=locale, currency=currency, fonts=fonts, report=_say):
            print(path)


@app.command()
def backup(output: Path) -> None:
    """Write everything into one archive: database, blobs and the keys of the secrets. Keep it as safe as those."""
    from billhead.entrypoints import archives
    from billhead.storage.settings import Settings

    with _in_words():
        if output.exists():
            _fail(f"{output} exists already; name another file")
        archives.write(Settings(), output)
        print(output)


@app.command()
def restore(archive: Path) -> None:
    """Restore an archive into an empty database."""
    from billhead.entrypoints import archives
    from billhead.storage.settings import Settings

    with _in_words():
        back = archives.read(Settings(), archive)
        print(f"back to {back.taken_at:%Y-%m-%d %H:%M} UTC: {back.rows} rows, {back.blobs} blobs, {back.jobs} jobs")
        if back.broken_audits:
            _fail(f"the audit trail of {', '.join(map(str, back.broken_audits))} does not verify, nor did it before")


@demo_app.command("seed")
def demo_seed() -> None:
    """Load the demo businesses; those that are there are left alone. Prints their logins."""
    from billhead.entrypoints.assembly import open_runtime
    from billhead.entrypoints.demo import seed

    with _in_words(), open_runtime() as runtime:
        for line in seed(runtime, _say):
            print(line)


def main() -> None:
    """Entry point of the `billhead` command. What it writes is for its own user alone."""
    os.umask(0o077)
    app()


@contextmanager
def _listening(host: str, port: int) -> Iterator["socket.socket"]:
    """A socket that listens, taken before any work begins; words instead when somebody else has the port."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            _fail(f"cannot listen on {host} port {port}: {error.strerror}")
        yield listener


@contextmanager
def _tenant_scope(slug: str | None, name: str, *, write: bool = True) -> Iterator["Scope"]:
    """A system scope in the business with this slug, or in the only one there is."""
    from billhead.entrypoints.assembly import only_tenant, open_runtime, tenant_scope

    with (
        _in_words(),
        open_runtime() as runtime,
        tenant_scope(runtime, slug or only_tenant(runtime), name, write=write) as scope,
    ):
        yield scope


def _role(name: str) -> "Role":
    from billhead.access.permissions import Role

    if name.upper() not in Role.__members__:
        _fail(f"There is no role {name}. Roles: {', '.join(Role)}.")
    return Role(name.upper())


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _read_rows(file: Path) -> list[object]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        _fail(f"{file}: {error.strerror or 'cannot be read'}")
    except (ValueError, RecursionError) as error:
        _fail(f"{file}: is not JSON in UTF-8 ({error})")
    if not isinstance(rows, list):
        _fail(f"{file}: the file must hold a JSON array of work orders")
    return rows


if __name__ == "__main__":
    main()
