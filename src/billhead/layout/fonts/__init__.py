"""Fonts: files in, faces with metrics, fallback chains and subsets out. Shipped: Noto Sans with Arabic and Hebrew."""

from billhead.layout.fonts.catalog import FontCatalog, catalog_of, face_css, font_stack, shipped_fonts, supplied_css
from billhead.layout.fonts.face import Face

__all__ = ["Face", "FontCatalog", "catalog_of", "face_css", "font_stack", "shipped_fonts", "supplied_css"]
