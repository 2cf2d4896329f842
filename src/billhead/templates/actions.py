"""Saving, copying and deleting templates, and saying who uses which."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.gateways.font_files import FontPlace
from billhead.layout.catalog import DocumentKind
from billhead.refusal import Conflict, NotFound, TooLarge
from billhead.storage.ids import new_id
from billhead.storage.listing import name_order
from billhead.templates.events import (
    ClientTemplateSet,
    DefaultTemplateSet,
    TemplateChanged,
    TemplateCreated,
    TemplateDeleted,
)
from billhead.templates.fonts import fonts_of_document
from billhead.templates.preview import Preview as Preview
from billhead.templates.preview import PreviewFinding as PreviewFinding
from billhead.templates.preview import PreviewRequest as PreviewRequest
from billhead.templates.preview import given_up, preview
from billhead.templates.queries import (
    Assignment,
    TemplateRecord,
    get_assignment,
    get_template,
    get_template_source,
    get_template_text,
)
from billhead.templates.rules import (
    TemplateContent,
    TemplateId,
    check_count,
    check_kind,
    check_template,
    copy_name,
    on_paper,
    own_template_id,
    paper_of,
    template_not_found,
    template_text,
    text_hash,
)
from billhead.templates.tables import ClientTemplate, DefaultTemplate, Template, TemplateVersion
from billhead.tenants.queries import get_business

_STALE = "This was changed by somebody else. Read it again and repeat your change."


def create_template(
    scope: Scope, *, kind: DocumentKind, name: str, source: object, place: str = "template"
) -> tuple[TemplateRecord, TemplateContent]:
    """Add a template of the tenant's own; `place` is where its JSON stands in the request, for findings."""
    content = check_template(source, max_bytes=scope.runtime.settings.max_template_bytes, place=place)
    return _add(scope, kind, name, None, content), content


def change_template(
    scope: Scope, template_id: TemplateId, *, name: str, source: object, if_match: str | None
) -> tuple[TemplateRecord, TemplateContent]:
    """Save a template: other content becomes its next version, another name alone does not."""
    template = _lock(scope, own_template_id(_known(scope, template_id)))
    require_match(if_match, template.version)
    content = check_template(source, max_bytes=scope.runtime.settings.max_template_bytes, place="template")
    template.name, template.name_order = name, name_order(name)
    template.version, template.updated_at = template.version + 1, scope.now
    if content.sha256 != template.sha256:
        template.number, template.sha256 = template.number + 1, content.sha256
        _keep_version(scope, template, content)
    scope.session.flush()
    scope.record(
        TemplateChanged(
            subject_id=template.id, subject_version=template.version, kind=template.kind, number=template.number
        )
    )
    return get_template(scope, template.id), content


def clone_template(scope: Scope, template_id: TemplateId, name: str | None = None) -> TemplateRecord:
    """A copy of a standard template or of an own one, called `Copy of …` unless it is given a name.

    This is also how a standard template is edited: its copy is.
    """
    original = get_template(scope, template_id)
    text, based_on = get_template_text(scope, template_id), original.based_on
    if isinstance(original.id, str):
        business, _ = get_business(scope)
        source = on_paper(get_template_source(scope, template_id), paper_of(business.address.country))
        text, based_on = template_text(source), original.id
    content = TemplateContent(text, text_hash(text), ())
    return _add(scope, original.kind, name or copy_name(original.name), based_on, content)


def delete_template(scope: Scope, template_id: TemplateId, if_match: str | None = None) -> None:
    """Delete an own template: who used it falls back to the business's, then to the standard one.

    Its versions stay, as issued invoices name them.
    """
    template = _lock(scope, own_template_id(_known(scope, template_id)))
    if if_match is not None:
        require_match(if_match, template.version)
    default = scope.session.scalars(select(DefaultTemplate).where(DefaultTemplate.template_id == template.id))
    for row in default.all():
        _clear_default(scope, row)
    assigned = scope.session.scalars(select(ClientTemplate).where(ClientTemplate.template_id == template.id))
    for assignment in assigned.all():
        _clear_assignment(scope, assignment)
    template.version, template.updated_at, template.deleted_at = template.version + 1, scope.now, scope.now
    scope.record(TemplateDeleted(subject_id=template.id, subject_version=template.version, kind=template.kind))
    scope.audit("template.delete", "template", template.id, detail={"name": template.name, "kind": template.kind})


def set_default(scope: Scope, template_id: TemplateId) -> TemplateRecord:
    """Make a template the business's own for its kind of document; a standard one is cloned first, and the clone is."""
    template = _own_one(scope, template_id)
    row = scope.session.scalars(
        select(DefaultTemplate).where(DefaultTemplate.kind == template.kind).with_for_update()
    ).one_or_none()
    if row is None:
        row = DefaultTemplate(id=new_id(), kind=template.kind, template_id=template.id, version=1)
        try:
            with scope.session.begin_nested():
                scope.session.add(row)
        except IntegrityError as error:
            raise Conflict("STALE_ETAG", _STALE) from error
    elif row.template_id == template.id:
        return get_template(scope, template.id)
    else:
        row.template_id, row.version = template.id, row.version + 1
        scope.session.flush()
    scope.record(
        DefaultTemplateSet(subject_id=row.id, subject_version=row.version, kind=template.kind, template_id=template.id)
    )
    return get_template(scope, template.id)


