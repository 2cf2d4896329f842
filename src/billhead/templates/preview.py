"""A template over data, phase by phase: is it in the format, what does it make, and is that the same everywhere.

    shape    validate                              diagnostics of kind `schema`
    render   evaluate, compose, lay out, paint     `evaluation` for template and data, `runtime` for pages
    verify   HTML = pages = PDF read back          `verification`

A phase that fails ends the preview; the later ones are skipped. Nothing is raised for a bad template or bad data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from billhead import layout
from billhead.gateways.font_files import FontPlace, load_fonts
from billhead.gateways.renderings import MOST_FONT_BYTES
from billhead.layout.document import Diagnostic, Document
from billhead.layout.errors import EvaluationRefused
from billhead.layout.frames import Pages
from billhead.templates.rules import Paper, template_text, text_hash
from billhead.templates.verification import Mismatch, verify

PhaseState = Literal["passed", "failed", "skipped"]
FindingKind = Literal["schema", "evaluation", "runtime", "verification"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a template is tried with. `marks` as `layout.compose` takes them; fonts beside the shipped ones."""

    data: Mapping[str, object]
    locale: str | None = None
    currency: str | None = None
    paper: Paper | None = None
    marks: tuple[str, ...] = ()
    fonts: tuple[FontPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewFinding:
    """One thing to tell the author; `path` is a place in the template, dots between its steps."""

    kind: FindingKind
    severity: Severity
    message: str
    code: str | None = None
    path: str | None = None
    operation_id: str | None = None
    node_id: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """`source_hash` is the SHA-256 that the template would be saved under; None for what is no JSON."""

    source_hash: str | None
    shape: PhaseState
    render: PhaseState
    verify: PhaseState
    findings: tuple[PreviewFinding, ...]
    html: str | None = None
    pages: tuple[str, ...] = ()
    page_count: int = 0


@dataclass(frozen=True, slots=True)
class _Rendered:
    html: str
    pages: Pages
    svg: tuple[str, ...]
    pdf: bytes


def preview(source: object, request: PreviewRequest, *, made_at: datetime, max_pages: int) -> Preview:
    """Runs the phases. Documents of more than `max_pages` pages show the first ones and are not verified."""
    issues = layout.validate(source)
    findings = tuple(_issue_finding(issue) for issue in issues)
    source_hash = _hash_of(source)
    if source_hash is None or any(issue.severity == "error" for issue in issues):
        return Preview(source_hash, "failed", "skipped", "skipped", findings)
    try:
        document = layout.compose(
            source, request.data, locale=request.locale, currency=request.currency, marks=request.marks,
            paper=request.paper, fonts=load_fonts(request.fonts),
        )  # fmt: skip
        rendered = _render(document, made_at, max_pages)
    except layout.LayoutError as error:
        failed = tuple(_refusal_finding(error, issue) for issue in error.issues)
        return Preview(source_hash, "passed", "failed", "skipped", (*findings, *failed))
    told = {id(diagnostic): diagnostic for diagnostic in (*document.diagnostics, *rendered.pages.diagnostics)}
    known = frozenset(map(id, document.diagnostics))
    findings += tuple(
        _document_finding(diagnostic, "evaluation" if key in known else "runtime") for key, diagnostic in told.items()
    )
    count = len(rendered.pages)
    if count > max_pages:
        words = f"Only the first {max_pages} of {count} pages are shown, and none is verified."
        findings += (PreviewFinding("runtime", "info", words, "PREVIEW_CUT"),)
        return Preview(source_hash, "passed", "passed", "skipped", findings, rendered.html, rendered.svg, count)
    mismatches = verify(rendered.html, rendered.pages, rendered.pdf)
    findings += tuple(_mismatch_finding(mismatch) for mismatch in mismatches)
    state: PhaseState = "failed" if mismatches else "passed"
    return Preview(source_hash, "passed", "passed", state, findings, rendered.html, rendered.svg, count)


def given_up(source: object, code: str, message: str) -> Preview:
    """The preview of a template whose pages took too much to draw, if it is in the format at all."""
    issues = layout.validate(source)
    if any(issue.severity == "error" for issue in issues):
        return Preview(_hash_of(source), "failed", "skipped", "skipped", tuple(map(_issue_finding, issues)))
    return Preview(
        _hash_of(source), "passed", "failed", "skipped", (PreviewFinding("runtime", "error", message, code),)
    )


def _issue_finding(issue: layout.Issue) -> PreviewFinding:
    """A finding of validation."""
    return PreviewFinding(
        "schema", issue.severity, issue.message, issue.code, issue.path, issue.operation_id, None, issue.hint or None
    )


def _render(document: Document, made_at: datetime, max_pages: int) -> _Rendered:
    from billhead.layout import paint

    pages = layout.lay_out(document)
    is_whole = len(pages) <= max_pages
    shown = pages if is_whole else _first(pages, max_pages)
    pdf = paint.render_pdf(pages, created_at=made_at) if is_whole else b""
    return _Rendered(_html(document), pages, tuple(paint.render_svg(shown)), pdf)


def _html(document: Document) -> str:
    """With the fonts beside the shipped ones in it."""
    from billhead.layout.emit.html import render_html
    from billhead.layout.fonts import supplied_css

    return render_html(document, font_css=supplied_css(document, MOST_FONT_BYTES))


def _first(pages: Pages, count: int) -> Pages:
    return Pages(pages.pages[:count], pages.structure, pages.lang, pages.direction, pages.title, pages.author)


def _hash_of(source: object) -> str | None:
    try:
        return text_hash(template_text(source))
    except (TypeError, ValueError, RecursionError):
        return None


def _refusal_finding(error: layout.LayoutError, issue: layout.Issue) -> PreviewFinding:
    kind: FindingKind = "evaluation" if isinstance(error, EvaluationRefused) else "runtime"
    return PreviewFinding(
        kind, "error", issue.message, issue.code, issue.path or None, issue.operation_id or error.operation_id, None,
        issue.hint or None,
    )  # fmt: skip


def _document_finding(found: Diagnostic, kind: FindingKind) -> PreviewFinding:
    path = found.pointer.strip("/").replace("/", ".") if found.pointer else None
    return PreviewFinding(
        kind, found.severity, found.message, found.code, path, None, found.node_id, found.hint or None
    )


def _mismatch_finding(found: Mismatch) -> PreviewFinding:
    words = f"HTML says {_quoted(found.html)}, the {found.medium} {_quoted(found.other)}."
    return PreviewFinding("verification", "error", words, "TEXT_DIFFERS")


def _quoted(text: str) -> str:
    short = " ".join(text.split())[:80]
    return f"“{short}”" if short else "nothing"
