"""`billhead render` starts at once: it loads neither the server nor the database, and starts no other process."""

import json
import resource
import subprocess
import sys
from pathlib import Path

from billhead.templates.samples import find_sample

SERVER = {"alembic", "fastapi", "httpx", "multiprocessing", "obstore", "opentelemetry", "procrastinate", "sqlalchemy",
          "starlette", "uvicorn"}  # fmt: skip
PROGRAM = (
    "import sys\n"
    "sys.argv = ['billhead', 'render', 'standard-default', 'data.json', '-o', 'out.pdf']\n"
    "from billhead.entrypoints.cli import main\n"
    "try:\n    main()\n"
    "except SystemExit:\n    pass\n"
    "print(*{name.partition('.')[0] for name in sys.modules})\n"
    "print(*[name for name in sys.modules if name.startswith('billhead.gateways.render')])\n"
)
CPU_SECONDS = 0.9
"""With the document itself; half of it on a machine with nothing else to do."""


def test_rendering_a_file_loads_no_server_and_takes_little_time(tmp_path: Path) -> None:
    sample = find_sample("invoice", None)
    assert sample is not None
    (tmp_path / "data.json").write_text(json.dumps(sample.make()))
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    loaded, pool = done.stdout.split("\n")[-3:-1]
    assert not SERVER & set(loaded.split())
    assert pool == ""
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    assert min(spent) < CPU_SECONDS
