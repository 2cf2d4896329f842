"""The import rule where import-linter cannot say it once for slices still to come.

Between slices: only `actions`, `queries`, `events` and the pure `rules` are for others, to rules only rules; `desk` may
read `tables` too, `entrypoints` all but `tables`. Within one: routes and reactions > actions >
queries > tables > events > rules. Rules are pure and read no clock: today and new ids are arguments. (Layers of the
whole package: pyproject.toml.)
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "billhead"
NOT_SLICES = {"access", "desk", "entrypoints", "gateways", "layout", "money", "refusal", "sandbox", "storage"}
# `issue_run_routes` counts as routes: a long file is parted by what it is about.
FACE = {"actions", "queries", "events", "rules"}
ORDER = ({"routes", "reactions"}, {"actions"}, {"queries"}, {"tables"}, {"events"}, {"rules"})
IMPURE = {"fastapi", "httpx", "os", "psycopg", "random", "secrets", "sqlalchemy", "time", "uuid_utils"}
IMPURE_BELOW = {f"billhead.{name}" for name in ("access", "gateways", "storage")}
CLOCKS_AND_DICE = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7"}


def slices() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - NOT_SLICES


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("billhead", include_external_packages=True)


def imports(graph: grimp.ImportGraph) -> Iterator[tuple[list[str], list[str]]]:
    """Every import inside the package as two lists: [part, module, …] of who imports and of what is imported."""
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if importer.startswith("billhead.") and imported.startswith("billhead."):
                yield importer.split(".")[1:], imported.split(".")[1:]


def may_import(importer: list[str], imported: list[str]) -> bool:
    """Whether a module outside a slice may import this one inside."""
    kind = imported[1].rpartition("_")[2] if len(imported) > 1 else ""
    if importer[0] == "entrypoints":
        return kind != "tables"
    if importer[0] == "desk":
        return kind in FACE | {"tables"}
    return kind in ({"rules"} if importer[1:2] == ["rules"] else FACE)


def test_slices_show_each_other_only_their_face(graph: grimp.ImportGraph) -> None:
    wrong = [
        f"{'.'.join(importer)} imports {'.'.join(imported)}"
        for importer, imported in imports(graph)
        if imported[0] in slices() and importer[0] != imported[0] and not may_import(importer, imported)
    ]
    assert not wrong


def test_the_files_of_a_slice_import_downwards(graph: grimp.ImportGraph) -> None:
    place = {name: height for height, names in enumerate(ORDER) for name in names}
    wrong = [
        f"{'.'.join(importer)} imports {'.'.join(imported)}"
        for importer, imported in imports(graph)
        if importer[0] in slices() and importer[0] == imported[0] and len(importer) > 1 and len(imported) > 1
        if place.get(importer[1], -1) > place.get(imported[1], 99)
    ]
    assert not wrong


def test_rules_are_pure(graph: grimp.ImportGraph) -> None:
    wrong = []
    for module in sorted(graph.modules):
        if module.startswith("billhead.") and "rules" in module.split("."):
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                if imported in IMPURE or any(imported.startswith(below) for below in IMPURE_BELOW):
                    wrong.append(f"{module} imports {imported}")
    assert not wrong


def test_nothing_pure_reads_a_clock_or_makes_an_id() -> None:
    pure = [*PACKAGE.glob("money/**/*.py"), *PACKAGE.glob("layout/**/*.py"), *PACKAGE.glob("*/rules.py")]
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(pure)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        if (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in CLOCKS_AND_DICE
    ]
    assert not wrong


def test_every_slice_stands_in_one_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in settings if contract["type"] == "layers")
    named = [name.strip("() ") for layer in layers for name in layer.split("|")]
    assert len(named) == len(set(named))
    assert slices() <= set(named)
