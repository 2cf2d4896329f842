"""Painting: frames in, files out. PDF, SVG pages and PNG draw the same items at the same places."""

from billhead.layout.paint.pdf import render_pdf
from billhead.layout.paint.pdf_metadata import Attachment, Standard
from billhead.layout.paint.svg import render_svg

__all__ = ["Attachment", "Standard", "render_pdf", "render_svg"]
