"""WeasyPrint's side of `./dev bench pdf`: prints Billhead's HTML. A path in, a line of JSON out, until input ends."""

import json
import sys
import time
from pathlib import Path

from weasyprint import HTML

for line in sys.stdin:
    path = Path(line.strip())
    html = json.loads(path.read_bytes())["html"]
    began, before = time.perf_counter(), time.process_time()
    pdf = HTML(string=html).write_pdf()
    seconds, cpu = time.perf_counter() - began, time.process_time() - before
    path.with_suffix(".pdf").write_bytes(pdf)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "bytes": len(pdf)}), flush=True)
