"""Reading templates: one, lists, their content, and which one a document is printed with."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Row, Select, Table, bindparam, literal, select, tuple_, union_all

from billhead.access.scope import Scope
from billhead.layout.catalog import DocumentKind
from billhead.layout.standard import (
    STANDARD_TEMPLATES,
    StandardTemplate,
    automatic_code,
    find_standard,
    standard_source,
)
from billhead.refusal import Malformed, NotFound
from billhead.storage.blobs import BlobDamaged
from billhead.storage.listing import Page, cursor_of, page_of, read_cursor
from billhead.storage.tables import table_of
from billhead.templates.fonts import fonts_of_document as fonts_of_document
from billhead.templates.rules import (
    STANDARD_VERSION,
    TemplateId,
    TemplateRef,
    check_kind,
    choose_template,
    template_not_found,
    template_text,
    text_hash,
)
from billhead.templates.samples import find_sample as find_sample
from billhead.templates.tables import ClientTemplate, DefaultTemplate, Template, TemplateVersion

_STANDARD, _OWN = "standard", "own"
_OF_CLIENT, _OF_TENANT = "client", "tenant"


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """A template without its content. Standard ones have no times; `number` is that of the newest content."""

    id: TemplateId
    kind: DocumentKind
    name: str
    description: str | None
    based_on: str | None
    is_default: bool
    number: int
    sha256: str
    version: int
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_standard(self) -> bool:
        return isinstance(self.id, str)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One saved content of a template."""

    number: int
    sha256: str
    created_at: datetime | None
    created_by: str | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A client's template for one kind of document."""

    client_id: UUID
    kind: DocumentKind
    template_id: UUID
    version: int


