"""Webhooks: events sent to endpoints that a business names, signed, again until somebody has them."""
