"""The only places where the parts are put together: HTTP, worker, command line."""
