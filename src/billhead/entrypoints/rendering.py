"""`billhead render`: one template over one file of data, to a file. Knows no database and no tenant.

The suffix of the output chooses the form: .pdf, .html, .svg (several pages: OUT-1.svg, OUT-2.svg, …) or .txt.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from billhead import layout
from billhead.refusal import Malformed, NotFound

if TYPE_CHECKING:
    from billhead.layout.document import Document

FORMS = (".pdf", ".html", ".svg", ".txt")


def render_file(
    template: str, data: Path, output: Path, *, locale: str | None, currency: str | None, report: Callable[[str], None]
) -> tuple[Path, ...]:
    """Write the document and return the files written.

    `template` is a file, or the code of a standard template. `report` is told every warning, with its path. Refused:
    files that cannot be read, templates that are not in the format, data that they cannot be evaluated over.
    A PDF counts as made at SOURCE_DATE_EPOCH, else when `data` was last changed, so that a second run gives its bytes.
    """
    form = output.suffix.lower()
    if form not in FORMS:
        raise Malformed("INVALID_REQUEST", f"{output}: the name must end in one of {', '.join(FORMS)}.")
    source = _template_source(template)
    facts = _read_json(data)
    try:
        for issue in layout.validate(source):
            if issue.severity == "warning":
                report(_words_of(issue))
        document = layout.compose(source, facts, locale=locale, currency=currency)
        for found in document.diagnostics:
            report(f"{found.pointer or found.node_id or 'document'}: {found.message} ({found.code})")
        contents = list(_contents(document, form, _made_at(data)))
    except layout.LayoutError as error:
        findings = [issue for issue in error.issues if issue.severity == "error"] or error.issues
        for issue in findings:
            report(_words_of(issue))
        words = f"{template}: {len(findings)} error{'s' * (len(findings) > 1)}; nothing was written."
        raise Malformed(error.code, words) from error
    written = tuple(_paths(output, len(contents)))
    for path, content in zip(written, contents, strict=True):
        _write(path, content)
    return written


def _template_source(template: str) -> object:
    path = Path(template)
    if path.is_file():
        return _read_json(path)
    from billhead.layout.standard import STANDARD_TEMPLATES, find_standard, standard_source

    if find_standard(template):
        return standard_source(template)
    codes = ", ".join(known.code for known in STANDARD_TEMPLATES)
    raise NotFound("TEMPLATE_NOT_FOUND", f"{template} is neither a file nor a standard template ({codes}).")


def _read_json(path: Path) -> object:
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound("FILE_NOT_FOUND", f"{path}: {error.strerror or 'cannot be read'}") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("INVALID_FILE", f"{path}: is not JSON in UTF-8 ({error})") from error
    return found


def _contents(document: "Document", form: str, made_at: datetime) -> Iterator[bytes]:
    if form == ".pdf":
        yield layout.render_pdf(document, created_at=made_at)
    elif form == ".svg":
        yield from (page.encode() for page in layout.render_svg(document))
    else:
        yield (layout.render_html if form == ".html" else layout.render_text)(document).encode()


def _made_at(data: Path) -> datetime:
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(given) if given.isascii() and given.isdigit() else int(data.stat().st_mtime)
    return datetime.fromtimestamp(seconds, UTC)


def _paths(output: Path, count: int) -> Iterator[Path]:
    if count == 1:
        yield output
    else:
        yield from (output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Malformed("FILE_NOT_WRITTEN", f"{path}: {error.strerror or 'cannot be written'}") from error


def _words_of(issue: layout.Issue) -> str:
    hint = f" ({issue.hint})" if issue.hint else ""
    return f"{issue.severity}: {issue.path or 'template'}: {issue.message}{hint}"
