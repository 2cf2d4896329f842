"""Emit: a composed `Document` printed as HTML or plain text, without laying it out."""
