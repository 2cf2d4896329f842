"""Billing rules: what was agreed with each client about terms, delivery, purchase orders, credit and reprints."""
