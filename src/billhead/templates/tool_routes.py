"""What a template's author needs over HTTP: the fields that can be bound, and the findings about a template."""

from typing import Annotated

from fastapi import Query

from billhead import layout
from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import WireModel
from billhead.layout.catalog import CATALOGS, CatalogColumn, DocumentKind, ValueKind
from billhead.templates.samples import SAMPLES
from billhead.templates.wire import FindingBody, TemplateJson, finding_body

router = Router(tags=["Templates"])


class FieldBody(WireModel):
    """One value of the document. `fallback` stands where the data lacks it."""

    id: str
    path: str
    label: str
    category: str
    kind: ValueKind
    description: str
    fallback: str | None


class ColumnBody(WireModel):
    """One value of a collection's rows; templates name it `item.<path>`."""

    path: str
    label: str
    kind: ValueKind
    description: str


class CollectionBody(WireModel):
    id: str
    path: str
    label: str
    description: str
    columns: list[ColumnBody]


class SampleBody(WireModel):
    """Sample data that a preview can be asked for by name."""

    name: str
    label: str


class TemplateFieldsBody(WireModel):
    """Everything that a template of one kind of document can bind, and what it can be tried with."""

    kind: DocumentKind
    values: list[FieldBody]
    collections: list[CollectionBody]
    samples: list[SampleBody]


class ValidateInput(WireModel):
    template: TemplateJson


class ValidationBody(WireModel):
    """`valid` is false when any finding is an error."""

    valid: bool
    findings: list[FindingBody]


@router.get("/billing/meta/template-fields")
def get_template_fields(
    scope: Annotated[Scope, needs("billing:template:view")],
    kind: Annotated[DocumentKind, Query(description="the kind of document")],
) -> TemplateFieldsBody:
    """The binding catalog of a kind of document."""
    catalog = CATALOGS[kind]
    return TemplateFieldsBody(
        kind=kind,
        values=[
            FieldBody(
                id=value.id, path=value.path, label=value.label, category=value.category, kind=value.kind,
                description=value.description, fallback=value.fallback,
            )
            for value in catalog.values
        ],
        collections=[
            CollectionBody(
                id=entry.id, path=entry.path, label=entry.label, description=entry.description,
                columns=[_column_body(column) for column in entry.columns],
            )
            for entry in catalog.collections
        ],
        samples=[SampleBody(name=sample.name, label=sample.label) for sample in SAMPLES if sample.kind == kind],
    )  # fmt: skip


@router.post("/billing/templates/validate")
def validate_template(
    body: ValidateInput, scope: Annotated[Scope, needs("billing:template:view", write=False)]
) -> ValidationBody:
    """Every finding about a template, errors and warnings, each with its path; nothing is saved."""
    issues = layout.validate(body.template)
    findings = [finding_body(issue) for issue in issues]
    return ValidationBody(valid=all(issue.severity != "error" for issue in issues), findings=findings)


def _column_body(column: CatalogColumn) -> ColumnBody:
    return ColumnBody(path=column.path, label=column.label, kind=column.kind, description=column.description)
