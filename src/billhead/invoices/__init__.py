"""Invoices: drafted from finished work, issued once, frozen, provable."""
