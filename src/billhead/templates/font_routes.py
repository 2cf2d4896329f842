"""The business's own fonts over HTTP."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PrivateAttr

from billhead.access.http import Entry, Router, needs, open_reading
from billhead.access.scope import Scope
from billhead.access.wire import Answer, WireModel
from billhead.layout import LayoutError
from billhead.layout.fonts.check import check_font
from billhead.refusal import Fault, FaultCode, Malformed, TooLarge
from billhead.templates import fonts
from billhead.templates.fonts import FontRecord, NewFont

router = Router(tags=["Templates"])

_VIEW, _MANAGE = "billing:template:view", "billing:template:manage"


class FontInput(WireModel):
    """A TrueType or OpenType file, as it is. It says itself of which family, weight and style it is."""

    file: Annotated[str, Field(min_length=1, description="in base64")]
    _font: NewFont | None = PrivateAttr(default=None)


class FontBody(WireModel):
    """Templates use a font by its `family`, as `fontFamily`."""

    font_id: UUID
    family: str
    weight: int = Field(description="400 is regular, 700 bold")
    italic: bool
    size: int = Field(description="of the file, in bytes")
    characters: int = Field(description="how many it draws")
    licence: str = Field(description="in the words of the file; empty when it says nothing")
    sha256: str
    created_at: datetime
    created_by: str


class FontsBody(WireModel):
    items: list[FontBody]


def _check(entry: Entry, arguments: Mapping[str, Any]) -> None:
    """Before the transaction, in a process that draws: a hostile file harms nobody there."""
    with open_reading(entry, _MANAGE) as scope:
        whose = str(scope.tenant_id)
    body: FontInput = arguments["body"]
    limit = entry.runtime.settings.max_font_bytes
    if len(body.file) > limit * 4 // 3 + 4:
        raise TooLarge("FONT_TOO_LARGE", f"A font has at most {limit} bytes.")
    try:
        found = entry.runtime.renderer.run(whose, check_font, base64.b64decode(body.file, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _refused(FaultCode.UNREADABLE, "is not in base64") from error
    except LayoutError as error:
        raise _refused(FaultCode.INVALID, error.message) from error
    body._font = NewFont(found.file, found.characters, found.licence)


def _refused(code: FaultCode, words: str) -> Malformed:
    return Malformed("INVALID_FONT", "The font cannot be used.", field_errors={"file": Fault(code, words)})


@router.get("/billing/fonts")
def get_fonts(scope: Annotated[Scope, needs(_VIEW)]) -> FontsBody:
    """The business's own fonts by family, weight and style."""
    return FontsBody(items=[_body(record) for record in fonts.list_fonts(scope)])


@router.post("/billing/fonts", status_code=201)
def post_font(body: FontInput, scope: Annotated[Scope, needs(_MANAGE, prepare=_check)]) -> FontBody:
    """Add a font. Refused when it cannot be drawn, or when it says that parts of it may not be embedded."""
    assert body._font is not None
    return _body(fonts.add_font(scope, body._font))


@router.get("/billing/fonts/{font_id}")
def get_font(font_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> FontBody:
    """One font."""
    return _body(fonts.get_font(scope, font_id))


@router.delete("/billing/fonts/{font_id}", status_code=204, response_model=None)
def delete_font(font_id: UUID, scope: Annotated[Scope, needs(_MANAGE)]) -> Answer:
    """Use a font no more: templates that name it are drawn with Noto Sans. Issued documents keep it."""
    fonts.delete_font(scope, font_id)
    return Answer(None, 204)


def _body(record: FontRecord) -> FontBody:
    return FontBody(
        font_id=record.id, family=record.family, weight=record.weight, italic=record.italic, size=record.size,
        characters=record.characters, licence=record.licence, sha256=record.sha256, created_at=record.created_at,
        created_by=record.created_by,
    )  # fmt: skip
