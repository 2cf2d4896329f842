"""Where things are kept: transactions, column types, outbox, jobs, idempotency, audit, numbers, secrets, blobs.

Knows no domain. The way in is `Database.begin(...)`; slices get a session only through `access.scope`.
"""
