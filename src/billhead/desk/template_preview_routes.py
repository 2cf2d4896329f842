"""A template tried over an invoice, sample data or own data: one screen over templates and documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import CurrencyCode, Postponed, WireModel
from billhead.invoices.actions import get_document_data
from billhead.invoices.rules import InvoiceStatus
from billhead.layout.catalog import DocumentKind
from billhead.refusal import Forbidden, Malformed
from billhead.templates.actions import Preview, PreviewFinding, PreviewRequest, preview_template
from billhead.templates.queries import choose, find_sample, get_template_source
from billhead.templates.rules import Paper, TemplateId, check_preview_data, paper_of, read_template_id
from billhead.tenants.queries import get_business

router = Router(tags=["Templates"])

_Locale = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$", max_length=20)]
PhaseState = Literal["passed", "failed", "skipped"]


class PreviewInput(WireModel):
    """What to try on what.

    The template is given as JSON or by its id; by neither, it is the one that the document would be printed with.
    The data is a sample's, an invoice's or given as JSON; by none of them, the first sample's of the kind.
    """

    template: Annotated[object, Field(description="a template as JSON")] = None
    template_id: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    kind: DocumentKind = "invoice"
    sample: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    invoice_id: UUID | None = None
    data: dict[str, object] | None = None
    locale: _Locale | None = None
    currency: CurrencyCode | None = None


class PhaseBody(WireModel):
    """A phase after one that failed is skipped."""

    state: PhaseState


class PhasesBody(WireModel):
    """`shape`: in the format; `render`: made a document; `verify`: HTML, pages and the PDF read back say the same."""

    shape: PhaseBody
    render: PhaseBody
    verify: PhaseBody


class DiagnosticBody(WireModel):
    """One thing to tell the author. `path` is a place in the template, with dots between its steps."""

    kind: Literal["schema", "evaluation", "runtime", "verification"]
    severity: Literal["error", "warning", "info"]
    message: str
    code: str | None
    path: str | None
    operation_id: str | None
    node_id: str | None
    hint: str | None


class PreviewBody(WireModel):
    """`sourceHash` is the SHA-256 that the template would be saved under; `pages` are SVG drawings."""

    success: bool
    source_hash: str | None
    template_id: str | None
    phases: PhasesBody
    diagnostics: list[DiagnosticBody]
    html: str | None
    pages: list[str]
    page_count: int


@dataclass(frozen=True, slots=True)
class _Subject:
    """The data that is tried; `issued` is the template that it was issued with, if it was."""

    request: PreviewRequest
    client_id: UUID | None = None
    issued: object | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    """The template that is tried: its id where it has one, its JSON, the paper that goes before its own."""

    template_id: TemplateId | None
    source: object
    paper: Paper | None = None


@router.post("/billing/templates/preview", response_model=PreviewBody)
def preview_a_template(
    body: PreviewInput, scope: Annotated[Scope, needs("billing:template:view", write=False)]
) -> Postponed:
    """Pages and HTML of a template over data, with everything that is wrong with it; nothing is saved."""
    _check_choices(body)
    subject = _subject(scope, body)
    tried = _tried(scope, body, subject)
    make = preview_template(scope, tried.source, replace(subject.request, paper=tried.paper))
    return Postponed(lambda: _preview_body(make(), tried.template_id))


def _preview_body(made: Preview, template_id: TemplateId | None) -> PreviewBody:
    states = {"shape": made.shape, "render": made.render, "verify": made.verify}
    return PreviewBody(
        success="failed" not in states.values(),
        source_hash=made.source_hash,
        template_id=str(template_id) if template_id else None,
        phases=PhasesBody(**{name: PhaseBody(state=state) for name, state in states.items()}),
        diagnostics=[_diagnostic_body(finding) for finding in made.findings],
        html=made.html,
        pages=list(made.pages),
        page_count=made.page_count,
    )


def _check_choices(body: PreviewInput) -> None:
    errors = {}
    if body.template is not None and body.template_id is not None:
        errors["templateId"] = "cannot stand beside template"
    given = {"sample": body.sample, "invoiceId": body.invoice_id, "data": body.data}
    first, *others = [name for name, value in given.items() if value is not None] or [""]
    errors |= dict.fromkeys(others, f"cannot stand beside {first}")
    if body.invoice_id is not None and body.kind != "invoice":
        errors["kind"] = "is invoice where an invoice is tried"
    if errors:
        raise Malformed("INVALID_REQUEST", "The request asks for two things at once.", field_errors=errors)


def _subject(scope: Scope, body: PreviewInput) -> _Subject:
    business, _ = get_business(scope)
    locale = body.locale or business.locale
    if body.invoice_id is not None:
        if not scope.may("billing:invoice:view"):
            raise Forbidden("FORBIDDEN", "This needs the permission billing:invoice:view.")
        found = get_document_data(scope, body.invoice_id)
        request = PreviewRequest(
            found.view_model, body.locale or found.locale, body.currency or found.currency, found.paper,
            (found.mark,) if found.mark else (),
        )  # fmt: skip
        is_draft = found.status is InvoiceStatus.DRAFT
        return _Subject(request, found.client_id, None if is_draft else json.loads(found.template))
    if body.data is not None:
        check_preview_data(body.data, scope.runtime.settings.max_preview_bytes)
        return _Subject(PreviewRequest(body.data, locale, body.currency))
    sample = find_sample(body.kind, body.sample)
    if sample is None:
        words = {"sample": f"is no sample of the kind {body.kind}"}
        raise Malformed("INVALID_REQUEST", "There is no such sample.", field_errors=words)
    return _Subject(PreviewRequest(sample.make(), locale, body.currency))


def _tried(scope: Scope, body: PreviewInput, subject: _Subject) -> _Tried:
    if body.template is not None:
        return _Tried(None, body.template)
    if body.template_id is None and subject.issued is not None:
        return _Tried(None, subject.issued, subject.request.paper)
    chosen = choose(
        scope,
        body.kind,
        client_id=subject.client_id,
        has_multiple_locations=_spans_locations(subject.request.data),
        given=read_template_id(body.template_id) if body.template_id is not None else None,
    ).template_id
    paper = paper_of(get_business(scope)[0].address.country) if isinstance(chosen, str) else None
    return _Tried(chosen, get_template_source(scope, chosen), paper)


def _spans_locations(data: Mapping[str, object]) -> bool:
    return data.get("hasMultipleLocations", data.get("has_multiple_locations")) is True


def _diagnostic_body(finding: PreviewFinding) -> DiagnosticBody:
    return DiagnosticBody(
        kind=finding.kind, severity=finding.severity, message=finding.message, code=finding.code, path=finding.path,
        operation_id=finding.operation_id, node_id=finding.node_id, hint=finding.hint,
    )  # fmt: skip
