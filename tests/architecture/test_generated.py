"""What is generated and committed is fresh: the HTTP interface as data, and the console's types from it.

The remedy for each: `./dev generate`.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[2] / "console"
TYPES = "src/api/schema.d.ts"


def test_the_committed_openapi_document_is_the_applications() -> None:
    program = Path(sys.executable).parent / "billhead"
    said = subprocess.run([program, "openapi"], capture_output=True, text=True, check=True)
    assert json.loads((CONSOLE / "openapi.json").read_text()) == json.loads(said.stdout)


def test_the_committed_types_are_those_of_the_document(tmp_path: Path) -> None:
    script = json.loads((CONSOLE / "package.json").read_text())["scripts"]["gen:api"]
    assert TYPES in script
    command = shlex.split(script.replace(TYPES, str(tmp_path / "schema.d.ts")))
    path = f"{CONSOLE / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=CONSOLE, env={**os.environ, "PATH": path}, capture_output=True, check=True)
    assert (CONSOLE / TYPES).read_text() == (tmp_path / "schema.d.ts").read_text()
