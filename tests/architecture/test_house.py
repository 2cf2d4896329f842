"""What a stranger may count on in this tree: nothing of one machine, honest locks, short modules, names that say what.

Files are those that git would commit. Documents whose shell commands are checked: `DOCUMENTS`.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".br", ".gif", ".ico", ".jpg", ".otf", ".pdf", ".png", ".ttf", ".woff", ".woff2"}
LOCKS = ("requirements*.txt", "package-lock.json")
EMPTY_NAMES = re.compile(
    r"(^|_)(base|common|helper|impl|manager|misc|util)s?(_|$)|(^|_)service$"  # but a catalog has services
)
LIMITS = {".py": 400, ".ts": 400, ".tsx": 250}
TEST_LIMIT = 700
GENERATED = ("console/src/api/schema.d.ts", "src/billhead/storage/migrations/versions/", "src/billhead/layout/data/")
DOCUMENTS = ("README.md", "ARCHITECTURE.md")
"""The guides in `docs/` are run as they stand by `tests/scenarios/test_documents.py`."""
PROGRAMS = {"billhead", "cd", "curl", "export", "git", "pip", "pipx", "python3", "sudo"}
SUBCOMMANDS = {"bench", "check", "demo", "doctor", "generate", "lock", "migration", "setup", "test"}

TRACES = {
    "a folder of one machine": r"(?<![\w.~/-])/(?:work|root|home/\w+|tmp/[\w.-]+|opt/\w+)(?![\w-])",
    "a package registry": r"registry\.npmjs|files\.pythonhosted|pypi\.org|deb\.debian",
}


def committed() -> list[Path]:
    """Every file that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """(name, text) of every committed text file."""
    for path in committed():
        if path.suffix not in BINARY:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace")


def code() -> Iterator[tuple[str, Path]]:
    for path in committed():
        name = str(path.relative_to(ROOT))
        if path.suffix in LIMITS and not name.startswith(GENERATED):
            yield name, path


@pytest.mark.parametrize("trace", TRACES)
def test_no_trace_of_one_machine(trace: str) -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts()
        if not name.endswith("package-lock.json") or trace == "a package registry"
        for match in re.finditer(TRACES[trace], text)
    ]
    assert not found


def test_locks_have_hashes_and_name_no_host() -> None:
    locks = [path for path in committed() if any(path.match(pattern) for pattern in LOCKS)]
    assert {path.suffix for path in locks} == {".json", ".txt"}
    for lock in locks:
        text = lock.read_text()
        if lock.suffix == ".txt":
            pins = re.split(r"\n(?=\S)", text)
            assert not [pin for pin in pins if "--hash=sha256:" not in pin], lock
            assert "://" not in text, lock
        else:
            packages = {name: entry for name, entry in json.loads(text)["packages"].items() if "node_modules/" in name}
            assert not [name for name, entry in packages.items() if not {"integrity", "link"} & entry.keys()], lock
            assert not [name for name, entry in packages.items() if "://" in entry.get("resolved", "")], lock


def test_what_is_declared_is_locked() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups, direct = declared["dependency-groups"], declared["project"]["dependencies"]
    for lock, wanted in (
        ("requirements.txt", [*direct, *groups["build"], *declared["build-system"]["requires"]]),
        ("requirements-test.txt", [*direct, *groups["build"], *groups["test"]]),
        ("requirements-node.txt", groups["node"]),
    ):
        locked = set(re.findall(r"^([a-z0-9-]+)(?:\[[\w,-]+\])?==", (ROOT / lock).read_text(), re.M))
        assert {re.split(r"[^\w-]", entry)[0].lower() for entry in wanted if isinstance(entry, str)} <= locked, lock


def test_modules_are_short() -> None:
    long = []
    for name, path in code():
        is_test = name.startswith("tests/") or ".test." in name
        lines = len(path.read_text().splitlines())
        if lines > (TEST_LIMIT if is_test else LIMITS[path.suffix]):
            long.append(f"{name}: {lines} lines")
    assert not long


def test_names_say_what_a_thing_is() -> None:
    found = [
        name
        for name, path in code()
        for part in (*path.relative_to(ROOT).parts[:-1], path.name.partition(".")[0])
        if EMPTY_NAMES.search(re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", part).lower())
    ]
    assert not found


def test_nothing_is_left_undone() -> None:
    marks = re.compile("TO[D]O|FIX[M]E|NotImplemented[E]rror|mark[.](?:skip|xfail)")
    assert not [f"{name}: {match.group()}" for name, text in texts() for match in marks.finditer(text)]


def test_make_and_ci_only_forward() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("\t")]
    assert recipes == ["\t./dev $@"]
    script = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert script == ["set -eu", 'cd "$(dirname "$0")/.."', "exec ./dev test"]


def test_dev_needs_the_standard_library_only() -> None:
    imported = re.findall(r"^(?:import|from) (\w+)", (ROOT / "dev").read_text(), re.M)
    assert imported
    assert set(imported) <= sys.stdlib_module_names
    assert len((ROOT / "dev").read_text().splitlines()) < 400


def test_the_wheel_carries_console_fonts_and_licences(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for source in ("entrypoints/console", "layout/fonts", "storage/migrations"):
        there = [path for path in (ROOT / "src" / "billhead" / source).rglob("*") if path.is_file()]
        wanted = {str(path.relative_to(ROOT / "src")) for path in there if "__pycache__" not in path.parts}
        assert wanted <= set(names), source
    if (ROOT / "console" / "package.json").exists():
        assert "billhead/entrypoints/console/index.html" in names
    fonts = {Path(name).parent for name in names if name.endswith((".ttf", ".otf"))}
    assert fonts
    assert not [folder for folder in fonts if str(folder / "OFL.txt") not in names]
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names if "dist-info" in name}
    assert not [name for name in names if "node_modules" in name or name.endswith((".pyc", ".sqlite3"))]


def commands() -> list[tuple[str, str]]:
    """(document, command) of every line in the documents' shell blocks; lines that end in a backslash are joined."""
    found = []
    for path in sorted({path for pattern in DOCUMENTS for path in ROOT.glob(pattern)}):
        for block in re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```", path.read_text(), re.M | re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if command := line.strip().removeprefix("$ ").partition(" #")[0].strip():
                    found.append((str(path.relative_to(ROOT)), command))
    return [(name, command) for name, command in found if not command.startswith("#")]


def test_commands_in_documents_name_things_that_exist() -> None:
    wrong = []
    for document, command in commands():
        words = [word for word in command.split() if not re.fullmatch(r"[A-Z_]+=\S*", word)]
        program = words[0] if words else "export"
        if program == "./dev":
            known = len(words) > 1 and words[1] in SUBCOMMANDS
        elif "/" in program:
            known = program.startswith(".venv/bin/") or (ROOT / program).exists()
        else:
            known = program in PROGRAMS and (program == "billhead" or shutil.which(program) is not None)
        if not known:
            wrong.append(f"{document}: {command}")
    assert not wrong
