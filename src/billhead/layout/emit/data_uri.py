"""Pictures as data URIs (RFC 2397)."""

from base64 import b64encode

from billhead.layout.document import ImageSource


def data_uri(source: ImageSource) -> str:
    """The picture's bytes as a base64 data URI."""
    return f"data:{source.media_type};base64,{b64encode(source.data).decode('ascii')}"
