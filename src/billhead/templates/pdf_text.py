"""The text of a PDF file, read back from its bytes: what a viewer copies and a screen reader speaks.

In: a tagged PDF as `layout` paints it (ISO 32000-1: object streams, Flate, two-byte codes with ToUnicode, marked
content, ActualText). Out: one text per structure element that holds any, in the order of the structure tree. Nothing
but the bytes is looked at, so a fault in fonts, codes, tags or their order shows here.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPACE = rb"[\x00\t\n\f\r ]"
_TOKEN = re.compile(
    _SPACE + rb"*(?:%[^\r\n]*" + _SPACE + rb"+)*"
    rb"(<<|>>|\[|\]|<[0-9A-Fa-f\x00\t\n\f\r ]*>|\(|/[^\x00\t\n\f\r ()<>\[\]{}/%]*|[^\x00\t\n\f\r ()<>\[\]{}/%]+)"
)
_STRING_PART = re.compile(rb"[^()\\]+|\\(?:[0-7]{1,3}|\r\n|.)|[()]", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_BFCHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")


class UnreadablePdf(ValueError):
    """The bytes are no PDF of the sort that this reads; the message says where."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an indirect object."""

    number: int


class Name(str):
    """A name, without its slash."""

    __slots__ = ()


class Keyword(bytes):
    """An operator, or a word such as `true`."""

    __slots__ = ()


Value = None | bool | int | float | bytes | Name | Keyword | Ref | list["Value"] | dict[str, "Value"]


def read_pdf_texts(pdf: bytes) -> list[str]:
    """The text of every structure element with text, in reading order.

    Where codes alone would mislead, as with marks over Arabic letters or a character that no font has, the file has
    an ActualText, which counts.
    """
    file = _File(pdf)
    root = file.dictionary(file.trailer.get("Root"))
    fonts = _Fonts(file)
    marked: dict[tuple[int, int], str] = {}
    for number, page in _pages(file, root.get("Pages")):
        for mcid, text in _marked_texts(file, page, fonts):
            marked[number, mcid] = marked.get((number, mcid), "") + text
    tree = file.dictionary(root.get("StructTreeRoot"))
    return [text for text in _element_texts(file, tree.get("K"), None, marked) if text]


def _element_texts(file: "_File", kids: Value, page: int | None, marked: dict[tuple[int, int], str]) -> Iterator[str]:
    """Depth first. The content of one element that is marked in pieces is one text."""
    own = ""
    entries = file.value(kids)
    for kid in entries if isinstance(entries, list) else [kids]:
        if isinstance(kid, int) and not isinstance(kid, bool):
            if page is None:
                raise UnreadablePdf("marked content without a page")
            own += marked.get((page, kid), "")
            continue
        element = file.value(kid)
        if not isinstance(element, dict):
            continue
        place = element.get("Pg")
        on = place.number if isinstance(place, Ref) else page
        if element.get("Type") == "MCR":
            mcid = element.get("MCID")
            own += marked.get((on or 0, mcid), "") if isinstance(mcid, int) else ""
        elif element.get("Type") != "OBJR":
            if own:
                yield own
                own = ""
            yield from _element_texts(file, element.get("K"), on, marked)
    if own:
        yield own


def _pages(file: "_File", node: Value) -> Iterator[tuple[int, dict[str, Value]]]:
    found = file.dictionary(node)
    kids = file.value(found.get("Kids"))
    if isinstance(kids, list):
        for kid in kids:
            yield from _pages(file, kid)
    elif isinstance(node, Ref):
        yield node.number, found


