"""Pages: a document in, frames out. The strip of laid-out boxes is cut where nothing is torn."""

from billhead.layout.pages.layout import lay_out

__all__ = ["lay_out"]
