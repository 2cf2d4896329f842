"""Which template a document is printed with, and what a template must be to be saved. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from billhead import layout
from billhead.layout.catalog import DocumentKind
from billhead.layout.standard import automatic_code, find_standard
from billhead.refusal import Conflict, Malformed, NotFound, TooLarge

TemplateId = UUID | str
"""The tenant's own templates by their id, standard ones by their code."""

Paper = Literal["Letter", "A4", "Legal"]
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "PH", "PR", "SV", "VE"})
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
MAX_NAME = 200
STANDARD_VERSION = 1
_COPY = "Copy of "


@dataclass(frozen=True, slots=True)
class TemplateRef:
    """One version of one template, by what it contains: what an issued document is bound to for ever."""

    template_id: TemplateId
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """A template that may be saved: its JSON as kept, the hash of that, and what is worth telling its author."""

    text: str
    sha256: str
    warnings: tuple[layout.Issue, ...]


def choose_template(
    kind: DocumentKind,
    *,
    has_multiple_locations: bool,
    given: TemplateId | None = None,
    of_client: TemplateId | None = None,
    of_tenant: TemplateId | None = None,
) -> TemplateId:
    """The one rule for invoice, quote, preview and PDF (DESIGN.md section 3).

    What was asked for, else the client's, else the tenant's template; without any of them the standard one, by
    location when the document spans two or more. A chosen template is never exchanged for the by-location one.
    """
    return given or of_client or of_tenant or automatic_code(kind, has_multiple_locations)


def read_template_id(text: str) -> TemplateId:
    """The id in a path or body; NotFound for what can be none."""
    if find_standard(text):
        return text
    try:
        return UUID(text)
    except ValueError as error:
        raise template_not_found() from error


def template_not_found() -> NotFound:
    """The refusal for an id that names no template of this tenant."""
    return NotFound("TEMPLATE_NOT_FOUND", "There is no such template in this business.")


def own_template_id(template_id: TemplateId) -> UUID:
    """The id, if it is one of the tenant's own templates; a standard one is a Conflict."""
    if isinstance(template_id, UUID):
        return template_id
    raise Conflict("TEMPLATE_READ_ONLY", "A standard template does not change. Clone it and change the copy.")


def check_kind(wanted: DocumentKind, kind: DocumentKind, place: str = "templateId") -> None:
    """Refuse a template of another kind of document."""
    if wanted != kind:
        words = {place: f"is a template for documents of the kind {kind}, not {wanted}"}
        raise Malformed("INVALID_REQUEST", "The template is for another kind of document.", field_errors=words)


def copy_name(name: str) -> str:
    """What a clone is called: `Copy of …`, cut to the longest name."""
    return (_COPY + name)[:MAX_NAME].rstrip()


def name_in(source: object) -> str | None:
    """The name that a template file gives itself, if it is one that can be used."""
    metadata = source.get("metadata") if isinstance(source, Mapping) else None
    name = metadata.get("templateName") if isinstance(metadata, Mapping) else None
    return (name.strip()[:MAX_NAME].strip() or None) if isinstance(name, str) else None


def template_text(source: object) -> str:
    """The JSON as it is kept and hashed: no spaces, keys in the author's order.

    The order of keys has a meaning, so it is not sorted: of two style classes the later one wins, as in CSS.
    ValueError for numbers that JSON does not have.
    """
    return json.dumps(source, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def paper_of(country: str) -> Paper:
    """The paper that standard templates are printed on in a country (ISO 3166-1 alpha-2)."""
    return "Letter" if country in _LETTER_COUNTRIES else "A4"


def on_paper(source: Mapping[str, object], paper: Paper) -> dict[str, object]:
    """The template on another preset of paper: what a copy of a standard template is printed on from then on."""
    metadata = source.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, Mapping) else {}
    settings = metadata.get("printSettings")
    if not isinstance(settings, Mapping) or "paperPreset" not in settings:
        return dict(source)
    return {**source, "metadata": {**metadata, "printSettings": {**settings, "paperPreset": paper}}}


def text_hash(text: str) -> str:
    """SHA-256 in hexadecimal; also names the template's blob."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_template(source: object, *, max_bytes: int, place: str) -> TemplateContent:
    """The template ready to be saved; refuses with every finding at once.

    `place` is where the template stands in the request's body, "" when it is the body. Warnings refuse nothing.
    """
    issues = layout.validate(source)
    if errors := [issue for issue in issues if issue.severity == "error"]:
        raise Malformed(
            "INVALID_REQUEST", "The template breaks the format.", reason_code="TEMPLATE_INVALID",
            field_errors=_field_errors(errors, place),
        )  # fmt: skip
    try:
        text = template_text(source)
    except ValueError as error:
        words = {place or "body": "holds a number that is none (NaN or infinite)"}
        raise Malformed("INVALID_REQUEST", "The template is no JSON.", field_errors=words) from error
    if len(text.encode()) > max_bytes:
        raise TooLarge("TEMPLATE_TOO_LARGE", f"A template has at most {max_bytes} bytes.")
    return TemplateContent(text, text_hash(text), tuple(issues))


def check_preview_data(data: Mapping[str, object], max_bytes: int) -> None:
    """Refuse data of one's own that is no JSON or larger than a preview is for."""
    try:
        size = len(template_text(data).encode())
    except (ValueError, RecursionError) as error:
        words = {"data": "holds a number that is none (NaN or infinite), or is nested too deeply"}
        raise Malformed("INVALID_REQUEST", "The data is no JSON.", field_errors=words) from error
    if size > max_bytes:
        raise TooLarge("PREVIEW_DATA_TOO_LARGE", f"A template is tried with at most {max_bytes} bytes of data.")


def check_count(count: int, limit: int) -> None:
    """Refuse one template more than a business may have."""
    if count >= limit:
        raise TooLarge("TOO_MANY_TEMPLATES", f"A business has at most {limit} templates. Delete one that is not used.")


def _field_errors(issues: Iterable[layout.Issue], place: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for issue in issues:
        path = ".".join(part for part in (place, issue.path) if part) or "body"
        found.setdefault(path, []).append(f"{issue.message} ({issue.hint})" if issue.hint else issue.message)
    return {path: "; ".join(words) for path, words in found.items()}