def _marked_texts(file: "_File", page: dict[str, Value], fonts: "_Fonts") -> Iterator[tuple[int, str]]:
    """(marked-content id, text) of a page's content; artifacts have no id and are left out."""
    resources = file.dictionary(page.get("Resources"))
    named = file.dictionary(resources.get("Font"))
    mapping: dict[int, str] = {}
    stack: list[tuple[int | None, str | None]] = []
    for operator, operands in _operations(file.stream(page.get("Contents"))):
        if operator == b"Tf":
            mapping = fonts.mapping(named.get(str(operands[0])))
        elif operator in (b"BDC", b"BMC"):
            stack.append(_opened(operands))
        elif operator == b"EMC":
            _, actual = stack.pop()
            if actual is not None and (mcid := _innermost(stack)) is not None:
                yield mcid, actual
        elif operator in (b"Tj", b"TJ") and not any(actual is not None for _, actual in stack):
            shown = operands[0] if isinstance(operands[0], list) else [operands[0]]
            text = "".join(_decode(part, mapping) for part in shown if isinstance(part, bytes))
            if (mcid := _innermost(stack)) is not None:
                yield mcid, text


def _opened(operands: list[Value]) -> tuple[int | None, str | None]:
    properties = operands[1] if len(operands) > 1 else None
    if not isinstance(properties, dict):
        return None, None
    mcid, actual = properties.get("MCID"), properties.get("ActualText")
    return (mcid if isinstance(mcid, int) else None), (_text(actual) if isinstance(actual, bytes) else None)


def _innermost(stack: list[tuple[int | None, str | None]]) -> int | None:
    return next((mcid for mcid, _ in reversed(stack) if mcid is not None), None)


def _operations(content: bytes) -> Iterator[tuple[bytes, list[Value]]]:
    reader, operands = _Reader(content), list[Value]()
    while (value := reader.next_value()) is not _END:
        if isinstance(value, Keyword):
            yield bytes(value), operands
            operands = []
        else:
            operands.append(value)


def _decode(codes: bytes, mapping: dict[int, str]) -> str:
    return "".join(mapping.get(code, "") for (code,) in struct.iter_unpack(">H", codes[: len(codes) & ~1]))


def _text(string: bytes) -> str:
    return string[2:].decode("utf-16-be", "replace") if string[:2] == b"\xfe\xff" else string.decode("latin-1")


@dataclass(slots=True)
class _Fonts:
    file: "_File"
    known: dict[int, dict[int, str]] = field(default_factory=dict)

    def mapping(self, font: Value) -> dict[int, str]:
        """What each code of a font means."""
        if not isinstance(font, Ref):
            raise UnreadablePdf("a font that is not an object")
        if font.number not in self.known:
            unicode_map = self.file.stream(self.file.dictionary(font).get("ToUnicode"))
            self.known[font.number] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
                for part in re.findall(rb"beginbfchar(.*?)endbfchar", unicode_map, re.DOTALL)
                for code, text in _BFCHAR.findall(part)
            }
        return self.known[font.number]


