"""Images of a document: data URIs and the tenant's own stored images, checked before they are placed."""

import base64
import binascii
import io
from urllib.parse import unquote_to_bytes

from billhead.layout.composition.context import Context
from billhead.layout.document import ImageSource
from billhead.layout.errors import LayoutError
from billhead.layout.limits import LIMITS
from billhead.layout.template import QrCodeNode

MOST_QR_BYTES = 2000


def find_picture(source: str, context: Context, node_id: str, at: str) -> ImageSource | None:
    """The checked picture behind an image source; None, with a diagnostic, when it cannot be used.

    Nothing is ever fetched: a source is a data URI or a key of the images given to `compose`.
    """
    if source not in context.pictures:
        context.pictures[source] = _read(source, context, node_id, at)
    return context.pictures[source]


def _read(source: str, context: Context, node_id: str, at: str) -> ImageSource | None:
    data = context.images.get(source)
    if data is None and source[:5].lower() == "data:":
        data = _decoded(source)
    if data is None:
        hint = "use a data URI or an image stored by the business"
        context.note("warning", "IMAGE_REFUSED", "The image's source cannot be used", node_id, at, hint)
        return None
    if len(data) > LIMITS.image_bytes:
        message = f"The image is larger than {LIMITS.image_bytes} bytes"
        context.note("warning", "IMAGE_REFUSED", message, node_id, at, "make it smaller")
        return None
    from billhead.layout.images import read_image

    try:
        picture = read_image(data)
    except LayoutError as error:
        context.note("warning", "IMAGE_REFUSED", error.message, node_id, at, "use PNG, JPEG or plain SVG")
        return None
    if picture.media_type != "image/svg+xml":
        context.count_pixels(int(picture.width * picture.height))
    return picture


def _decoded(uri: str) -> bytes | None:
    """The bytes of a data URI (RFC 2397); None when it is none of an image or too long."""
    head, comma, body = uri[5:].partition(",")
    if not comma or not head.lower().startswith("image/") or len(body) > 2 * LIMITS.image_bytes:
        return None
    payload = unquote_to_bytes(body)
    if not head.lower().rstrip().endswith(";base64"):
        return payload
    try:
        return base64.b64decode(b"".join(payload.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def qr_picture(text: str, node: QrCodeNode, context: Context) -> ImageSource | None:
    """A QR code of the text as a vector picture; None, with a diagnostic, when the text is empty or too long."""
    key = f"qr:{node.error_correction}:{text}"
    if key in context.pictures:
        return context.pictures[key]
    if not text or len(text.encode()) > MOST_QR_BYTES:
        context.note("warning", "QR_CODE_REFUSED", "The QR code has no text or too much", node.id, node.at)
        return None
    import segno

    from billhead.layout.images import read_image

    drawn = io.BytesIO()
    try:
        code = segno.make_qr(text, error=node.error_correction.lower(), boost_error=False)
    except segno.DataOverflowError:
        context.note("warning", "QR_CODE_REFUSED", "The text is too long for a QR code", node.id, node.at)
        return None
    context.count_modules(int(code.symbol_size(border=0)[0]) ** 2)
    code.save(drawn, kind="png", scale=8, border=4)
    context.pictures[key] = read_image(drawn.getvalue())
    return context.pictures[key]
