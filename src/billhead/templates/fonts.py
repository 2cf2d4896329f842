"""The business's own fonts: checked files, kept in the blobs, for its templates and for scripts that the shipped lack.

A font never changes. One that is deleted is not used any more, but documents issued while it was there are drawn with
it for ever: a document's fonts are those of the moment at which it was made.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.gateways.font_files import (
    FOLDER,
    FontPlace,
    families_in,
    find_copy,
    fonts_for,
    has_rare,
    installed_fonts,
    keep_copy,
)
from billhead.layout.document import FontFile
from billhead.refusal import Conflict, NotFound, TooLarge
from billhead.storage.blobs import BlobDamaged
from billhead.storage.ids import new_id
from billhead.storage.tables import table_of
from billhead.templates.tables import TenantFont

COPIES = "font-copies"
"""In the data folder: files made from blobs, for the processes that draw. Made anew when missing or damaged."""


@dataclass(frozen=True, slots=True)
class FontRecord:
    """A font without its bytes; `characters` is how many it draws, `licence` what the file says of its own."""

    id: UUID
    family: str
    weight: int
    italic: bool
    sha256: str
    size: int
    characters: int
    licence: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class NewFont:
    """A font that passed `layout.fonts.check`."""

    file: FontFile
    characters: int
    licence: str


def add_font(scope: Scope, font: NewFont) -> FontRecord:
    """Keep a font for the business. Conflict when it has one of that family, weight and style."""
    file, table = font.file, table_of(TenantFont)
    live = select(func.count()).where(table.c.tenant_id == scope.tenant_id, table.c.deleted_at.is_(None))
    limit = scope.runtime.settings.max_fonts
    if (scope.session.scalar(live) or 0) >= limit:
        raise TooLarge("TOO_MANY_FONTS", f"A business has at most {limit} fonts. Delete one that is not used.")
    blob = scope.runtime.blobs.put(file.data, "font/otf" if file.data[:4] == b"OTTO" else "font/ttf")
    row = TenantFont(
        id=new_id(), family=file.family, family_key=_key(file.family), weight=file.weight, italic=file.italic,
        sha256=blob.sha256, size=blob.size, characters=font.characters, licence=font.licence, created_at=scope.now,
        created_by=scope.actor.key, deleted_at=None,
    )  # fmt: skip
    try:
        with scope.session.begin_nested():
            scope.session.add(row)
    except IntegrityError as error:
        raise _already_there(scope, file) from error
    scope.audit("font.add", "font", row.id, detail={"family": row.family, "sha256": row.sha256})
    return get_font(scope, row.id)


def delete_font(scope: Scope, font_id: UUID) -> None:
    """Use a font no more: templates that name it are drawn with the shipped ones. Issued documents keep it."""
    row = scope.session.scalars(
        select(TenantFont).where(TenantFont.id == font_id, TenantFont.deleted_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise _not_found()
    row.deleted_at = scope.now
    scope.audit("font.delete", "font", row.id, detail={"family": row.family, "sha256": row.sha256})


def get_font(scope: Scope, font_id: UUID) -> FontRecord:
    """One font; NotFound when the business has no such font, or no longer."""
    table = table_of(TenantFont)
    row = scope.session.execute(select(table).where(_live(scope), table.c.id == font_id)).one_or_none()
    if row is None:
        raise _not_found()
    return _record(row)


def list_fonts(scope: Scope) -> tuple[FontRecord, ...]:
    """The business's fonts by family, weight and style; `max_fonts` bounds them."""
    table = table_of(TenantFont)
    order = (table.c.family_key, table.c.weight, table.c.italic, table.c.id)
    return tuple(_record(row) for row in scope.session.execute(select(table).where(_live(scope)).order_by(*order)))


def fonts_of_document(
    scope: Scope, template: str, data: Mapping[str, object], *, at: datetime | None = None
) -> tuple[FontPlace, ...]:
    """The fonts that a document made `at` (None: now) can need beside the shipped ones: the business's, the operator's.

    That is: fonts whose family its template names, and those that may have characters which the shipped ones lack.
    """
    table, data_dir = table_of(TenantFont), scope.runtime.settings.data_dir
    moment = at or scope.now
    there = and_(
        table.c.tenant_id == scope.tenant_id,
        table.c.created_at <= moment,
        or_(table.c.deleted_at.is_(None), table.c.deleted_at >= moment),
    )
    rows = scope.session.execute(select(table).where(there).order_by(table.c.family_key, table.c.id)).all()
    installed = installed_fonts(data_dir / FOLDER)
    if not rows and not installed:
        return ()
    texts = template, json.dumps(data, ensure_ascii=False, default=str)
    named, rare = families_in(template), any(map(has_rare, texts))
    own = [row for row in rows if rare or row.family_key in named]
    return (*(_place(scope, row, data_dir / COPIES) for row in own), *fonts_for(installed, *texts))


def _place(scope: Scope, row: Row, folder: Path) -> FontPlace:  # type: ignore[type-arg]
    path = find_copy(folder, row.sha256, row.size)
    if path is None:
        try:
            path = keep_copy(folder, row.sha256, scope.runtime.blobs.get(row.sha256))
        except (FileNotFoundError, BlobDamaged) as error:
            words = f"The file of the font {row.family} is lost: restore the blobs from a backup."
            raise Conflict("FONT_LOST", words) from error
    return FontPlace(row.family, row.weight, row.italic, str(path), row.sha256)


def _live(scope: Scope) -> ColumnElement[bool]:
    table = table_of(TenantFont)
    return and_(table.c.tenant_id == scope.tenant_id, table.c.deleted_at.is_(None))


def _already_there(scope: Scope, file: FontFile) -> Conflict:
    table = table_of(TenantFont)
    same = (
        table.c.family_key == _key(file.family), table.c.weight == file.weight, table.c.italic == file.italic
    )  # fmt: skip
    found = scope.session.scalar(select(table.c.id).where(_live(scope), *same))
    words = f"There is a font {file.family} of this weight and style. Delete it first."
    return Conflict("FONT_EXISTS", words, existing_id=str(found) if found else None)


def _key(family: str) -> str:
    return family.casefold()


def _record(row: Row) -> FontRecord:  # type: ignore[type-arg]
    return FontRecord(
        row.id, row.family, row.weight, row.italic, row.sha256, row.size, row.characters, row.licence, row.created_at,
        row.created_by,
    )  # fmt: skip


def _not_found() -> NotFound:
    return NotFound("FONT_NOT_FOUND", "There is no such font in this business.")
