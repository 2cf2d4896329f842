"""How templates look on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from billhead.access.wire import ShortText, WireModel, etag_of
from billhead.layout import Issue
from billhead.layout.catalog import DocumentKind
from billhead.layout.errors import Severity
from billhead.templates.queries import Assignment, TemplateRecord, VersionRecord

TemplateIdField = Annotated[
    str, StringConstraints(min_length=1, max_length=80), Field(description="an id, or the code of a standard template")
]
TemplateJson = Annotated[
    object, Field(description="a template as JSON: `kind` is `invoice-template-ast`, `version` 1 or 2")
]


class FindingBody(WireModel):
    """One finding. `path` is a place in the template, with dots between its steps; `hint` says how to cure it."""

    severity: Severity
    code: str
    message: str
    path: str
    hint: str
    operation_id: str | None


class TemplateInput(WireModel):
    """A template as people save it."""

    name: ShortText
    template: TemplateJson


class NewTemplateInput(TemplateInput):
    kind: DocumentKind


class CloneInput(WireModel):
    """`name` null: `Copy of …`."""

    name: ShortText | None = None


class TemplateRowBody(WireModel):
    """One row of the list. Standard templates have no times, and their code for an id."""

    template_id: str
    kind: DocumentKind
    name: str
    description: str | None
    is_standard: bool
    is_default: bool
    based_on: str | None = Field(description="the code of the standard template that it is a copy of")
    version: int = Field(description="of the content; each save of other content makes the next one")
    content_hash: str = Field(description="SHA-256 of the template's JSON as it is kept")
    created_at: datetime | None
    updated_at: datetime | None


class TemplateBody(TemplateRowBody):
    """`findings` are warnings only: a template with errors is not saved."""

    template: TemplateJson
    findings: list[FindingBody]
    etag: str


class VersionBody(WireModel):
    version: int
    content_hash: str
    created_at: datetime | None
    created_by: str | None


class AssignmentInput(WireModel):
    template_id: TemplateIdField


class AssignmentBody(WireModel):
    """The template of a client's documents of one kind."""

    client_id: UUID
    kind: DocumentKind
    template_id: UUID
    etag: str


def template_body(record: TemplateRecord, source: object, warnings: tuple[Issue, ...]) -> TemplateBody:
    """A template on the wire."""
    findings = [finding_body(issue) for issue in warnings]
    row = row_body(record)
    return TemplateBody(
        **{name: getattr(row, name) for name in TemplateRowBody.model_fields}, template=source, findings=findings,
        etag=etag_of(record.version),
    )  # fmt: skip


def row_body(record: TemplateRecord) -> TemplateRowBody:
    """A row of the list on the wire."""
    return TemplateRowBody(
        template_id=str(record.id), kind=record.kind, name=record.name, description=record.description,
        is_standard=record.is_standard, is_default=record.is_default, based_on=record.based_on,
        version=record.number, content_hash=record.sha256, created_at=record.created_at, updated_at=record.updated_at,
    )  # fmt: skip


def version_body(record: VersionRecord) -> VersionBody:
    """A version on the wire."""
    return VersionBody(
        version=record.number, content_hash=record.sha256, created_at=record.created_at, created_by=record.created_by
    )


def assignment_body(assignment: Assignment) -> AssignmentBody:
    """A client's template on the wire."""
    return AssignmentBody(
        client_id=assignment.client_id, kind=assignment.kind, template_id=assignment.template_id,
        etag=etag_of(assignment.version),
    )  # fmt: skip


def finding_body(issue: Issue) -> FindingBody:
    """A finding on the wire."""
    return FindingBody(
        severity=issue.severity, code=issue.code, message=issue.message, path=issue.path, hint=issue.hint,
        operation_id=issue.operation_id,
    )  # fmt: skip