def unset_default(scope: Scope, template_id: TemplateId) -> None:
    """Go back to the standard templates for the kind of which this is the default; Conflict when it is none."""
    own_id = own_template_id(_known(scope, template_id))
    row = scope.session.scalars(
        select(DefaultTemplate).where(DefaultTemplate.template_id == own_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise Conflict("TEMPLATE_NOT_DEFAULT", "This template is not the default of its kind.")
    _clear_default(scope, row)


def assign_template(
    scope: Scope, client_id: UUID, kind: DocumentKind, template_id: TemplateId, if_match: str | None
) -> tuple[Assignment, bool]:
    """Give a client a template for one kind of document; a standard one is cloned first. Whether it is its first."""
    check_kind(kind, get_template(scope, template_id).kind)
    row = scope.session.scalars(
        select(ClientTemplate)
        .where(ClientTemplate.client_id == client_id, ClientTemplate.kind == kind)
        .with_for_update()
    ).one_or_none()
    if row is not None:
        require_match(if_match, row.version)
    is_new, template = row is None, _own_one(scope, template_id)
    if row is None:
        row = ClientTemplate(id=new_id(), client_id=client_id, kind=kind, template_id=template.id, version=1)
        _insert_assignment(scope, row)
    else:
        row.template_id, row.version = template.id, row.version + 1
        scope.session.flush()
    scope.record(
        ClientTemplateSet(
            subject_id=row.id, subject_version=row.version, client_id=client_id, kind=kind, template_id=template.id
        )
    )
    return get_assignment(scope, client_id, kind), is_new


def unassign_template(scope: Scope, client_id: UUID, kind: DocumentKind, if_match: str | None = None) -> None:
    """Let a client's documents of a kind follow the business again."""
    found = get_assignment(scope, client_id, kind)
    if if_match is not None:
        require_match(if_match, found.version)
    _clear_assignment(scope, scope.session.get_one(ClientTemplate, (scope.tenant_id, client_id, kind)))


def preview_template(scope: Scope, source: object, request: PreviewRequest) -> Callable[[], Preview]:
    """What a template given as JSON makes of data, by the same path as every document; nothing is saved.

    It takes long and needs no transaction: call the result when the scope is closed.
    """
    runtime, now, whose = scope.runtime, scope.now, str(scope.tenant_id)
    request = replace(request, fonts=_fonts_of_preview(scope, source, request))

    def make() -> Preview:
        try:
            return runtime.renderer.run(
                whose, preview, source, request, made_at=now, max_pages=runtime.settings.max_preview_pages
            )
        except TooLarge as refusal:
            return given_up(source, refusal.code, refusal.message)

    return make


def _fonts_of_preview(scope: Scope, source: object, request: PreviewRequest) -> tuple[FontPlace, ...]:
    """None for what is no JSON: the preview says so by itself."""
    try:
        return fonts_of_document(scope, template_text(source), request.data)
    except (TypeError, ValueError, RecursionError):
        return ()


def _known(scope: Scope, template_id: TemplateId) -> TemplateId:
    return get_template(scope, template_id).id


def _lock(scope: Scope, template_id: UUID) -> Template:
    template = scope.session.scalars(
        select(Template)
        .where(Template.id == template_id, Template.deleted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if template is None:
        raise template_not_found()
    return template


def _own_one(scope: Scope, template_id: TemplateId) -> Template:
    """The tenant's template, locked so that nobody deletes it meanwhile; a standard one as a new clone of it."""
    own_id = template_id if isinstance(template_id, UUID) else clone_template(scope, template_id).id
    return _lock(scope, own_template_id(own_id))


def _add(scope: Scope, kind: DocumentKind, name: str, based_on: str | None, content: TemplateContent) -> TemplateRecord:
    live = scope.session.scalar(select(func.count()).select_from(Template).where(Template.deleted_at.is_(None)))
    check_count(live or 0, scope.runtime.settings.max_templates)
    template = Template(
        id=new_id(), kind=kind, name=name, based_on=based_on, number=1, sha256=content.sha256,
        name_order=name_order(name), version=1, created_at=scope.now, created_by=scope.actor.key,
        updated_at=scope.now, deleted_at=None,
    )  # fmt: skip
    scope.session.add(template)
    scope.session.flush()
    _keep_version(scope, template, content)
    scope.session.flush()
    scope.record(TemplateCreated(subject_id=template.id, subject_version=1, kind=kind))
    return get_template(scope, template.id)


def _keep_version(scope: Scope, template: Template, content: TemplateContent) -> None:
    """Also in the blobs, where the documents issued with it read it: a blob is written before its row commits."""
    blob = scope.runtime.blobs.put(content.text.encode(), "application/json")
    scope.session.add(
        TemplateVersion(
            template_id=template.id, number=template.number, content=content.text, sha256=blob.sha256,
            created_at=scope.now, created_by=scope.actor.key,
        )
    )  # fmt: skip


def _insert_assignment(scope: Scope, row: ClientTemplate) -> None:
    try:
        with scope.session.begin_nested():
            scope.session.add(row)
    except IntegrityError as error:
        taken = scope.session.get(ClientTemplate, (scope.tenant_id, row.client_id, row.kind))
        if taken is not None:
            raise Conflict("STALE_ETAG", _STALE) from error
        raise NotFound("CLIENT_NOT_FOUND", "There is no such client in this business.") from error


def _clear_default(scope: Scope, row: DefaultTemplate) -> None:
    scope.session.execute(delete(DefaultTemplate).where(DefaultTemplate.kind == row.kind))
    scope.record(
        DefaultTemplateSet(subject_id=row.id, subject_version=row.version + 1, kind=row.kind, template_id=None)
    )


def _clear_assignment(scope: Scope, row: ClientTemplate) -> None:
    own = (ClientTemplate.client_id == row.client_id, ClientTemplate.kind == row.kind)
    scope.session.execute(delete(ClientTemplate).where(*own))
    scope.record(
        ClientTemplateSet(
            subject_id=row.id, subject_version=row.version + 1, client_id=row.client_id, kind=row.kind,
            template_id=None,
        )
    )  # fmt: skip
