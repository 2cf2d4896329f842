"""Billhead: open, self-hosted invoicing. ARCHITECTURE.md has the map."""
