"""Composite reads for screens and auditors. The only reader of other slices' tables; it writes nothing."""