class _Reader:
    """Values of PDF syntax from a place on."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def next_value(self) -> Value:
        """The next value; `_END` at the end, and the closing bracket of an array or dictionary as a Keyword."""
        match = _TOKEN.match(self.data, self.at)
        if match is None:
            return _END
        self.at, token = match.end(), match.group(1)
        first = token[:1]
        if token == b"<<":
            items = self._items(b">>")
            return {str(key): value for key, value in zip(items[::2], items[1::2], strict=True)}
        if token == b"[":
            return self._items(b"]")
        if first == b"(":
            return self._string()
        if first == b"<":
            digits = re.sub(_SPACE, b"", token[1:-1])
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        if first == b"/":
            return Name(_NAME_ESCAPE.sub(lambda m: bytes.fromhex(m[1].decode()), token[1:]).decode("latin-1"))
        if _NUMBER.fullmatch(token):
            return float(token) if b"." in token else int(token)
        return {b"true": True, b"false": False, b"null": None}.get(token, Keyword(token))

    def _items(self, close: bytes) -> list[Value]:
        items: list[Value] = []
        while (value := self.next_value()) != Keyword(close) or not isinstance(value, Keyword):
            if value is _END:
                raise UnreadablePdf("an array or dictionary without an end")
            if value == Keyword(b"R") and isinstance(value, Keyword):
                number = items[-2]
                items[-2:] = [Ref(number if isinstance(number, int) else 0)]
            else:
                items.append(value)
        return items

    def _string(self) -> bytes:
        parts, depth = list[bytes](), 1
        while match := _STRING_PART.match(self.data, self.at):
            self.at, part = match.end(), match.group()
            depth += {b"(": 1, b")": -1}.get(part, 0)
            if depth == 0:
                return b"".join(parts)
            if part[:1] == b"\\":
                code = part[1:]
                part = bytes([int(code, 8) & 255]) if code.isdigit() else _ESCAPES.get(code, code)
            parts.append(part)
        raise UnreadablePdf("a string without an end")


_END = Keyword(b"")


class _File:
    """Objects by their number, through the cross-reference stream at the file's end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._known: dict[int, Value] = {}
        self._holders: dict[int, tuple[bytes, list[int]]] = {}
        start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
        if start is None:
            raise UnreadablePdf("no startxref")
        self.trailer, table = self._stream_at(int(start.group(1)))
        widths = self.trailer.get("W")
        if widths != [1, 4, 1]:
            raise UnreadablePdf("a cross-reference stream of another shape")
        self._places = list(struct.iter_unpack(">BIB", table))

    def value(self, value: Value) -> Value:
        """The value itself, or what it refers to."""
        if not isinstance(value, Ref):
            return value
        if value.number not in self._known:
            self._known[value.number] = self._read(value.number)
        return self._known[value.number]

    def dictionary(self, value: Value) -> dict[str, Value]:
        """A dictionary, or what it refers to."""
        found = self.value(value)
        if not isinstance(found, dict):
            raise UnreadablePdf(f"{value!r} is no dictionary")
        return found

    def stream(self, value: Value) -> bytes:
        """The decoded data of a stream."""
        if not isinstance(value, Ref):
            raise UnreadablePdf("a stream that is not an object")
        kind, offset, _ = self._place(value.number)
        if kind != 1:
            raise UnreadablePdf(f"{value} is no stream")
        return self._stream_at(offset)[1]

    def _place(self, number: int) -> tuple[int, int, int]:
        if not 0 <= number < len(self._places):
            raise UnreadablePdf(f"no object {number}")
        kind, where, index = self._places[number]
        return kind, where, index

    def _read(self, number: int) -> Value:
        kind, where, index = self._place(number)
        if kind == 1:
            return _Reader(self.data, self._body_at(where)).next_value()
        if kind != 2:
            return None
        if where not in self._holders:
            _, offset, _ = self._place(where)
            entries, data = self._stream_at(offset)
            count, first = entries.get("N"), entries.get("First")
            if not isinstance(count, int) or not isinstance(first, int):
                raise UnreadablePdf("an object stream without its head")
            heads = [int(word) for word in data[:first].split()]
            self._holders[where] = data, [first + at for at in heads[1 : 2 * count : 2]]
        data, starts = self._holders[where]
        return _Reader(data, starts[index]).next_value()

    def _body_at(self, offset: int) -> int:
        head = re.compile(rb"\s*\d+\s+\d+\s+obj").match(self.data, offset)
        if head is None:
            raise UnreadablePdf(f"no object at {offset}")
        return head.end()

    def _stream_at(self, offset: int) -> tuple[dict[str, Value], bytes]:
        reader = _Reader(self.data, self._body_at(offset))
        entries = reader.next_value()
        start = re.compile(rb"\s*stream\r?\n").match(self.data, reader.at)
        length = entries.get("Length") if isinstance(entries, dict) else None
        if not isinstance(entries, dict) or start is None or not isinstance(length, int):
            raise UnreadablePdf(f"no stream at {offset}")
        data = self.data[start.end() : start.end() + length]
        try:
            return entries, zlib.decompress(data) if entries.get("Filter") == "FlateDecode" else data
        except zlib.error as error:
            raise UnreadablePdf(f"the stream at {offset} is damaged") from error