def get_template(scope: Scope, template_id: TemplateId) -> TemplateRecord:
    """One template; NotFound when this tenant has no such template, or no longer."""
    if isinstance(template_id, str):
        standard = find_standard(template_id)
        if standard is None:
            raise template_not_found()
        return _standard_record(standard, find_default(scope, standard.kind))
    table = table_of(Template)
    row = scope.session.execute(
        select(table).where(
            table.c.tenant_id == scope.tenant_id, table.c.id == template_id, table.c.deleted_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise template_not_found()
    return _own_record(row, find_default(scope, row.kind))


def get_template_text(scope: Scope, template_id: TemplateId, number: int | None = None) -> str:
    """A template's JSON as saved, the newest unless `number` asks for another one."""
    record = get_template(scope, template_id)
    wanted = record.number if number is None else number
    if isinstance(template_id, str):
        if wanted != STANDARD_VERSION:
            raise _version_not_found()
        return _standard_text(template_id)[0]
    table = table_of(TemplateVersion)
    found: str | None = scope.session.scalar(
        select(table.c.content).where(
            table.c.tenant_id == scope.tenant_id, table.c.template_id == template_id, table.c.number == wanted
        )
    )
    if found is None:
        raise _version_not_found()
    return found


def get_template_source(scope: Scope, template_id: TemplateId) -> dict[str, object]:
    """A template's newest JSON as a value."""
    source: dict[str, object] = json.loads(get_template_text(scope, template_id))
    return source


def list_templates(scope: Scope, *, kind: DocumentKind | None, limit: int, after: str | None) -> Page[TemplateRecord]:
    """Templates of a kind (None: of all): the standard ones in their order, then the tenant's own by name."""
    defaults = _defaults(scope)
    place = read_cursor(after, 3) if after is not None else None
    shown: list[TemplateRecord] = []
    if place is None or place[0] == _STANDARD:
        standards = [standard for standard in STANDARD_TEMPLATES if kind in (None, standard.kind)]
        codes = [standard.code for standard in standards]
        if place is not None and place[1] not in codes:
            raise _bad_cursor()
        rest = standards[codes.index(place[1]) + 1 :] if place else standards
        shown = [_standard_record(standard, defaults.get(standard.kind)) for standard in rest]
        place = None
    if len(shown) > limit:
        return Page(tuple(shown[:limit]), cursor_of(_STANDARD, str(shown[limit - 1].id), "-"))
    own = _own_page(scope, kind, limit - len(shown), place, defaults)
    last = cursor_of(_STANDARD, str(shown[-1].id), "-") if own.next and not own.items else own.next
    return Page((*shown, *own.items), last)


def _own_page(
    scope: Scope,
    kind: DocumentKind | None,
    limit: int,
    place: tuple[str, ...] | None,
    defaults: dict[str, UUID],
) -> Page[TemplateRecord]:
    table = table_of(Template)
    found = select(table).where(table.c.tenant_id == scope.tenant_id, table.c.deleted_at.is_(None))
    if kind is not None:
        found = found.where(table.c.kind == kind)
    if place is not None:
        try:
            found = found.where(tuple_(table.c.name_order, table.c.id) > tuple_(place[1], UUID(place[2])))
        except ValueError as error:
            raise _bad_cursor() from error
    rows = scope.session.execute(found.order_by(table.c.name_order, table.c.id).limit(limit + 1)).all()
    if limit == 0:
        return Page((), "more" if rows else None)
    return page_of(
        rows,
        limit,
        show=lambda row: _own_record(row, defaults.get(row.kind)),
        place=lambda row: (_OWN, row.name_order, str(row.id)),
    )


def list_versions(scope: Scope, template_id: TemplateId, *, limit: int, after: str | None) -> Page[VersionRecord]:
    """The contents that a template had, newest first."""
    record = get_template(scope, template_id)
    if isinstance(template_id, str):
        return Page((VersionRecord(record.number, record.sha256, None, None),), None)
    table = table_of(TemplateVersion)
    found = select(table.c.number, table.c.sha256, table.c.created_at, table.c.created_by).where(
        table.c.tenant_id == scope.tenant_id, table.c.template_id == template_id
    )
    if after is not None:
        (place,) = read_cursor(after, 1)
        if not (place.isascii() and place.isdigit() and len(place) < 10):
            raise _bad_cursor()
        found = found.where(table.c.number < int(place))
    rows = scope.session.execute(found.order_by(table.c.number.desc()).limit(limit + 1)).all()
    return page_of(
        rows, limit,
        show=lambda row: VersionRecord(row.number, row.sha256, row.created_at, row.created_by),
        place=lambda row: (str(row.number),),
    )  # fmt: skip


def get_assignment(scope: Scope, client_id: UUID, kind: DocumentKind) -> Assignment:
    """The client's own template for a kind of document; NotFound when it follows the business."""
    row = scope.session.get(ClientTemplate, (scope.tenant_id, client_id, kind))
    if row is None:
        raise NotFound("TEMPLATE_NOT_ASSIGNED", "This business has no such client with a template of its own for this.")
    return Assignment(row.client_id, kind, row.template_id, row.version)


def find_default(scope: Scope, kind: DocumentKind) -> UUID | None:
    """The tenant's template for a kind of document; None when the standard ones hold."""
    return _defaults(scope).get(kind)


def choose(
    scope: Scope,
    kind: DocumentKind,
    *,
    client_id: UUID | None,
    has_multiple_locations: bool,
    given: TemplateId | None = None,
) -> TemplateRef:
    """The version of the template that a document is printed with now, by the one rule of `choose_template`."""
    if given is not None:
        record = get_template(scope, given)
        check_kind(kind, record.kind)
        return TemplateRef(record.id, record.number, record.sha256)
    own = _chosen_rows(scope, kind, client_id)
    of_client, of_tenant = own.get(_OF_CLIENT), own.get(_OF_TENANT)
    chosen = choose_template(
        kind,
        has_multiple_locations=has_multiple_locations,
        of_client=of_client.template_id if of_client else None,
        of_tenant=of_tenant.template_id if of_tenant else None,
    )
    return next((ref for ref in own.values() if ref.template_id == chosen), None) or standard_ref(str(chosen))


def standard_ref(code: str) -> TemplateRef:
    """A standard template as it ships with this release. An unknown code is a KeyError."""
    return TemplateRef(code, STANDARD_VERSION, _standard_text(code)[1])


def find_kept_text(scope: Scope, template: str, number: int, sha256: str) -> str | None:
    """The JSON that a document was issued with: `template` is an id or a code of then; None where it is lost.

    It lies in the blobs. Where these lost it, the saved version or the template of this release puts it back, if it
    has the same hash.
    """
    with suppress(FileNotFoundError, BlobDamaged):
        return scope.runtime.blobs.get(sha256).decode()
    text = _standard_text(template)[0] if find_standard(template) else _version_text(scope, template, number)
    if text is None or text_hash(text) != sha256:
        return None
    scope.runtime.blobs.put(text.encode(), "application/json")
    return text


def _version_text(scope: Scope, template: str, number: int) -> str | None:
    """A saved version, also of a template that was deleted; None for the code of a standard one that is no more."""
    try:
        template_id = UUID(template)
    except ValueError:
        return None
    table = table_of(TemplateVersion)
    found: str | None = scope.session.scalar(
        select(table.c.content).where(
            table.c.tenant_id == scope.tenant_id, table.c.template_id == template_id, table.c.number == number
        )
    )
    return found


def keep_content(scope: Scope, ref: TemplateRef) -> None:
    """See to it that the template's JSON lies in the blobs under its hash; own versions do since they were saved."""
    if isinstance(ref.template_id, str):
        scope.runtime.blobs.put(_standard_text(ref.template_id)[0].encode(), "application/json")


def _chosen_rows(scope: Scope, kind: DocumentKind, client_id: UUID | None) -> dict[str, TemplateRef]:
    """The tenant's and the client's own templates, in one statement: every issue asks for this."""
    scope.session.flush()
    rows = scope.run(_CHOSEN, {"tenant": scope.tenant_id, "kind": kind, "client": client_id})
    return {row.whose: TemplateRef(row.id, row.number, row.sha256) for row in rows}


def _joined(whose: str, table: Table) -> Select[tuple[str, UUID, int, str]]:
    template = table_of(Template)
    return (
        select(literal(whose).label("whose"), template.c.id, template.c.number, template.c.sha256)
        .join(table, (table.c.tenant_id == template.c.tenant_id) & (table.c.template_id == template.c.id))
        .where(template.c.tenant_id == bindparam("tenant"), table.c.kind == bindparam("kind"))
    )


_CHOSEN = union_all(
    _joined(_OF_TENANT, table_of(DefaultTemplate)),
    _joined(_OF_CLIENT, table_of(ClientTemplate)).where(table_of(ClientTemplate).c.client_id == bindparam("client")),
)


def _defaults(scope: Scope) -> dict[str, UUID]:
    table = table_of(DefaultTemplate)
    rows = scope.session.execute(select(table.c.kind, table.c.template_id).where(table.c.tenant_id == scope.tenant_id))
    return {row.kind: row.template_id for row in rows}


@lru_cache(maxsize=len(STANDARD_TEMPLATES))
def _standard_text(code: str) -> tuple[str, str]:
    text = template_text(standard_source(code))
    return text, text_hash(text)


def _standard_record(standard: StandardTemplate, default: UUID | None) -> TemplateRecord:
    is_default = default is None and automatic_code(standard.kind, False) == standard.code
    sha256 = _standard_text(standard.code)[1]
    return TemplateRecord(
        standard.code, standard.kind, standard.name, standard.description, None, is_default, STANDARD_VERSION, sha256,
        version=STANDARD_VERSION,
    )  # fmt: skip


def _own_record(row: Row, default: UUID | None) -> TemplateRecord:  # type: ignore[type-arg]
    return TemplateRecord(
        row.id, row.kind, row.name, None, row.based_on, row.id == default, row.number, row.sha256, row.version,
        row.created_at, row.updated_at,
    )  # fmt: skip


def _version_not_found() -> NotFound:
    return NotFound("TEMPLATE_VERSION_NOT_FOUND", "The template has no such version.")


def _bad_cursor() -> Malformed:
    errors = {"after": "is no `next` of a page of this list"}
    return Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors)
