"""Templates over HTTP: the store, and which template a client's documents use."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query, Response

from billhead import layout
from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import After, Answer, IfMatch, PageOf, PageSize, ShortText
from billhead.layout.catalog import DocumentKind
from billhead.templates import actions, queries
from billhead.templates.rules import TemplateId, name_in, read_template_id
from billhead.templates.wire import (
    AssignmentBody,
    AssignmentInput,
    CloneInput,
    NewTemplateInput,
    TemplateBody,
    TemplateInput,
    TemplateRowBody,
    VersionBody,
    assignment_body,
    row_body,
    template_body,
    version_body,
)

router = Router(tags=["Templates"])

_VIEW, _MANAGE = "billing:template:view", "billing:template:manage"
_UNNAMED = "Imported template"
_TemplateId = Annotated[str, Path(min_length=1, max_length=80, description="an id, or a standard template's code")]


@router.get("/billing/templates")
def get_templates(
    scope: Annotated[Scope, needs(_VIEW)],
    kind: Annotated[DocumentKind | None, Query(description="all when left out")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[TemplateRowBody]:
    """Templates without their content: the standard ones, then the business's own by name."""
    page = queries.list_templates(scope, kind=kind, limit=limit, after=after)
    return PageOf[TemplateRowBody](items=[row_body(record) for record in page.items], next=page.next)


@router.post("/billing/templates", status_code=201)
def post_template(body: NewTemplateInput, scope: Annotated[Scope, needs(_MANAGE)]) -> TemplateBody:
    """Add a template. Refused with every finding when it breaks the format; warnings are told and do not refuse."""
    record, content = actions.create_template(scope, kind=body.kind, name=body.name, source=body.template)
    return template_body(record, body.template, content.warnings)


@router.post("/billing/templates/import", status_code=201)
def import_template(
    body: Annotated[dict[str, object], Body(description="a template file as it is, also one written for Alga PSA")],
    scope: Annotated[Scope, needs(_MANAGE)],
    kind: Annotated[DocumentKind, Query(description="what it is for: template files do not say")] = "invoice",
    name: Annotated[ShortText | None, Query(description="the file's own `templateName` when left out")] = None,
) -> TemplateBody:
    """Add a template from a file, unchanged."""
    record, content = actions.create_template(
        scope, kind=kind, name=name or name_in(body) or _UNNAMED, source=body, place=""
    )
    return template_body(record, body, content.warnings)


@router.get("/billing/templates/{template_id}")
def get_template(template_id: _TemplateId, scope: Annotated[Scope, needs(_VIEW)]) -> TemplateBody:
    """One template with its newest content."""
    return _body_of(scope, read_template_id(template_id))


@router.put("/billing/templates/{template_id}")
def put_template(
    template_id: _TemplateId, body: TemplateInput, scope: Annotated[Scope, needs(_MANAGE)], if_match: IfMatch = None
) -> TemplateBody:
    """Save a template: other content becomes its next version. Standard templates are read-only; clone them."""
    record, content = actions.change_template(
        scope, read_template_id(template_id), name=body.name, source=body.template, if_match=if_match
    )
    return template_body(record, body.template, content.warnings)


@router.delete("/billing/templates/{template_id}", status_code=204, response_model=None)
def delete_template(
    template_id: _TemplateId, scope: Annotated[Scope, needs(_MANAGE)], if_match: IfMatch = None
) -> Answer:
    """Delete an own template. Whoever used it falls back to the default; issued invoices keep their version of it."""
    actions.delete_template(scope, read_template_id(template_id), if_match)
    return Answer(None, 204)


@router.post("/billing/templates/{template_id}/clone", status_code=201)
def clone_template(template_id: _TemplateId, body: CloneInput, scope: Annotated[Scope, needs(_MANAGE)]) -> TemplateBody:
    """Copy a template; also the way to edit a standard one."""
    record = actions.clone_template(scope, read_template_id(template_id), body.name)
    return _body_of(scope, record.id)


@router.post("/billing/templates/{template_id}/default")
def set_default_template(template_id: _TemplateId, scope: Annotated[Scope, needs(_MANAGE)]) -> TemplateBody:
    """Make a template the default of its kind. A standard one is cloned first; the answer is the clone."""
    return _body_of(scope, actions.set_default(scope, read_template_id(template_id)).id)


@router.delete("/billing/templates/{template_id}/default", status_code=204, response_model=None)
def unset_default_template(template_id: _TemplateId, scope: Annotated[Scope, needs(_MANAGE)]) -> Answer:
    """Go back to the standard templates for its kind."""
    actions.unset_default(scope, read_template_id(template_id))
    return Answer(None, 204)


@router.get("/billing/templates/{template_id}/versions")
def get_template_versions(
    template_id: _TemplateId, scope: Annotated[Scope, needs(_VIEW)], limit: PageSize = 50, after: After = None
) -> PageOf[VersionBody]:
    """Every content that a template had, newest first; `export?version=` gives one back."""
    page = queries.list_versions(scope, read_template_id(template_id), limit=limit, after=after)
    return PageOf[VersionBody](items=[version_body(record) for record in page.items], next=page.next)


@router.get(
    "/billing/templates/{template_id}/export",
    response_model=None,
    responses={200: {"description": "The template's JSON.", "content": {"application/json": {"schema": {}}}}},
)
def export_template(
    template_id: _TemplateId,
    scope: Annotated[Scope, needs(_VIEW)],
    version: Annotated[int | None, Query(ge=1, le=10**9, description="the newest when left out")] = None,
) -> Response:
    """The template as a file: exactly the JSON that was saved, keys in its author's order."""
    wanted = read_template_id(template_id)
    text = queries.get_template_text(scope, wanted, version)
    headers = {"Content-Disposition": f'attachment; filename="{wanted}.json"', "Cache-Control": "no-store"}
    return Response(text.encode(), headers=headers, media_type="application/json")


@router.get("/billing/clients/{client_id}/templates/{kind}")
def get_client_template(client_id: UUID, kind: DocumentKind, scope: Annotated[Scope, needs(_VIEW)]) -> AssignmentBody:
    """The client's own template for a kind of document; 404 when it follows the business."""
    return assignment_body(queries.get_assignment(scope, client_id, kind))


@router.put(
    "/billing/clients/{client_id}/templates/{kind}",
    response_model=AssignmentBody,
    responses={201: {"model": AssignmentBody, "description": "It had none of its own before."}},
)
def put_client_template(
    client_id: UUID,
    kind: DocumentKind,
    body: AssignmentInput,
    scope: Annotated[Scope, needs(_MANAGE)],
    if_match: IfMatch = None,
) -> Answer:
    """Give a client a template for a kind of document; a standard one is cloned first. If-Match when it has one."""
    assignment, is_new = actions.assign_template(scope, client_id, kind, read_template_id(body.template_id), if_match)
    return Answer(assignment_body(assignment), 201 if is_new else 200)


@router.delete("/billing/clients/{client_id}/templates/{kind}", status_code=204, response_model=None)
def delete_client_template(
    client_id: UUID, kind: DocumentKind, scope: Annotated[Scope, needs(_MANAGE)], if_match: IfMatch = None
) -> Answer:
    """Let the client's documents of this kind follow the business again."""
    actions.unassign_template(scope, client_id, kind, if_match)
    return Answer(None, 204)


def _body_of(scope: Scope, template_id: TemplateId) -> TemplateBody:
    record = queries.get_template(scope, template_id)
    source: object = json.loads(queries.get_template_text(scope, template_id))
    return template_body(record, source, tuple(layout.validate(source)))
