"""`billhead render`: one template over one file of data, to a file. Knows no database and no tenant.

The suffix of the output chooses the form: .pdf, .html, .txt, or .svg and .png, which hold a page
each (several pages: OUT-1.svg, OUT-2.svg, …).
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import icu

from billhead import layout, money
from billhead.refusal import Fault, FaultCode, Malformed, NotFound
from billhead.tax.rules import countries

if TYPE_CHECKING:
    from billhead.layout.document import Document, FontFile
    from billhead.layout.frames import Pages

FORMS = (".pdf", ".html", ".svg", ".txt", ".png")
DRAWN = (".pdf", ".svg", ".png")
PNG_DPI = 144
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_][A-Z][a-z]{3})?(?:[-_]([A-Z]{2}))?")
MOST_FONT_BYTES = 4 * 1024 * 1024
"""Of fonts that an HTML page carries in itself."""


def render_file(
    template: str,
    data: Path,
    output: Path,
    *,
    locale: str | None,
    currency: str | None,
    report: Callable[[str], None],
    fonts: Path | None = None,
) -> tuple[Path, ...]:
    """Write the document and return the files written.

    `template` is a file, or the code of a standard template. `report` is told every warning, with its path. Refused:
    files that cannot be read, templates that are not in the format, data that they cannot be evaluated over.
    Fonts are those of the folder `fonts`, and those that `billhead fonts install` put into the data folder.
    A PDF counts as made at SOURCE_DATE_EPOCH, else when `data` was last changed, so that a second run gives its bytes.
    """
    form = output.suffix.lower()
    if form not in FORMS:
        raise Malformed("INVALID_REQUEST", f"{output}: the name must end in one of {', '.join(FORMS)}.")
    _check_words_of_place(locale, currency)
    source = _template_source(template)
    facts = _read_json(data)
    try:
        for issue in layout.validate(source):
            if issue.severity == "warning":
                report(_words_of(issue))
        document = layout.compose(source, facts, locale=locale, currency=currency, fonts=_fonts(fonts, source, facts))
        pages = layout.lay_out(document) if form in DRAWN else None
        for found in document.diagnostics if pages is None else (*document.diagnostics, *pages.diagnostics):
            report(f"{found.pointer or found.node_id or 'document'}: {found.message} ({found.code})")
        contents = list(_contents(document, pages, form, _made_at(data)))
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


def _check_words_of_place(locale: str | None, currency: str | None) -> None:
    """Refuse a language, country or currency that nobody knows: the document would speak English with odd figures."""
    if currency is not None:
        money.currency(currency)
    if locale is None:
        return
    found = _LOCALE.fullmatch(locale)
    if found is None or found[1] not in icu.Locale.getISOLanguages() or found[2] not in {None, *countries()}:
        fault = Fault(FaultCode.UNKNOWN_CHOICE, "must be a known language, or one with a country, such as de or de-DE")
        raise Malformed("UNKNOWN_LOCALE", f"There is no locale {locale}.", field_errors={"locale": fault})


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


def _fonts(folder: Path | None, source: object, *texts: object) -> "tuple[FontFile, ...]":
    """The fonts that a template and its data can need, of the given folder first."""
    from billhead.gateways.font_files import FOLDER, fonts_for, installed_fonts, load_fonts

    if folder is not None and not folder.is_dir():
        raise NotFound("FILE_NOT_FOUND", f"{folder}: there is no such folder.")
    data_dir = Path(os.environ.get("BILLHEAD_DATA_DIR", "data"))
    found = [font for place in (folder, data_dir / FOLDER) if place is not None for font in installed_fonts(place)]
    if not found:
        return ()
    template, *others = (json.dumps(text, ensure_ascii=False) for text in (source, *texts))
    return load_fonts(fonts_for(found, template, *others))


def _contents(document: "Document", pages: "Pages | None", form: str, made_at: datetime) -> Iterator[bytes]:
    if pages is None:
        yield (_html if form == ".html" else layout.render_text)(document).encode()
        return
    from billhead.layout import paint

    if form == ".pdf":
        yield paint.render_pdf(pages, created_at=made_at)
    elif form == ".svg":
        yield from (page.encode() for page in paint.render_svg(pages))
    else:
        yield from paint.render_png(pages, dpi=PNG_DPI)


def _html(document: "Document") -> str:
    from billhead.layout.emit.html import render_html
    from billhead.layout.fonts import supplied_css

    return render_html(document, font_css=supplied_css(document, MOST_FONT_BYTES))


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
