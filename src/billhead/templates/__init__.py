"""The template store: standard templates and the tenant's own, their versions, and who uses which."""
