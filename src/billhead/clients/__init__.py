"""Whom invoices bill: businesses and consumers, with contacts, addresses, locations and how they are taxed."""
