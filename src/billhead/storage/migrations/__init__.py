"""The schema's history (Alembic) and the guards that keep it: triggers, policies, grants."""
