"""Vendors, their bills, and payments to them, up to the ledger's word that they are posted (BILL-DEC-013, 014)."""
