"""The command `billhead` as an operator has it: real processes, over SQLite in a folder and over PostgreSQL."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import httpx
import pypdfium2
import pytest

from app import a_work_order
from billhead.layout.view_models import InvoiceItem, InvoiceView, Party
from billhead.storage.ids import new_id
from postgres import Cluster
from processes import free_port, running, wait_until_ready

FONTS = Path(__file__).parents[1] / "layout" / "fonts"
PROGRAM = Path(sys.executable).parent / "billhead"


@dataclass(frozen=True)
class Shell:
    """Runs `billhead` over one data folder; `env` is more environment."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BILLHEAD_")}
        return {**inherited, "BILLHEAD_DATA_DIR": str(self.folder), **self.env}

    def run(self, *arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """One command, whatever becomes of it; it never shows a traceback."""
        done = subprocess.run(
            [PROGRAM, *arguments], env=self.environment, input=typed, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def says(self, *arguments: str | Path, typed: str = "") -> str:
        """What a command prints that must succeed."""
        done = self.run(*arguments, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *arguments: str | Path, typed: str = "") -> str:
        """The words of a command that must fail; it prints nothing else."""
        done = self.run(*arguments, typed=typed)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo businesses, migrated and filled by the commands."""
    shell = Shell(tmp_path_factory.mktemp("seeded"))
    assert shell.says("migrate").startswith("schema ")
    assert "billhead-demo" in shell.says("demo", "seed")
    return shell.folder


@pytest.fixture
def shell(seeded: Path, tmp_path: Path) -> Shell:
    """A shell over a copy of the demo businesses."""
    shutil.copytree(seeded, tmp_path / "data")
    return Shell(tmp_path / "data")


def test_a_token_made_here_opens_the_api_and_a_person_made_here_signs_in(shell: Shell) -> None:
    token = shell.says("token", "create", "--tenant", "northside-auto")
    assert re.fullmatch(r"bh_[\w-]{40,}\n", token)
    person = ("user", "create", "--email", "new@northside-auto.example", "--name", "Noor Haddad")
    shell.says(*person, "--tenant", "northside-auto", "--role", "viewer", typed="a long password\n")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(shell.environment, "serve", "--port", str(port)):
        wait_until_ready(base)
        listed = httpx.get(f"{base}/billing/invoices", headers={"Authorization": f"Bearer {token.strip()}"})
        assert len(listed.json()["items"]) > 10
        login = {"email": "new@northside-auto.example", "password": "a long password"}
        assert httpx.post(f"{base}/billing/auth/sign-in", json=login).json()["name"] == "Noor Haddad"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("token", "create", "--tenant", "nowhere"), "There is no business nowhere."),
        (("token", "create", "--tenant", "wave-store", "--role", "OWNER"), "There is no role OWNER."),
        (("audit", "verify", "--tenant", "nowhere"), "There is no business nowhere."),
        (("user", "create", "--email", "x@y.example", "--name", "X", "--password", "short"), "password: needs 10"),
        (("user", "create", "--email", "super@billhead.example", "--name", "X", "--password", "x" * 12), "already"),
        (("restore", "missing.tar.gz"), "missing.tar.gz: there is no such file."),
        (("import", "work-orders", "missing.json"), "missing.json: No such file"),
    ],
)
def test_a_refusal_is_words_and_an_exit_status(seeded: Path, command: tuple[str, ...], words: str) -> None:
    assert words in Shell(seeded).refuses(*command)


def test_tokens_are_listed_and_revoked(shell: Shell) -> None:
    secret = shell.says("token", "create", "--tenant", "lumen-msp", "--name", "till").strip()
    (line,) = [line for line in shell.says("token", "list", "--tenant", "lumen-msp").splitlines() if "till" in line]
    token_id = line.split()[0]
    assert line.split()[1:3] == [f"{secret[:8]}…", "active"]
    assert secret not in line
    assert "is revoked" in shell.says("token", "revoke", token_id, "--tenant", "lumen-msp")
    assert "revoked" in next(
        line for line in shell.says("token", "list", "--tenant", "lumen-msp").splitlines() if token_id in line
    )


def test_what_is_not_migrated_is_said(tmp_path: Path) -> None:
    for command in (("token", "create", "--tenant", "a"), ("serve", "--port", "0")):
        assert "billhead migrate" in Shell(tmp_path).refuses(*command)


@pytest.mark.parametrize(
    "url", ["postgresql://clerk:hunter2@127.0.0.1:1/books", "clerk:hunter2@books", "odd://hunter2"]
)
def test_a_wrong_database_is_told_without_its_secrets(tmp_path: Path, url: str) -> None:
    words = Shell(tmp_path, {"BILLHEAD_DATABASE_URL": url}).refuses("migrate")
    assert "atabase" in words or "DATABASE" in words
    assert "hunter2" not in words


def test_wrong_settings_are_named_without_their_values(tmp_path: Path) -> None:
    words = Shell(tmp_path, {"BILLHEAD_POOL_SIZE": "plenty"}).refuses("migrate")
    assert "BILLHEAD_POOL_SIZE: " in words
    assert "plenty" not in words


def rows_file(folder: Path, *rows: object) -> Path:
    file = folder / "rows.json"
    file.write_text(json.dumps(rows))
    return file


def count_work_orders(shell: Shell) -> int:
    with sqlite3.connect(shell.folder / "billhead.sqlite3") as connection:
        return int(connection.execute("SELECT count(*) FROM work_order").fetchone()[0])


def test_work_orders_are_imported_once(shell: Shell, tmp_path: Path) -> None:
    rows = [a_work_order(None, workOrderId=str(new_id()), reference=f"OLD-{place}") for place in range(3)]
    command = ("import", "work-orders", rows_file(tmp_path, *rows), "--tenant", "northside-auto")
    assert shell.says(*command) == "3 work orders: 3 new, 0 changed, 0 as they were.\n"
    rows[1]["invoiceReady"] = False
    rows_file(tmp_path, *rows)
    assert shell.says(*command) == "3 work orders: 0 new, 1 changed, 2 as they were.\n"


def test_every_bad_row_is_reported_and_nothing_is_saved(shell: Shell, tmp_path: Path) -> None:
    good = a_work_order(None, workOrderId=str(new_id()))
    stranger = a_work_order(str(new_id()), workOrderId=str(new_id()))
    file = rows_file(tmp_path, good, {**good, "workOrderId": "7"}, stranger, 4, good)
    before = count_work_orders(shell)
    words = shell.refuses("import", "work-orders", file, "--tenant", "northside-auto")
    assert {"[1].workOrderId", "[2].clientId", "[3].row", "[4].workOrderId"} <= set(re.findall(r"^[^:]+", words, re.M))
    assert "4 of 5 rows are wrong" in words
    assert count_work_orders(shell) == before


def test_a_file_that_is_no_list_of_work_orders_is_refused(seeded: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    for content, words in (
        (b'{"a": 1}', "JSON array"),
        (b"[1,", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 99999, "not"),
    ):
        file.write_bytes(content)
        assert words in Shell(seeded).refuses("import", "work-orders", file, "--tenant", "wave-store")
    file.write_text("[]")
    assert "--tenant: lumen-msp, northside-auto, wave-store" in Shell(seeded).refuses("import", "work-orders", file)


def test_a_changed_audit_entry_is_found(shell: Shell) -> None:
    told = shell.says("audit", "verify", "--tenant", "northside-auto")
    assert re.fullmatch(r"northside-auto: \d+ entries sealed and intact, 0 not sealed yet\n", told)
    with sqlite3.connect(shell.folder / "billhead.sqlite3") as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE audit_entry SET reason = 'because' WHERE act = 'invoice.void'")
    done = shell.run("audit", "verify", "--tenant", "northside-auto")
    assert (done.returncode, "BROKEN" in done.stdout) == (1, True)
    assert "an entry was changed" in done.stderr


def test_a_backup_comes_back_elsewhere(shell: Shell, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    assert shell.says("backup", archive) == f"{archive}\n"
    elsewhere = Shell(tmp_path / "elsewhere")
    assert re.match(r"back to \d{4}-\d\d-\d\d .* rows, \d+ blobs, 0 jobs", elsewhere.says("restore", archive))
    assert "intact" in elsewhere.says("audit", "verify", "--tenant", "lumen-msp")
    assert elsewhere.says("demo", "seed") == shell.says("demo", "seed")
    assert "only restored into an empty database" in elsewhere.refuses("restore", archive)
    archive.write_bytes(archive.read_bytes()[:-2000])
    assert "backup" in Shell(tmp_path / "third").refuses("restore", archive)
    assert "nowhere" in shell.refuses("backup", tmp_path / "nowhere" / "backup.tar.gz")


def test_postgresql_is_migrated_and_seeded_the_same(postgres_cluster: Cluster, tmp_path: Path) -> None:
    url = postgres_cluster.create_database()
    shell = Shell(tmp_path, {"BILLHEAD_DATABASE_URL": url})
    assert "billhead migrate" in shell.refuses("demo", "seed")
    assert shell.says("migrate") == shell.says("migrate")
    assert shell.says("demo", "seed") == shell.says("demo", "seed")
    assert "intact" in shell.says("audit", "verify", "--tenant", "northside-auto")
    assert shell.says("token", "create", "--tenant", "wave-store", "--role", "CASHIER").startswith("bh_")
    postgres_cluster.drop_database(url)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An invoice of sixty lines."""
    items = [
        InvoiceItem(id=str(n), description=f"Brake pads, lot {n}", quantity=Decimal(2), unit_price=Decimal(8999),
                    total=17998)
        for n in range(60)
    ]  # fmt: skip
    view = InvoiceView(
        invoice_number="INV-000042", issue_date="2026-03-02", due_date="2026-04-01", currency_code="USD",
        customer=Party("Maya Okafor"), tenant=Party("Northside Auto"), items=items, subtotal=1079880, tax=0,
        total=1079880,
    )  # fmt: skip
    file = tmp_path / "invoice.json"
    file.write_text(json.dumps(view.to_dict()))
    return file


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell whose database must never be touched."""
    return Shell(tmp_path / "none", {"BILLHEAD_DATABASE_URL": "postgresql://127.0.0.1:1/none"})


def test_a_template_is_rendered_without_a_database(bare: Shell, data: Path, tmp_path: Path) -> None:
    outputs = {form: tmp_path / f"invoice.{form}" for form in ("pdf", "html", "svg", "txt", "png")}
    for form, output in outputs.items():
        began = time.monotonic()
        written = bare.says("render", "standard-detailed", data, "-o", output, "--locale", "de-DE").splitlines()
        print(f"billhead render to {form}: {time.monotonic() - began:.2f} s with the start of the process")
        assert all(Path(path).stat().st_size for path in written)
        assert (len(written) > 1) is (form in ("svg", "png"))
    pages = pypdfium2.PdfDocument(outputs["pdf"])
    assert "Brake pads, lot 59" in "".join(page.get_textpage().get_text_range() for page in pages)
    assert len(list(tmp_path.glob("invoice-*.svg"))) == len(list(tmp_path.glob("invoice-*.png"))) == len(pages)
    pages.close()
    assert "Rechnung" in outputs["html"].read_text()
    assert "INV-000042" in outputs["txt"].read_text()
    assert not bare.folder.exists()


def test_the_same_input_gives_the_same_pdf(bare: Shell, data: Path, tmp_path: Path) -> None:
    first, second, dated = (tmp_path / name for name in ("1.pdf", "2.pdf", "3.pdf"))
    for output in (first, second):
        bare.says("render", "standard-default", data, "-o", output)
    assert first.read_bytes() == second.read_bytes()
    at_a_date = Shell(bare.folder, {**bare.env, "SOURCE_DATE_EPOCH": "1700000000"})
    at_a_date.says("render", "standard-default", data, "-o", dated)
    assert made_at(dated) == "D:20231114221320Z"
    assert made_at(first) != made_at(dated)


def made_at(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        return str(document.get_metadata_value("CreationDate"))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--locale", "xx-YY", "There is no locale xx-YY."),
        ("--locale", "de-ZZ", "There is no locale de-ZZ."),
        ("--locale", "german", "There is no locale german."),
        ("--currency", "EURO", "'EURO' is not an ISO 4217 currency code"),
        ("--currency", "ABC", "'ABC' is not an ISO 4217 currency code"),
    ],
)
def test_nobody_gets_a_document_in_a_language_or_currency_that_is_none(
    bare: Shell, data: Path, tmp_path: Path, option: str, value: str, words: str
) -> None:
    output = tmp_path / "out.txt"
    assert words in bare.refuses("render", "standard-default", data, "-o", output, option, value)
    assert not output.exists()
    assert str(output) in bare.says("render", "standard-default", data, "-o", output, "--locale", "pt_BR")


def test_the_version_is_told(bare: Shell) -> None:
    assert re.fullmatch(r"billhead \d+\.\d+\.\d+\n", bare.says("--version"))


def test_findings_are_told_with_their_paths(bare: Shell, data: Path, tmp_path: Path) -> None:
    template, output = tmp_path / "template.json", tmp_path / "out.pdf"
    template.write_text(json.dumps({"version": 1, "layout": {"id": "r", "type": "odd"}}))
    words = bare.refuses("render", template, data, "-o", output)
    assert "error: layout" in words
    assert "nothing was written" in words
    assert not output.exists()
    assert "standard-default" in bare.refuses("render", "no-such-template", data, "-o", output)
    assert ".pdf, .html, .svg, .txt" in bare.refuses("render", "standard-default", data, "-o", tmp_path / "out.doc")
    assert "nowhere" in bare.refuses("render", "standard-default", data, "-o", tmp_path / "nowhere" / "out.pdf")
    data.write_text("{")
    assert "is not JSON" in bare.refuses("render", "standard-default", data, "-o", output)


def test_render_loads_neither_database_nor_web(data: Path, tmp_path: Path) -> None:
    """What a start costs is what it imports: `render` must answer within half a second."""
    arguments = ["billhead", "render", "standard-default", str(data), "-o", str(tmp_path / "out.pdf")]
    code = (
        f"import sys; sys.argv = {arguments!r}\nfrom billhead.entrypoints.cli import app\napp(standalone_mode=False)\n"
        "print({'sqlalchemy', 'fastapi', 'alembic', 'uvicorn', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_fonts_are_installed_listed_and_used(bare: Shell, tmp_path: Path) -> None:
    template, data, output = (tmp_path / name for name in ("template.json", "data.json", "out.pdf"))
    word = {"id": "word", "type": "text", "content": {"type": "literal", "value": "ใบ 請求"}}
    layout = {"id": "root", "type": "document", "children": [word]}
    template.write_text(json.dumps({"kind": "invoice-template-ast", "version": 1, "layout": layout}))
    data.write_text("{}")
    assert "MISSING_GLYPH" in bare.run("render", template, data, "-o", output).stderr
    assert "MISSING_GLYPH" not in bare.run("render", template, data, "-o", output, "--fonts", FONTS).stderr

    archive = tmp_path / "pack.zip"
    with ZipFile(archive, "w") as pack:
        pack.write(FONTS / "NotoSansThai-subset.ttf", "pack/Thai.ttf")
        pack.writestr("pack/broken.ttf", b"no font")
    done = bare.run("fonts", "install", archive)
    assert (done.returncode, "broken.ttf: The font cannot be used." in done.stderr) == (0, True)
    assert (bare.folder / "fonts" / "NotoSansThai-400.ttf").exists()
    bare.says("fonts", "install", FONTS / "NotoSansCJKjp-subset.otf")
    listed = bare.says("fonts", "list").splitlines()
    assert listed[0] == "Noto Sans 400  (shipped)"
    assert [line.partition("  ")[0] for line in listed[-2:]] == ["Noto Sans CJK JP 400", "Noto Sans Thai 400"]
    assert "MISSING_GLYPH" not in bare.run("render", template, data, "-o", output).stderr
    assert "no font that can be used" in bare.refuses("fonts", "install", data)
    assert "no such file or folder" in bare.refuses("fonts", "install", tmp_path / "nowhere")
    assert "zip archive" in bare.refuses("fonts", "install", data.rename(tmp_path / "data.zip"))
    assert "no such folder" in bare.refuses("render", template, template, "-o", output, "--fonts", tmp_path / "nowhere")
