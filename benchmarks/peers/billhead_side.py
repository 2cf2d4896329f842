"""Billhead's side of `./dev bench pdf`: makes the PDF of each invoice file named on standard input.

A line in is the path of an invoice; a line out is JSON: seconds from template and data to the PDF's bytes, and those of
each phase. `evaluate` is measured apart: `compose` contains it.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from billhead import layout
from billhead.layout.paint import render_pdf
from billhead.layout.standard import standard_source

CREATED = datetime(2025, 3, 5, tzinfo=UTC)
TEMPLATE = "standard-detailed"


def make(invoice: dict[str, object]) -> tuple[bytes, dict[str, float]]:
    """The PDF, and the clock's seconds after each phase."""
    source = standard_source(TEMPLATE)
    clock = time.perf_counter
    times = [clock()]
    template = layout.parse_template(source)
    times.append(clock())
    document = layout.compose(template, invoice["data"], locale=str(invoice["locale"]))
    times.append(clock())
    pages = layout.lay_out(document)
    times.append(clock())
    pdf = render_pdf(pages, created_at=CREATED)
    times.append(clock())
    spent = [after - before for before, after in pairwise(times)]
    layout.evaluate(template, invoice["data"])
    evaluated = clock() - times[-1]
    phases = dict(zip(("validate", "compose", "lay out", "paint"), spent, strict=True))
    return pdf, {**phases, "evaluate": evaluated}


def main() -> None:
    """Answers until standard input ends."""
    for line in sys.stdin:
        path = Path(line.strip())
        invoice = json.loads(path.read_bytes())
        began = time.process_time()
        pdf, phases = make(invoice)
        cpu = time.process_time() - began - phases["evaluate"]
        path.with_suffix(".pdf").write_bytes(pdf)
        seconds = sum(phases.values()) - phases["evaluate"]
        print(json.dumps({"seconds": seconds, "cpu": cpu, "bytes": len(pdf), "phases": phases}), flush=True)


if __name__ == "__main__":
    main()
