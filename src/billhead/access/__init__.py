"""Who acts, what they may do, and in which tenant. The only way to a session is a `Scope` (`scope.py`)."""
